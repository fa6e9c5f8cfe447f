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
