import Foundation
import GasBase
import GasStore

/// Writes a `PlantedGraph` as plain files: `edges.npy` (uint32 [M, 2]), `features.npy` (float32 [N, F]), `labels.npy` (int64 [N]),
/// `train.npy`, `val.npy`, `test.npy` (int64 ids, ascending), and `communities.npy` (int64 [N]): what a partitioner should find.
///
/// The same options give the same bytes, whatever the number of threads. Memory does not depend on the size of the graph.
public struct Generator {
  private let graph: PlantedGraph
  private let folder: String
  private let parallel: Parallel
  private let progress: ProgressDisplay

  public static let fileNames = [
    "edges.npy", "features.npy", "labels.npy", "train.npy", "val.npy", "test.npy", "communities.npy",
  ]
  private static let valuesPerChunk = 1 << 16

  /// - Throws: `GasError` if the options make no graph.
  public init(
    _ options: GeneratorOptions, folder: String, parallel: Parallel, progress: ProgressDisplay = .none
  ) throws {
    if let problem = options.problem { throw GasError("a graph wants \(problem)") }
    graph = PlantedGraph(options)
    self.folder = folder.withoutTrailingSlash
    self.parallel = parallel
    self.progress = progress
  }

  private var options: GeneratorOptions { graph.options }

  /// The files that will be written; without features there is no `features.npy`.
  public var paths: [String] {
    Self.fileNames.filter { $0 != "features.npy" || options.featureWidth > 0 }.map { "\(folder)/\($0)" }
  }

  /// What to remove if the program is stopped.
  public var temporaryPaths: [String] { paths.map(AtomicFile.temporaryName(for:)) }

  public func run(replacesExisting: Bool = false) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw GasError("cannot create the folder: \(error.localizedDescription)", file: folder)
    }
    if let existing = paths.first(where: FileManager.default.fileExists(atPath:)), !replacesExisting {
      throw GasError("already exists", file: existing, advice: "name another --output, or pass --overwrite")
    }
    // Under their names all at once, when all are whole.
    var writers = [try edges()]
    if options.featureWidth > 0 { writers.append(try features()) }
    writers.append(try perNode("labels.npy", graph.label))
    writers.append(try perNode("communities.npy") { Int64(graph.community(ofId: $0)) })
    writers += try splits()
    for writer in writers { try writer.finish() }
  }

  private func edges() throws -> NpyWriter {
    let chunk = PlantedGraph.edgesPerChunk
    return try write("edges.npy", shape: [options.edgeCount, 2], rowsPerPiece: chunk, unit: "edges") {
      (rows: Range<Int>, pairs: UnsafeMutableBufferPointer<UInt32>) in
      graph.edges(chunk: rows.lowerBound / chunk, into: pairs)
    }
  }

  private func features() throws -> NpyWriter {
    let width = options.featureWidth
    let rowsPerPiece = max(1, Self.valuesPerChunk / width)
    return try write("features.npy", shape: [options.nodeCount, width], rowsPerPiece: rowsPerPiece, unit: "rows") {
      (rows: Range<Int>, values: UnsafeMutableBufferPointer<Float>) in
      for row in rows {
        let place = (row - rows.lowerBound) * width
        graph.features(of: row, into: UnsafeMutableBufferPointer(rebasing: values[place..<place + width]))
      }
    }
  }

  private func perNode(_ name: String, _ value: (Int) -> Int64) throws -> NpyWriter {
    return try write(name, shape: [options.nodeCount], rowsPerPiece: Self.valuesPerChunk, unit: "nodes") {
      (rows: Range<Int>, values: UnsafeMutableBufferPointer<Int64>) in
      for row in rows { values[row - rows.lowerBound] = value(row) }
    }
  }

  private func splits() throws -> [NpyWriter] {
    let counts = graph.splitCounts
    let writers = try Dictionary(
      uniqueKeysWithValues: SplitPart.allCases.map { part in
        (part, try NpyWriter(creating: "\(folder)/\(part.key).npy", type: .int64, shape: [counts[part]!]))
      })
    for id in 0..<options.nodeCount {
      guard let part = graph.part(of: id, counts) else { continue }
      try writers[part]!.append([Int64(id)])
    }
    return Array(writers.values)
  }

  /// Computes pieces of an array on several threads and writes them in order.
  private func write<T: NpyElement>(
    _ name: String, shape: [Int], rowsPerPiece: Int, unit: String,
    _ fill: (Range<Int>, UnsafeMutableBufferPointer<T>) -> Void
  ) throws -> NpyWriter {
    let writer = try NpyWriter(creating: "\(folder)/\(name)", type: T.npyType, shape: shape)
    let width = shape.dropFirst().reduce(1, *)
    let piecesPerRound = parallel.threadCount * 4
    let memory = Buffer<T>()
    let line = progress.line("writing \(name)", total: shape[0], unit: unit)
    defer { line?.finish() }
    for start in stride(from: 0, to: shape[0], by: rowsPerPiece * piecesPerRound) {
      let round = start..<min(shape[0], start + rowsPerPiece * piecesPerRound)
      let values = Unchecked(memory.resized(to: round.count * width))
      parallel.forEachRange(of: round.count, chunk: rowsPerPiece) { piece in
        let rows = round.lowerBound + piece.lowerBound..<round.lowerBound + piece.upperBound
        let place = piece.lowerBound * width..<piece.upperBound * width
        fill(rows, UnsafeMutableBufferPointer(rebasing: values.value[place]))
      }
      try writer.append(UnsafeBufferPointer(values.value))
      line?.advance(by: round.count)
    }
    return writer
  }
}
