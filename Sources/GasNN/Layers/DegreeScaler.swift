import GasAutodiff
import Glibc

/// A factor that shows how much a node's degree d matters in its aggregation (Corso et al., NeurIPS 2020), as in
/// torch_geometric.nn.aggr.DegreeScalerAggregation. δ is the mean of log(d + 1) over the graph's nodes.
public enum DegreeScaler: String, CaseIterable, Sendable {
  /// 1.
  case identity
  /// log(d + 1) / δ.
  case amplification
  /// δ / log(d + 1), d taken as at least 1.
  case attenuation

  /// The factor of a node.
  ///
  /// - Parameters:
  ///   - degree: d, the number of the node's neighbours.
  ///   - meanLogDegree: δ. It is 0 in a graph without edges, where nothing is aggregated and the factor, 1, does not
  ///     matter.
  /// - Returns: the number that the node's aggregation is multiplied by.
  public func factor(degree: Int, meanLogDegree: Double) -> Double {
    if meanLogDegree == 0 { return 1 }
    return switch self {
    case .identity: 1
    case .amplification: log(Double(degree) + 1) / meanLogDegree
    case .attenuation: meanLogDegree / log(Double(max(degree, 1)) + 1)
    }
  }
}

extension Variable {
  /// Y[v] = factor of v's degree · X[v], for the rows of an adjacency; the degree is the number of the row's entries.
  /// Backward: the same factors.
  func scaledRows(by scaler: DegreeScaler, over adjacency: SparseMatrix, meanLogDegree: Double) -> Variable {
    precondition(rows == adjacency.rowCount, "\(rows) rows for an adjacency of \(adjacency.rowCount)")
    if scaler == .identity { return self }
    let factors = tape.arena.allocate(Float.self, count: rows)
    for row in 0..<rows {
      factors[row] = Float(scaler.factor(degree: adjacency.entries(of: row).count, meanLogDegree: meanLogDegree))
    }
    return scaledRows(by: factors)
  }
}
