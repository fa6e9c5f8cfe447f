import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasStore
import Glibc

/// Writes the random graph of `GeneratorOptions` as plain files: `edges.npy` (uint32 [M, 2]), `features.npy` (float32
/// or float16 [N, F]), `labels.npy` (int32 [N]), `train.npy`, `val.npy`, `test.npy` (int64 ids, ascending), and for
/// planted communities `communities.npy` (int32 [N]): what a partitioner should find.
///
/// The same options give the same bytes, whatever the number of threads. Memory does not depend on the size of the
/// graph.
public struct Generator {
  private let nodes: GeneratedNodes
  private let edges: GeneratedEdges
  private let folder: String
  private let rounds: Rounds

  /// The names of all files that there can be.
  public static let fileNames = [
    "edges.npy", "features.npy", "labels.npy", "train.npy", "val.npy", "test.npy", "communities.npy",
  ]
  private static let valuesPerPiece = 1 << 15

  /// Checks the options; writes nothing yet.
  ///
  /// - Parameters:
  ///   - options: the graph.
  ///   - folder: where the files are written; it need not exist.
  ///   - parallel: the threads that compute.
  ///   - progress: what is shown meanwhile.
  /// - Throws: `GasError` if the options make no graph, or if the machine has too little memory for them.
  public init(
    _ options: GeneratorOptions, folder: String, parallel: Parallel, progress: ProgressDisplay = .none
  ) throws {
    if let problem = options.problem { throw GasError("a graph wants \(problem)") }
    try Self.checkMemory(options, parallel)
    nodes = GeneratedNodes(options)
    edges = GeneratedEdges(options, ids: nodes.ids)
    self.folder = try OutputPath.resolved(folder)
    // The files go into the folder, which may be a store itself.
    try EnclosingStore.refuse(folder: self.folder + "/x", called: folder)
    rounds = Rounds(parallel: parallel, progress: progress)
  }

  /// Checks the memory: the means of all classes are held in it, and some rows for each thread.
  private static func checkMemory(_ options: GeneratorOptions, _ parallel: Parallel) throws {
    let rows = options.classCount + (options.featureWidth > 0 ? Rounds.pieces(parallel) : 0)
    let wanted = Double(options.featureWidth) * Double(rows) * Double(MemoryLayout<Float>.stride)
    guard wanted > Double(Memory.physicalBytes) else { return }
    throw GasError(
      "\(options.featureWidth) features of \(options.classCount == 1 ? "1 class" : "\(options.classCount) classes") take \(Units.bytes(Int(clamping: wanted))) of"
        + " memory, the machine has \(Units.bytes(Memory.physicalBytes))", advice: "pass fewer --features",
      status: .refusedBudget)
  }

  /// Checks the disk.
  ///
  /// - Throws: `GasError` if it clearly has too little space.
  private func checkSpace() throws {
    let features = options.featureWidth * (options.featureType == .float16 ? 2 : 4)
    let perNode = features + 4 + (options.kind == .planted ? 4 : 0)
    let edges = options.leavesOutEdges ? 0 : Double(options.edgeCount) * 8
    let (wanted, free) = (edges + Double(options.nodeCount) * Double(perNode), try DiskSpace.freeBytes(at: folder))
    guard wanted > Double(free) else {
      return DiskNeed(Int(wanted), for: "the files", in: folder).tell()
    }
    let files = "\(options.nodeCount) nodes and \(options.edgeCount) edges"
    throw GasError(
      expected: "\(Units.bytes(Int(clamping: wanted))) of free disk for \(files)", found: Units.bytes(free),
      file: folder, advice: "free some space, or name an --output on another disk", status: .refusedBudget)
  }

  private var options: GeneratorOptions { nodes.options }

  private var names: [String] {
    Self.fileNames.filter { name in
      switch name {
      case "edges.npy": !options.leavesOutEdges
      case "features.npy": options.featureWidth > 0
      case "communities.npy": options.kind == .planted
      default: true
      }
    }
  }

  /// The files that will be written.
  public var paths: [String] { names.map { "\(folder)/\($0)" } }

  /// Writes the files. If the folder does not exist, it appears with all files in it, in one step.
  ///
  /// - Parameter replacesExisting: whether files of these names are replaced.
  /// - Throws: `GasError` if one of the files exists and `replacesExisting` is false, or if the disk fails or has too
  ///   little space.
  public func run(replacesExisting: Bool = false) throws {
    try checkSpace()
    if FileManager.default.fileExists(atPath: folder) {
      try fillExisting(replacesExisting)
    } else {
      Leftovers.sweep(beside: folder)
      let draft = try DraftFolder(for: folder)
      try written(in: draft.path).map { try $0.ready(replaces: false) }.publish()
      _ = try draft.publish()
    }
  }

  private func fillExisting(_ replacesExisting: Bool) throws {
    try FileTree.makeFolders(folder)
    paths.forEach(Leftovers.sweep(beside:))
    var outputs = OutputPaths(
      replacesExisting: replacesExisting, followsLinks: false, advice: "name another --output, or pass --overwrite")
    for path in paths { _ = try outputs.add(path, as: "--output") }
    try written(in: folder).map { try $0.ready(replaces: replacesExisting ? .anything : .nothing) }.publish()
  }

  /// Writes files that are whole and do not have their names yet.
  private func written(in place: String) throws -> [NpyWriter] {
    var writers: [NpyWriter] = []
    if !options.leavesOutEdges { writers.append(try writeEdges(in: place)) }
    if options.featureWidth > 0 { writers.append(try writeFeatures(in: place)) }
    writers.append(try perNode("labels.npy", in: place, nodes.label))
    if options.kind == .planted { writers.append(try perNode("communities.npy", in: place, nodes.community)) }
    return try writers + splits(in: place)
  }

  /// Writes the edges alone, as pairs of little-endian uint32, for `gas-ingest --binary u32`.
  ///
  /// - Parameter output: where they go.
  /// - Throws: `BrokenPipe` if nobody reads them, `GasError` if they cannot be written.
  public func stream(to output: StandardOutput) throws {
    try forEachRoundOfEdges { try output.write(UnsafeRawBufferPointer($0)) }
  }

  private func forEachRoundOfEdges(_ body: (UnsafeBufferPointer<UInt32>) throws -> Void) throws {
    let chunk = GeneratedEdges.edgesPerChunk
    try rounds.run("edges", rowCount: options.edgeCount, width: 2, rowsPerPiece: chunk, unit: "edges") { rows, pairs in
      edges.fill(pairs, chunk: rows.lowerBound / chunk)
    } consume: { _, pairs in
      try body(pairs)
    }
  }

  private func writeEdges(in place: String) throws -> NpyWriter {
    let writer = try NpyWriter(creating: "\(place)/edges.npy", type: .uint32, shape: [options.edgeCount, 2])
    try forEachRoundOfEdges(writer.append)
    return writer
  }

  private func writeFeatures(in place: String) throws -> NpyWriter {
    switch options.featureType {
    case .float32:
      try writeFeatures(in: place, nodes.features(of:into:) as (Range<Int>, UnsafeMutableBufferPointer<Float>) -> Void)
    case .float16:
      try writeFeatures(
        in: place, nodes.features(of:into:) as (Range<Int>, UnsafeMutableBufferPointer<Float16>) -> Void)
    }
  }

  private func writeFeatures<T: NpyElement>(
    in place: String, _ fill: (Range<Int>, UnsafeMutableBufferPointer<T>) -> Void
  ) throws -> NpyWriter {
    let width = options.featureWidth
    let shape = [options.nodeCount, width]
    let writer = try NpyWriter(creating: "\(place)/features.npy", type: T.npyType, shape: shape)
    try rounds.run(
      "features", rowCount: options.nodeCount, width: width, rowsPerPiece: max(1, Self.valuesPerPiece / width),
      unit: "rows", fill: fill
    ) { try writer.append($1) }
    return writer
  }

  private func perNode(_ name: String, in place: String, _ value: (Int) -> Int) throws -> NpyWriter {
    let writer = try NpyWriter(creating: "\(place)/\(name)", type: .int32, shape: [options.nodeCount])
    try forEachRoundOfNodes(name) {
      Int32(truncatingIfNeeded: value($0))
    } consume: {
      try writer.append($1)
    }
    return writer
  }

  private func forEachRoundOfNodes<T: BitwiseCopyable>(
    _ title: String, _ value: (Int) -> T, consume: (Range<Int>, UnsafeBufferPointer<T>) throws -> Void
  ) throws {
    try rounds.run(
      title, rowCount: options.nodeCount, width: 1, rowsPerPiece: Self.valuesPerPiece, unit: "nodes",
      fill: { rows, values in for row in rows { values[row - rows.lowerBound] = value(row) } }, consume: consume)
  }

  private func splits(in place: String) throws -> [NpyWriter] {
    let counts = nodes.splitCounts
    let writers = try SplitPart.allCases.map { part in
      try NpyWriter(creating: "\(place)/\(part.key).npy", type: .int64, shape: [counts[part]!])
    }
    var ends: [Int] = []
    for part in SplitPart.allCases { ends.append((ends.last ?? 0) + counts[part]!) }
    try forEachRoundOfNodes("splits") { [ends] id in
      let place = nodes.splitPlace(of: id)
      return UInt8(ends.firstIndex { place < $0 } ?? ends.count)
    } consume: { rows, parts in
      for (part, writer) in writers.enumerated() {
        try writer.append(rows.filter { parts[$0 - rows.lowerBound] == part }.map { Int64($0) })
      }
    }
    return writers
  }
}

extension Int {
  /// The nearest integer up to 2⁶².
  fileprivate init(clamping value: Double) { self = value < 0x1p62 ? Int(value) : 1 << 62 }
}
