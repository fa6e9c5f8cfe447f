extension DefaultStringInterpolation {
  /// Writes every value that is not a number as "nan", whatever its sign and payload: Swift writes "-nan" and
  /// "nan(0x1fffff)".
  package mutating func appendInterpolation(_ value: Double) {
    appendLiteral(value.isNaN ? "nan" : value.description)
  }

  /// Writes every value that is not a number as "nan".
  package mutating func appendInterpolation(_ value: Float) {
    appendLiteral(value.isNaN ? "nan" : value.description)
  }
}
