import GasBase
import GasGraph

/// Ids of nodes that seem to be counted from 1 where they have to be counted from 0: they go from 1 to the number of
/// nodes exactly. This can be said when all of them were seen, or many: the edges are refused in any case.
package struct OneBasedIds {
  private let nodeCount: Int
  /// The error for the id that is out of range, if nothing more can be said.
  private let error: GasError
  private var hasOne = false
  /// How many edges were seen.
  private var edgeCount: Int
  /// So many edges tell: more are not read for the advice alone.
  private static let tellingCount = 1 << 20

  /// Begins with the batch that has an id out of range; `nil` if the ids cannot be counted from 1.
  ///
  /// - Parameters:
  ///   - error: the error for that id.
  ///   - nodes: the nodes that there are.
  ///   - batch: the edges of the batch.
  ///   - before: the edges before, between numbered nodes.
  /// - Throws: `GasError` if the disk fails.
  init?(
    _ error: GasError, _ nodes: NodeIds, _ batch: EdgeChunk<Int64>, _ before: EdgeLog<UInt32>
  ) throws {
    guard case .sequential(let count) = nodes, count > 1 else { return nil }
    (nodeCount, self.error, edgeCount) = (count, error, before.count + batch.count)
    guard add(batch) else { return nil }
    var isPossible = true
    try before.forEachChunk { chunk in
      for node in chunk.sources + chunk.targets where isPossible { isPossible = add(Int64(node)) }
    }
    guard isPossible else { return nil }
  }

  /// Takes more edges.
  ///
  /// - Throws: the error, if one of their ids is not among those from 1 to the number of nodes; with advice, if so many
  ///   edges were seen that no more are needed.
  mutating func check(_ batch: EdgeChunk<Int64>) throws {
    guard add(batch) else { throw error }
    edgeCount += batch.count
    if hasOne && edgeCount >= Self.tellingCount {
      throw advised("those of the first \(edgeCount) edges go from 1 to \(nodeCount)")
    }
  }

  private mutating func add(_ batch: EdgeChunk<Int64>) -> Bool {
    batch.sources.allSatisfy { add($0) } && batch.targets.allSatisfy { add($0) }
  }

  private mutating func add(_ id: Int64) -> Bool {
    if id == 1 { hasOne = true }
    return 1...nodeCount ~= Int(id)
  }

  /// What is thrown when all edges were seen.
  var conclusion: GasError { hasOne ? advised("they go from 1 to \(nodeCount)") : error }

  private func advised(_ reason: String) -> GasError {
    GasError(
      error.problem, file: error.file, at: error.position,
      advice: "the ids look 1-based, since \(reason): if the first row of the arrays is node 1, "
        + "pass --ids with the numbers 1 to \(nodeCount), one a line (seq \(nodeCount)); lists of nodes then name "
        + "these ids too")
  }

  /// What to do about a list of nodes whose ids seem to be counted from 1.
  ///
  /// - Parameters:
  ///   - range: its least and its greatest id.
  ///   - nodes: the nodes that there are.
  /// - Returns: `nil` if they are not counted from 1.
  package static func advice(aboutListFrom range: ClosedRange<Int64>, _ nodes: NodeIds) -> String? {
    guard case .sequential(let count) = nodes, count > 1, range == 1...Int64(count) else { return nil }
    return "the ids look 1-based, since they go from 1 to \(count): if they are, and those of the edges are not, take "
      + "1 away from each"
  }
}
