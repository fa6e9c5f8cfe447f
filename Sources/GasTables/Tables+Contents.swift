import GasBase
import GasEdges
import GasGraph
import GasStore

extension Tables {
  /// What the tables hold.
  package struct Contents {
    /// The edges, between numbered nodes.
    package let edges: EdgeLog<UInt32>
    /// The ids of the nodes.
    package let nodes: NodeIds
    /// The table that says how many nodes there are.
    package let nodesFrom: String?
    /// Files made of the tables.
    package internal(set) var arrays = Arrays()
    /// How columns became features.
    package internal(set) var encoding: TableEncoding
    /// What was decided about the tables.
    package internal(set) var report: TableReport
    /// Whether there are no edges because there is no table of edges.
    package let isEdgeless: Bool

    /// Checks that no column became a feature of nodes: then some can be made of the graph.
    ///
    /// - Parameter asked: which tables there are.
    /// - Throws: `GasError` that says how to do without these columns.
    package func checkHasNoFeatures(_ asked: TableOptions) throws {
      let columns = encoding.nodes.filter { $0.width > 0 }.map(\.name)
      guard !columns.isEmpty else { return }
      // Commas separate the names that --drop takes, and what is known of columns comes from another store.
      let list = (asked.droppedColumns + columns).joined(separator: ",")
      let canDrop = asked.encodingStore == nil && !columns.contains { $0.contains(",") }
      let names = list.utf8.count > Self.longestList ? "with these columns" : list.shellWord
      throw GasError(
        "--structural-features are for nodes that have none, and \(Units.plural(columns.count, "column")) became features",
        file: asked.nodes,
        advice: "leave it out" + (canDrop ? ", or pass --drop \(names)" : ""))
    }

    private static let longestList = 400

    /// Which features an edge has that stands in the tables several times.
    package var featuresOfRepeatedEdges: String {
      switch (encoding.edges.contains { $0.width > 0 }, encoding.relations.count > 1) {
      case (false, true): "with the relations of all their rows"
      case (true, true): "with the relations of all their rows, and else the features of the first"
      case (_, false): "with the features of the first"
      }
    }
  }

  /// Arrays in scratch files, as ingest reads them from a user; `nil` for what the tables do not have.
  package struct Arrays {
    /// Features of nodes.
    package internal(set) var features: String?
    /// Features of edges.
    package internal(set) var edgeFeatures: String?
    /// The labels, and what they say.
    package internal(set) var labels: (path: String, kind: LabelKind)?
    /// How many classes there are, where labels are classes.
    package internal(set) var classCount: Int?
    /// The weights of nodes in the loss.
    package internal(set) var sampleWeights: String?
    /// A mask for each part of the split.
    package internal(set) var splitParts: [SplitPart: String] = [:]
  }
}
