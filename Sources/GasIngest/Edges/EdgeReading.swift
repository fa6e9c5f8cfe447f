import GasBase
import GasStore

/// Reads edge files one after the other, batch by batch, whatever their formats.
struct EdgeReading {
  let paths: [String]
  let format: EdgeFormat
  var isDirected = false
  let inputs: InputLog
  let progress: ProgressDisplay
  /// Where compressed archives are unpacked; in memory if it is absent.
  var scratch: ScratchFolder?
  /// Numbers names, where ids are names.
  var names: NameResolver?

  func forEachBatch(_ body: (EdgeBatch) throws -> Void) throws {
    for path in paths {
      let file = try open(path)
      let line = progress.line("reading \(file.name)", total: file.size, unit: file.unit)
      defer { line?.finish() }
      try file.forEachBatch { batch, advance in
        try body(batch)
        line?.advance(by: advance)
      }
      file.record(in: inputs)
    }
  }

  func open(_ path: String) throws -> any EdgeFile {
    if let ids = format.binaryIds {
      try refuseTextFlags(path, "pairs")
      try refuseWeights(path, "pairs hold")
      return try BinaryPairs(opening: path, ids)
    }
    switch format.kind ?? EdgeFileKind(endingOf: path) {
    case .npy:
      let name = inputs.name(of: path)
      try refuseTextFlags(name, "arrays")
      try refuseWeights(name, "array holds")
      return try EdgeArray(opening: path, called: name)
    case .scipy:
      try refuseTextFlags(path, "matrices")
      return try ScipyAdjacency(opening: path, isWeighted: format.isWeighted, scratch: scratch)
    case let kind:
      return try openText(path, kind)
    }
  }

  private func openText(_ path: String, _ kind: EdgeFileKind?) throws -> EdgeText {
    let source = try ByteSource(opening: path)
    let reader = try LineReader(source)
    let isMatrix = try kind == .matrixMarket || (kind == nil && MatrixMarketParser.starts(source))
    if isMatrix {
      try refuseTextFlags(path, "matrices")
      return EdgeText(
        reader, MatrixMarketParser(file: reader.name, isWeighted: format.isWeighted, isDirected: isDirected))
    }
    if kind == .metis {
      try refuseTextFlags(path, "METIS graphs")
      guard !isDirected else {
        throw GasError("edges of METIS graphs go both ways", file: reader.name, advice: "leave out --directed")
      }
      return EdgeText(reader, MetisParser(file: reader.name, isWeighted: format.isWeighted))
    }
    return EdgeText(reader, EdgeParser(format: format, file: reader.name, names: names))
  }

  /// Refuses what would have no meaning in a file that is no edge list.
  private func refuseTextFlags(_ path: String, _ files: String) throws {
    guard names == nil else { throw GasError("edges between named nodes are read from text only", file: path) }
    for (flag, isSet) in [
      ("--skip-lines", format.skippedLines > 0), ("--ignore-extra-columns", format.ignoresExtraColumns),
    ] where isSet {
      throw GasError("\(flag) is for edge lists, not for \(files)", file: path)
    }
  }

  private func refuseWeights(_ path: String, _ subject: String) throws {
    guard format.isWeighted else { return }
    throw GasError(
      "the \(subject) no weights", file: path, advice: "pass --edge-weights FILE.npy instead of --weighted")
  }
}
