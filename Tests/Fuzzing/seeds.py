"""Inputs that parsers can read, made of Fixtures and of what Python can write: where libFuzzer starts."""
import bz2
import gzip
import io
import json
import lzma
import pathlib
import struct
import tarfile
import zipfile

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Fixtures"
FORMATS = FIXTURES / "formats"
EDGES = b"0 1\n1 2\n2 0\n"
WEIGHTED = b"# a comment\n0 1 0.5\n1 2 -1e3\n"
CSV = [b"source,target,w\n1,2,0.5\n2,3,1\n", b'"a ""b""",c,1\n"d, e",f,2\n', b"1;2;3\n4;5;6\n", b"a b, c,1\r\nd ,e,2\r\n", b"1\t2\n3\t\t4\n"]
KONECT = [b"% 3 2 2\n1 1 2\n1 2 1\n2 1 1\n", b"1 2\n2 3\n"]
KONECT_HEADS = [b"% sym unweighted\n1 2\n2 3\n", b"% asym positive\n% 2 3 3\n1 2 5 1234\n3 1 1 1235\n"]


def read(pattern):
    return [path.read_bytes() for path in sorted(FORMATS.glob(pattern))]


def npy(data, shape, descr="<i8", fortran=False):
    text = f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + data


def integers(values, shape=None):
    return npy(struct.pack(f"<{len(values)}q", *values), shape or f"({len(values)},)")


def npz(arrays, method=zipfile.ZIP_STORED):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as archive:
        for name, data in arrays.items():
            # Dated, so that equal seeds are equal files.
            archive.writestr(zipfile.ZipInfo(name + ".npy", (2000, 1, 1, 0, 0, 0)), data, method)
    return memory.getvalue()


ARRAYS = [
    integers([0, 1, 2]), npy(b"\0" * 24, "(2, 3)", ">f4"), npy(b"\0" * 24, "(3, 2)", "<f4", True), npy(b"ab\0\0c\0\0\0", "(2,)", "|S4"),
    npy("aé".encode("utf-32-le"), "(2,)", "<U1"), npy(b"\1\0\1", "(3,)", "|b1"), npy(b"\0" * 8, "()", "<f8"), npy(b"\0" * 12, "(2, 1, 3)", "<f2"),
    npy(b"", "(0, 5)", "<u8"), npy(b"\1" * 16, "(2,)", ">u8"),
]
MASK = npy(b"\1\0\1\0\0\0\1", "(7,)", "|b1")
SPLITS = [
    {"train": integers([0, 1]), "val": integers([2]), "test": integers([3])}, {"train_mask": MASK, "val_mask": MASK},
    {"train_0": integers([0]), "test_0": integers([1]), "train_1": integers([2])},
]
SETTINGS = [
    b"preset: cora-gcn\n", b"model: gat\nheads: 4\nlr: 0.01\nclass-weights: [1, 2.5]\n", b"model: pna\naggregators: [mean, max]\nscalers: identity,attenuation\n",
    b"{layers: 2, hidden: 16, epochs: 3}\n", b"class-weights: balanced\nhistory-type: int8\nhalo-windows: auto\n",
]


def tars():
    for kind, name in ((tarfile.USTAR_FORMAT, "f"), (tarfile.GNU_FORMAT, "l" * 120), (tarfile.PAX_FORMAT, "é" * 70)):
        for count in (1, 2):
            memory = io.BytesIO()
            with tarfile.open(fileobj=memory, mode="w", format=kind) as archive:
                for place in range(count):
                    member = tarfile.TarInfo(name + str(place))
                    member.size = len(EDGES)
                    archive.addfile(member, io.BytesIO(EDGES))
            yield memory.getvalue()[:6000]


def columns():
    """Columns of stores, without what is zero in their headers, as Sealing.column takes them."""
    for path in sorted(FIXTURES.glob("stores/*/*/columns/*.gascol")):
        file = path.read_bytes()
        yield file[:80] + file[4096:]


def blocks(encoding, kinds):
    """The first block of each column of an encoding, with how many elements it has."""
    for path in sorted(FIXTURES.glob("stores/*/*/columns/*.gascol")):
        file = path.read_bytes()
        kind, found = struct.unpack_from("<II", file, 16)
        rows, width = struct.unpack_from("<QQ", file, 32)
        if found == encoding and kind in kinds and rows * width:
            size, = struct.unpack_from("<I", file, struct.unpack_from("<Q", file, 64)[0] + 16)
            yield struct.pack("<H", rows * width - 1) + file[4096:4096 + size]


def sealed(data, name="checksum"):
    """A JSON object with and without a checksum to be filled in."""
    value = json.loads(data)
    yield b"\1" + json.dumps(value).encode()
    yield b"\0" + json.dumps({"checksum": "00000000", "checksum-kind": "crc32", "store-checksum": "01234567"} | value).encode()


def tensors(path):
    file = path.read_bytes()
    length, = struct.unpack_from("<Q", file)
    head, data = json.loads(file[8:8 + length]), file[8 + length:]
    yield b"\1" + file
    head["__metadata__"] = {"checksum": "00000000", "checksum-kind": "crc32"} | head.get("__metadata__", {})
    text = json.dumps(head).encode()
    yield b"\0" + struct.pack("<Q", len(text)) + text + data


def metrics(path):
    yield b"\1" + path.read_bytes()
    lines = [{"checksum": "00000000", "checksum-kind": "crc32"} | json.loads(line) for line in path.read_text().splitlines()]
    yield b"\0" + b"\n".join(json.dumps(line).encode() for line in lines)


def options(values, *choices):
    return [bytes([choice]) + value for value in values for choice in choices or (0, 1)]


def of(name):
    run = FIXTURES / "runs/before-checksums"
    texts = [EDGES, WEIGHTED] + read("edges.tsv") + read("weighted.csv")
    makers = {
        "edge-list": lambda: options(texts, 0, 1, 2, 16, 64) + options([b"a b\nb \xc3\xa9\n"], 32, 33),
        "csv": lambda: options(CSV + read("weighted.csv"), 0, 1, 3, 8, 9, 17, 33, 41),
        "matrix-market": lambda: options(read("*.mtx"), 0, 1, 65), "metis": lambda: options(read("*.graph")),
        "konect": lambda: options(KONECT, 0, 1) + options(KONECT_HEADS, 128, 129, 192),
        "any-content": lambda: options(texts + read("*.mtx") + read("*.graph") + KONECT_HEADS + read("rows.npy") + read("csr.npz"), 0),
        "gzip": lambda: options([gzip.compress(EDGES, mtime=0), gzip.compress(EDGES, mtime=0) * 2] + read("*.gz"), 0),
        "zstd": lambda: options(read("*.zst"), 0), "bzip2": lambda: options([bz2.compress(EDGES), bz2.compress(EDGES) * 2], 0),
        "xz": lambda: options([lzma.compress(EDGES), lzma.compress(EDGES) + bytes(8), lzma.compress(EDGES, check=lzma.CHECK_CRC32)], 0),
        "tar": lambda: options(list(tars()), 0), "edge-array": lambda: options(read("*.npy") + ARRAYS, 0, 64),
        "binary-pairs": lambda: [bytes([kind]) + data for kind in range(4) for data in read("edges.[ui]*")],
        "ids": lambda: options([b"3\n1\n2\n", b"a\nb\n# c\n"], 0, 4) + options([integers([5, 6]), ARRAYS[3], ARRAYS[4]], 1),
        "split-part": lambda: options([b"0\n3\n6\n", b"1\n0\n1\n0\n0\n0\n1\n", b"True\n" * 7, b"a\nnode 7\n"], 0, 4) + options([integers([0, 6]), MASK] + ARRAYS, 1, 5)
        + options([npz({"train": MASK})], 2, 6),
        "splits": lambda: [npz(arrays, method) for arrays in SPLITS for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)],
        "number-table": lambda: options([b"1,2.5\n3,-4e2\n", b"1\nnan\n", b"# x\n1 2\n\n"]),
        "tables": lambda: options([b"a,b\n1,\"x\ny\"\n", b"a;b\r\n2024-02-29;\"1 \"\"2\"\"\"\r\n", b"a:b\n-1e5:true"], 0, 1),
        "graphbolt": lambda: read("graphbolt/metadata.yaml"), "npy": lambda: ARRAYS + read("*.npy"),
        "npz": lambda: read("*.npz") + [npz({"a": ARRAYS[0], "b": ARRAYS[4]}, zipfile.ZIP_DEFLATED)],
        "scipy-features": lambda: read("*.npz"), "scipy-adjacency": lambda: options(read("*.npz"), 0, 1, 3),
        "manifest": lambda: options([path.read_bytes() for path in sorted(FIXTURES.glob("stores/*/*/manifest.json"))]),
        "column-header": lambda: [column[:80] for column in columns()], "column": lambda: list(columns()),
        "block-packed": lambda: list(blocks(2, (3,))) or [struct.pack("<HBBB", 0, 0, 0, 0)], "block-lz4": lambda: list(blocks(1, range(16))),
        "block-lz4-bytes": lambda: list(blocks(1, range(16))),
        "block-encoding": lambda: options([struct.pack("<200I", *range(0, 600, 3)), struct.pack("<9I", *(7919 ** k % 2 ** 32 for k in range(9))), bytes(800)]),
        "settings-yaml": lambda: SETTINGS, "run-config": lambda: list(sealed((run / "config.json").read_bytes())),
        "refresh": lambda: list(sealed((run / "refresh.json").read_bytes())), "metrics": lambda: list(metrics(run / "metrics.jsonl")),
        "safetensors": lambda: list(tensors(run / "model.safetensors")), "checkpoint": lambda: list(tensors(run / "checkpoint.safetensors")),
    }
    return makers[name]()
