import Foundation
import GasStore

@testable import GasEdges
@testable import GasIngest

/// What ingest has made of a text, in the text's own words.
struct ReadGraph {
  /// By ids or names as they stand in the text: `a→b` in a directed graph, `a-b` once for each edge in others; a weight
  /// follows as `:w`.
  let edges: [String]
  let nodes: [String]
  let report: IngestReport

  init(_ inputs: Inputs, _ report: IngestReport) throws {
    let contents = try inputs.contents()
    let manifest = contents.store.manifest
    let nodes =
      switch manifest.idKind {
      case .string: try contents.names()
      case .integer: try contents.integerIds().map { "\($0)" }
      case .sequential: (0..<manifest.nodeCount).map { "\($0)" }
      }
    self.nodes = nodes
    self.report = report
    edges = contents.edges.sorted { $0.key < $1.key }.compactMap { edge, weight in
      guard manifest.directed || edge.source <= edge.target else { return nil }
      return nodes[edge.source] + (manifest.directed ? "→" : "-") + nodes[edge.target]
        + (manifest.weighted ? ":\(weight)" : "")
    }
  }
}

extension Inputs {
  /// Ingests a text under a name.
  func read(
    _ text: String, called name: String = "edges", _ change: (inout IngestOptions) -> Void = { _ in }
  ) throws -> ReadGraph {
    try read(file: self.text(text, name), change)
  }

  func read(file: String, _ change: (inout IngestOptions) -> Void = { _ in }) throws -> ReadGraph {
    let report = try ingest(file) {
      $0.replacesExisting = true
      change(&$0)
    }
    return try ReadGraph(self, report)
  }
}

extension IngestOptions {
  /// As the command line would set them.
  mutating func take(_ columns: String) { format.columns = EdgeColumns(columns)! }
}
