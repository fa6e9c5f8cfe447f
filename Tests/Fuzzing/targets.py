"""What Tests/Fuzzing/run knows of each target: the longest inputs, words that are worth trying, and where its parser's code is."""
import dataclasses

ARRAY = ["\\x93NUMPY", "\\x01\\x00v\\x00", "'descr'", "'fortran_order'", "'shape'", "'<f4'", "'>i8'", "'|S4'", "'<U3'", "'|b1'", "True", "False", "(7,)", "()"]
ARCHIVE = ["PK\\x01\\x02", "PK\\x03\\x04", "PK\\x05\\x06", "PK\\x06\\x06", "PK\\x06\\x07", ".npy", "\\x01\\x00\\x10\\x00"] + ARRAY
MATRIX = ["indptr.npy", "indices.npy", "data.npy", "shape.npy", "format.npy", "row.npy", "col.npy", "csr", "csc", "coo"] + ARCHIVE
NUMBERS = ["9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e38", "1e-46", "nan", "inf", "0x1p3", "-0"]
LINES = ["\\x0d\\x0a", "\\xef\\xbb\\xbf", "# ", "% ", "\\x09", ",", ";", "\\\"\\\"", "\\\"", "\\xff"] + NUMBERS
JSON = ["null", "true", "{}", "[]", "\\\\u0000", "1e999", "9223372036854775808", "\\\"checksum\\\"", "\\\"checksum-kind\\\"", "crc32"]
YAML = ["&a ", "*a", "? ", ": ", "- ", "!!binary ", "!!set ", "<<: ", "---", "...", "|", ">", "~", ".inf", ".nan", "0o7", "1:30", "%YAML 1.1", "[", "{"]
TENSORS = ["\\\"F32\\\"", "\\\"F16\\\"", "\\\"BF16\\\"", "\\\"F64\\\"", "\\\"dtype\\\"", "\\\"shape\\\"", "\\\"data_offsets\\\"", "\\\"__metadata__\\\"", "weights/", "adam/", "best/", ".adam-m"] + JSON
SETTINGS = ["preset: ", "model: ", "gcn", "gat", "pna", "layers", "hidden", "lr", "aggregators", "scalers", "class-weights", "history-type", "balanced", "epochs"]
TEXT_SOURCES = ["GasText/Reading/LineReader", "GasText/Reading/TextCursor", "GasText/Reading/TextHead"]
LIST_SOURCES = ["GasEdges/Edges/EdgeParser", "GasEdges/Edges/EdgeLayout", "GasText/Reading/ColumnCutter"]
ARRAY_SOURCES = ["GasFormats/NumPy/NpyHeader", "GasFormats/NumPy/NpyReader", "GasFormats/NumPy/NpyType"]
ARCHIVE_SOURCES = ["GasFormats/NumPy/Zip", "GasFormats/NumPy/NpzReader", "GasText/Packing/Inflater"]
SEALED = ["GasFiles/EmbeddedChecksum"]


@dataclasses.dataclass
class Target:
    name: str
    # Beginnings of paths below Sources.
    sources: list
    words: list = dataclasses.field(default_factory=list)
    longest: int = 2048


def packed(name, packing):
    return Target(name, ["GasText/Reading/ByteSource", f"GasText/Packing/{packing}"], [], 1024)


TARGETS = [
    Target("edge-list", LIST_SOURCES + TEXT_SOURCES, LINES, 512),
    Target("csv", LIST_SOURCES + TEXT_SOURCES, LINES, 512),
    Target("matrix-market", ["GasEdges/Edges/MatrixMarketParser"],
           ["%%MatrixMarket matrix coordinate ", "real ", "pattern ", "integer ", "complex ", "symmetric", "skew-symmetric", "hermitian", "general"] + LINES, 512),
    Target("metis", ["GasEdges/Edges/Metis"], ["001", "010", "011", "100"] + LINES, 512),
    Target("konect", ["GasEdges/Edges/Konect", "GasEdges/Edges/BipartiteSides"], ["% sym ", "% asym ", "% bip ", "unweighted", "signed", "multi"] + LINES, 512),
    Target("any-content", ["GasEdges/Edges/EdgeReading", "GasText/Reading/FileKinds", "GasText/Reading/GraphLanguages"],
           ["graph [", "<?xml", "digraph", "*Vertices", "%PDF", "PK\\x03\\x04", "\\x89HDF", "{\\\"", "ustar"] + LINES, 1024),
    packed("gzip", "GzipPacking"), packed("zstd", "ZstdPacking"), packed("xz", "XzPacking"), packed("bzip2", "Bzip2Packing"),
    Target("tar", ["GasText/Packing/Tar"], ["ustar\\x0000", "ustar  \\x00", "30 path=", "20 size=", "GNU.sparse.", "x", "L", "S"], 6144),
    Target("edge-array", ["GasEdges/Edges/EdgeArray"] + ARRAY_SOURCES, ARRAY, 1024),
    Target("binary-pairs", ["GasEdges/Edges/BinaryPairs"], [], 512),
    Target("ids", ["GasEdges/Ids/IdList", "GasEdges/Ids/NodeIds", "GasFiles/Scratch/StringTable"], LINES + ARRAY, 512),
    Target("split-part", ["GasIngest/Attributes/Split"], ["True", "false", "1.0", "node 7"] + LINES + ARCHIVE, 1024),
    Target("splits", ["GasIngest/Attributes/SplitList", "GasIngest/Attributes/SplitValues"], ["train_0", "val_mask", "test", "train_1"] + ARCHIVE, 2048),
    Target("number-table", ["GasIngest/Datasets/NumberTable"], LINES, 512),
    Target("tables", ["GasText/Tables/CSV", "GasTables/Fields/FieldValues", "GasTables/Fields/DateText"],
           ["2024-02-29", "T23:59:60", "+01:30", "|", "\\x0d", ";;"] + LINES, 512),
    Target("graphbolt", ["GasIngest/Datasets/GraphBoltMetadata", "GasYAML/"],
           ["graph:", "nodes:", "edges:", "num: ", "feature_data:", "tasks:", "num_classes: ", "train_set:", "data:", "format: numpy", "path: "] + YAML, 1536),
    Target("npy", ARRAY_SOURCES, ARRAY, 1024),
    Target("npz", ARCHIVE_SOURCES, ARCHIVE, 2048),
    Target("scipy-features", ["GasFormats/NumPy/ScipyMatrix"], MATRIX, 2048),
    Target("scipy-adjacency", ["GasEdges/Edges/ScipyAdjacency", "GasEdges/Edges/RowWalk"], MATRIX, 2048),
    Target("manifest", ["GasStore/Store/Manifest", "GasStore/Store/PartitionTable"], JSON + ["nodeStarts", "innerEdgeCounts", "\\\"columns\\\"", "formatVersion"], 4096),
    Target("column-header", ["GasColumns/ColumnHeader"], [], 128),
    Target("column", ["GasColumns/MappedBlockTable", "GasColumns/Column.swift", "GasColumns/BlockChecks"], [], 1024),
    Target("block-packed", ["CGasKernels/pack.c", "GasColumns/BlockCodec+Packed"], [], 2048),
    Target("block-lz4", ["CGasKernels/shuffle.c", "GasColumns/BlockCodec.swift"], [], 2048),
    Target("block-lz4-bytes", ["GasColumns/BlockCodec.swift"], [], 2048),
    Target("block-encoding", ["CGasKernels/pack.c", "CGasKernels/shuffle.c", "GasColumns/BlockCodec"], [], 4096),
    Target("settings-yaml", ["GasSettings/Given/", "GasSettings/Settings/RunSettings", "GasYAML/"], SETTINGS + YAML, 1024),
    Target("run-config", ["GasRuns/Files/RunConfig", "GasRuns/Files/SealedJSON"] + SEALED, SETTINGS + JSON, 2048),
    Target("refresh", ["GasRuns/Files/Refresh", "GasRuns/Files/SealedJSON"] + SEALED, JSON, 1536),
    Target("metrics", ["GasRuns/Files/MetricsFile", "GasRuns/Files/EpochRecord"] + SEALED, ["\\\"epoch\\\":", "\\\"step\\\":", "\\\"staleness\\\":"] + JSON, 2048),
    Target("safetensors", ["GasBase/PlainValue", "GasFormats/Safetensors/"] + SEALED, TENSORS, 1024),
    Target("checkpoint", ["GasRuns/Files/Checkpoint"], TENSORS, 4096),
]
