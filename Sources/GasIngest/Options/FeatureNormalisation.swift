/// How feature values are changed before they are stored.
public enum FeatureNormalisation: String, CaseIterable, Codable, Sendable {
  case none
  /// x / Σ_j x_j of the row; rows that add up to zero are not changed. As published for the Planetoid graphs.
  case row
  /// (x − mean) / deviation of the column over all nodes, with N − 1 in the deviation; constant columns become
  /// zero. As published for Reddit and Yelp.
  case standard
}
