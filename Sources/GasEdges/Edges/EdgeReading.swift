import GasBase
import GasFiles
import GasFormats

/// Reads edge files one after the other, batch by batch, whatever their formats.
package struct EdgeReading {
  /// The files; `-` is standard input.
  package let paths: [String]
  var format: EdgeFormat
  var isDirected = false
  /// Whether edges go both ways, whatever a file says.
  var isUndirected = false
  let inputs: InputLog
  let progress: ProgressDisplay
  /// Where compressed archives are unpacked; in memory if nil.
  var scratch: ScratchFolder?
  /// How much memory unpacking may take.
  var unpackingBytes = ByteSource.unpackingBytes(of: Workspace.standardMemoryBytes)
  /// Numbers names, if ids are names.
  var names: NameResolver?

  /// Groups what is known about the files and how they are read; opens nothing yet.
  package init(
    paths: [String], format: EdgeFormat, isDirected: Bool = false, isUndirected: Bool = false, inputs: InputLog,
    progress: ProgressDisplay, scratch: ScratchFolder? = nil,
    unpackingBytes: Int = ByteSource.unpackingBytes(of: Workspace.standardMemoryBytes),
    names: NameResolver? = nil
  ) {
    self.paths = paths
    self.format = format
    self.isDirected = isDirected
    self.isUndirected = isUndirected
    self.inputs = inputs
    self.progress = progress
    self.scratch = scratch
    self.unpackingBytes = unpackingBytes
    self.names = names
  }

  /// Reads all files.
  ///
  /// - Parameter body: gets each batch.
  /// - Returns: what the files say besides their edges; `isDirected` is that of all of them.
  /// - Throws: `GasError` if a file is damaged or cannot be read; what `body` throws.
  func forEachBatch(_ body: (EdgeBatch) throws -> Void) throws -> TextRemarks {
    var all = TextRemarks()
    var directions: [(file: String, isDirected: Bool?)] = []
    for path in paths {
      let file = try open(path)
      let line = progress.line("reading \(file.name)", total: file.size, unit: file.unit)
      defer { line?.finish() }
      try file.forEachBatch { batch, advance in
        try body(batch)
        line?.advance(by: advance)
      }
      file.record(in: inputs)
      all.add(file.remarks)
      directions.append((file.name, file.remarks.isDirected))
    }
    all.isDirected = try direction(directions)
    return all
  }

  /// Whether the graph is directed: as the user says, otherwise as all files say.
  package func direction(_ files: [(file: String, isDirected: Bool?)]) throws -> Bool {
    if isDirected || isUndirected { return isDirected }
    guard let directed = files.first(where: { $0.isDirected == true }) else { return false }
    if let other = files.first(where: { $0.isDirected != true }) {
      throw GasError(
        "its edges have a direction, and \(other.file) does not say so of its own", file: directed.file,
        advice: "pass --directed or --undirected")
    }
    return true
  }

  /// Opens a file in the format that the user, its ending or its contents say.
  ///
  /// - Parameter path: one of the files.
  /// - Returns: a reader of its edges.
  /// - Throws: `GasError` if it cannot be opened, or is of no known format.
  package func open(_ path: String) throws -> any EdgeFile {
    if let ids = format.binaryIds {
      try refuseTextFlags(path, "pairs")
      try refuseWeights(path, "pairs hold")
      return try BinaryPairs(opening: path, ids, memoryBytes: unpackingBytes)
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
      return try openContent(path, kind)
    }
  }

  /// Opens a file as the kind that its content shows.
  private func openContent(_ path: String, _ kind: EdgeFileKind?) throws -> any EdgeFile {
    let source = try ByteSource(opening: path, memoryBytes: unpackingBytes)
    let isMappable =
      kind != .text && source.isPlain && source.file.totalBytes != nil && path != FileReader.standardInput
    if isMappable, try source.peek(NumPy.magic.count) == NumPy.magic { return try open(path, as: .npy) }
    if isMappable, try isArrayArchive(source) { return try open(path, as: .scipy) }
    return try openText(path, source, kind)
  }

  private func isArrayArchive(_ source: ByteSource) throws -> Bool {
    let head = try source.peek(FileKinds.headBytes)
    return head.withUnsafeBytes { FileKinds.kind(of: $0, isPlain: true) }?.name == FileKinds.arrayArchive
  }

  private func open(_ path: String, as kind: EdgeFileKind) throws -> any EdgeFile {
    var reading = self
    reading.format.kind = kind
    return try reading.open(path)
  }

  private func openText(_ path: String, _ source: ByteSource, _ kind: EdgeFileKind?) throws -> EdgeText {
    let reader = try LineReader(source, as: .edges)
    let bytes = try source.peek(FileKinds.headBytes)
    if kind == nil || kind == .metis { try GraphLanguages.refuse(bytes, file: reader.name) }
    let head = TextHead(bytes)
    if kind != .text, MatrixMarketParser.starts(head) || kind == .matrixMarket || isCalledMatrix(path) {
      try refuseTextFlags(path, "matrices")
      return EdgeText(
        reader, MatrixMarketParser(file: reader.name, isWeighted: format.isWeighted, isDirected: isDirected))
    }
    guard format.skippedLines != nil || !MatrixMarketParser.starts(head) else {
      throw GasError(
        "the file says that it is a Matrix Market file, and not an edge list", file: reader.name,
        advice: "leave out --format text, or pass --skip-lines up to the line of sizes")
    }
    if let header = KonectHeader(head) { return EdgeText(reader, try konect(header, reader.name)) }
    if kind == .metis {
      try refuseTextFlags(path, "METIS graphs")
      guard !isDirected else {
        throw GasError("edges of METIS graphs go both ways", file: reader.name, advice: "leave out --directed")
      }
      return EdgeText(reader, MetisParser(file: reader.name, isWeighted: format.isWeighted))
    }
    return EdgeText(reader, EdgeParser(format: format, file: reader.name, names: names))
  }

  private func isCalledMatrix(_ path: String) -> Bool {
    format.kind == nil && Packings.plainName(of: path).lowercased().hasSuffix(".mtx")
  }

  private func konect(_ header: KonectHeader, _ file: String) throws -> KonectParser {
    guard header.kind != .sym || !isDirected else {
      throw GasError(
        "the header of KONECT says that edges have no direction (sym)", file: file, at: .line(header.line),
        advice: "leave out --directed")
    }
    guard names == nil else {
      throw GasError(
        "the header of KONECT says that nodes are numbered", file: file, at: .line(header.line),
        advice: "leave out --string-ids, or take the line away")
    }
    guard header.kind != .bip || paths.count == 1 else {
      throw GasError(
        "the header of KONECT says that the network is bipartite, and there are other files", file: file,
        at: .line(header.line), advice: "give it alone")
    }
    return KonectParser(header, format: format, file: file, overruledBy: isUndirected ? "--undirected" : nil)
  }

  /// Refuses options that have no meaning for a file that is not a text of edges.
  private func refuseTextFlags(_ path: String, _ files: String) throws {
    guard names == nil else { throw GasError("edges between named nodes are read from text only", file: path) }
    for (flag, isSet) in [
      ("--skip-lines", format.skippedLines != nil), ("--ignore-extra-columns", format.ignoresExtraColumns),
      ("--columns", format.columns != nil), ("--separator", format.separator != nil),
      ("--comment", format.comments.areChosen),
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
