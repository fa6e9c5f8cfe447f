import GasStore

/// Types that dense features can be stored in.
public enum FeatureType: String, CaseIterable, Codable, Sendable {
  case float32
  /// 11 bits of precision, up to 65 504.
  case float16
  /// 8 bits of precision, the range of float32.
  case bfloat16
  /// A scale for each row: 8 bits of its greatest value.
  case int8

  var encoding: RowEncoding {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int8: .int8
    }
  }
}
