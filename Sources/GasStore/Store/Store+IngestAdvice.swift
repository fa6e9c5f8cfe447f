import GasBase

/// What a store may lack that somebody wants to do something with.
package enum MissingPart {
  case features, labels, splits, trainingNodes, sampleWeights, edgeWeights, edgeFeatures
}

extension Store {
  /// Whether the store was made of tables: `gas-ingest table` calls some flags otherwise than `gas-ingest store`.
  package var isOfTables: Bool { manifest.tableEncoding != nil }

  /// What to do about a part that the store lacks, in the flags of the command that made it.
  ///
  /// - Parameter part: what is missing, or of no use as it is.
  /// - Returns: advice for a message, without a verb in front: "ingest again with …".
  package func adviceToIngest(_ part: MissingPart) -> String {
    "ingest again with " + (isOfTables ? tableFlags(part) : Self.flags(part))
  }

  private static func flags(_ part: MissingPart) -> String {
    switch part {
    case .features: "--features, or with --structural-features, which makes some of the graph"
    case .labels: "--labels"
    case .splits: "--train, --val and --test, or --splits"
    case .trainingNodes: "training nodes (--train)"
    case .sampleWeights: "other --sample-weights"
    case .edgeWeights: "--weighted or --edge-weights"
    case .edgeFeatures: "--edge-features"
    }
  }

  private func tableFlags(_ part: MissingPart) -> String {
    switch part {
    case .features:
      "a table of --nodes that has columns for features"
        + (manifest.edgeCount > 0 ? ", or with --structural-features, which makes some of the graph" : "")
    case .labels: "--label, the column of --nodes or --labels that holds them"
    case .splits, .trainingNodes: "--split, whose first share trains, or with --split-by or --split-column"
    case .sampleWeights: "another column as --sample-weight"
    case .edgeWeights: "--weight, a column of --edges"
    case .edgeFeatures: "--edge-columns, or with a --relation for each table of --edges"
    }
  }
}
