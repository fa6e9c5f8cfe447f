import GasBase
import GasEdges

/// Estimates how many edges files hold, from their beginnings.
struct EdgeEstimate {
  private(set) var edgeCount = 0
  /// Whether counts were taken from headers and lengths.
  private(set) var isExact = true
  /// How many nodes a file says there are.
  private(set) var nodeCount: Int?
  /// 1 + the largest id that was seen.
  private(set) var idLimit = 0
  /// Whether edges have a direction, as the user or the files say.
  private(set) var isDirected = false
  /// What was assumed about the files.
  private(set) var notes: [String] = []

  private static let sampledBatches = 4

  private struct Enough: Error {}

  init(_ reading: EdgeReading) throws {
    var directions: [(String, Bool?)] = []
    for path in reading.paths where path != "-" {
      let file = try reading.open(path)
      try add(file)
      directions.append((file.name, file.remarks.isDirected))
      notes += file.remarks.notes
    }
    isDirected = try reading.direction(directions)
    if reading.paths.contains("-") { isExact = false }
  }

  private mutating func add(_ file: any EdgeFile) throws {
    var (edges, advance, batches) = (0, 0, 0)
    do {
      try file.forEachBatch { batch, step in
        edges += batch.edges.count
        advance += step
        batches += 1
        nodeCount = nodeCount ?? batch.nodeCount
        idLimit = max(idLimit, Int(clamping: max(batch.edges.sources.max() ?? -1, batch.edges.targets.max() ?? -1)) + 1)
        if batches == Self.sampledBatches { throw Enough() }
      }
    } catch is Enough {
      guard let size = file.size, file.unit != "edges" else {
        edgeCount += file.size ?? edges
        isExact = isExact && file.size != nil
        return
      }
      isExact = false
      // More of a packed file has been read than has come out of it yet, so the estimate is at least what was seen.
      edges = max(edges, Int(Double(size) / Double(max(1, advance)) * Double(edges)))
    }
    edgeCount += edges
  }
}
