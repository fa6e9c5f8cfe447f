import GasBase
import GasStore

/// Reads edge files one after the other, batch by batch: text or `.npy`.
struct EdgeReading {
  let paths: [String]
  let format: EdgeFormat
  let inputs: InputLog
  let progress: ProgressDisplay
  /// Numbers names, where ids are names.
  var names: NameResolver?

  func forEachBatch(_ body: (EdgeBatch) throws -> Void) throws {
    for path in paths {
      if NumPy.isArray(path) {
        try readArray(path, body)
      } else {
        try readText(path, body)
      }
    }
  }

  private func readText(_ path: String, _ body: (EdgeBatch) throws -> Void) throws {
    let reader = try LineReader(opening: path)
    let file = reader.source.file
    let line = progress.line("reading \(file.name)", total: file.totalBytes, unit: "bytes")
    defer { line?.finish() }
    var parser = EdgeParser(format: format, file: file.name, names: names)
    var reported = 0
    while let text = try reader.next() {
      guard !text.isEmpty else { continue }
      try body(try parser.parse(text))
      line?.advance(by: file.byteCount - reported)
      reported = file.byteCount
    }
    inputs.record(file)
  }

  private func readArray(_ path: String, _ body: (EdgeBatch) throws -> Void) throws {
    let array = try EdgeArray(opening: path)
    guard names == nil else {
      throw GasError("edges between named nodes are read from text only", file: path)
    }
    guard !format.isWeighted else {
      throw GasError(
        "the array holds no weights", file: path, advice: "pass --edge-weights FILE.npy instead of --weighted")
    }
    let line = progress.line("reading \(path)", total: array.edgeCount, unit: "edges")
    defer { line?.finish() }
    try array.forEachBatch {
      try body($0)
      line?.advance(by: $0.edges.count)
    }
    inputs.record(path: path, array.reader.withFileBytes { $0 })
  }
}
