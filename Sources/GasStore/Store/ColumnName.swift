/// The columns that a store of this format can have. What each holds: docs/format.md, "Columns".
public enum ColumnName: String, CaseIterable, Codable, Sendable {
  case order
  case ids
  case idOffsets = "id-offsets"
  case idBytes = "id-bytes"
  case degrees
  case weightedDegrees = "weighted-degrees"
  case neighbours
  case edgeWeights = "edge-weights"
  case edgeFeatures = "edge-features"
  case halo
  case haloDegrees = "halo-degrees"
  case features
  case featureOffsets = "feature-offsets"
  case featureIndices = "feature-indices"
  case featureValues = "feature-values"
  case labels
  case splits
  case sampleWeights = "sample-weights"
  case selfLoops = "self-loops"

  var fileName: String { rawValue + ".gascol" }
}
