import GasBase

@testable import GasEdges
@testable import GasFiles
@testable import GasFormats
@testable import GasGraph
@testable import GasText

extension Target {
  /// Everything that edges are read from, packed or not. The first byte of an input chooses options, the rest is the
  /// file.
  static let texts = [
    edges("edge-list", "edges.tsv", .text), edges("csv", "edges.csv", .text, separator: .comma),
    edges("matrix-market", "edges.mtx", .matrixMarket), edges("metis", "edges.graph", .metis),
    edges("konect", "out.edges", nil, head: "% bip weighted\n"), edges("any-content", "edges", nil),
    edges("gzip", "edges.gz", nil), edges("zstd", "edges.zst", nil), edges("xz", "edges.xz", nil),
    edges("bzip2", "edges.bz2", nil), edges("tar", "edges.tar", nil), edges("edge-array", "edges.npy", .npy),
    pairs,
  ]

  /// The memory that unpacking may take: far less than the limit under which parsers run (Tests/Fuzzing/run).
  private static let unpackingBytes = 64 << 20

  /// A target for edges. `head` stands in front of an input, so that it need not be found each time; bit 7 of the
  /// options leaves it out.
  private static func edges(
    _ name: String, _ file: String, _ kind: EdgeFileKind?, separator: ColumnSeparator? = nil, head: String = ""
  ) -> Target {
    Target(name: name) { input in
      let choice = input.first ?? 0
      let bytes = Array((choice & 128 == 0 ? head : "").utf8) + input.dropFirst()
      let path = bytes.withUnsafeBytes { InputFile.holding($0, called: file) }
      let scratch = try ScratchFolder(at: InputFile.folder + "/scratch")
      var reading = EdgeReading(
        paths: [path], format: format(choice, kind, separator), isDirected: choice & 64 != 0, inputs: InputLog(),
        progress: .none, scratch: scratch, unpackingBytes: unpackingBytes)
      if choice & 32 != 0 && kind != .npy {
        reading.names = NameResolver(table: try StringTable(in: Workspace(scratch: scratch)), list: nil)
        reading.format.hasStringIds = true
      }
      try readThrough(reading)
    }
  }

  private static func readThrough(_ reading: EdgeReading) throws {
    _ = try reading.forEachBatch { batch in
      let edges = batch.edges
      precondition(edges.sources.count == edges.targets.count, "half an edge")
      precondition(edges.weights.isEmpty || edges.weights.count == edges.sources.count, "an edge without weight")
    }
  }

  private static func format(_ choice: UInt8, _ kind: EdgeFileKind?, _ separator: ColumnSeparator?) -> EdgeFormat {
    var format = EdgeFormat()
    format.kind = kind
    guard kind != .npy else { return format }
    format.isWeighted = choice & 1 != 0
    guard kind != .matrixMarket && kind != .metis else { return format }
    format.ignoresExtraColumns = choice & 2 != 0
    if choice & 4 != 0 { format.skippedLines = 1 }
    if choice & 8 != 0 { format.separator = separator ?? .semicolon }
    if choice & 16 != 0 { format.columns = EdgeColumns(format.isWeighted ? "2,1,3" : "2,1") }
    return format
  }

  private static let pairs = Target(name: "binary-pairs") { input in
    let path = InputFile.holding(input.without(1), called: (input.first ?? 0) & 4 == 0 ? "edges.bin" : "edges.bin.gz")
    var format = EdgeFormat()
    format.binaryIds = BinaryIds.allCases[Int(input.first ?? 0) % BinaryIds.allCases.count]
    try readThrough(
      EdgeReading(
        paths: [path], format: format, inputs: InputLog(), progress: .none,
        unpackingBytes: unpackingBytes))
  }
}
