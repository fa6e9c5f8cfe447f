extension DefaultStringInterpolation {
  /// What is no number is "nan" in every text of this package, whatever its sign and payload: Swift writes "-nan" and "nan(0x1fffff)".
  package mutating func appendInterpolation(_ value: Double) {
    appendLiteral(value.isNaN ? "nan" : value.description)
  }

  /// The same.
  package mutating func appendInterpolation(_ value: Float) {
    appendLiteral(value.isNaN ? "nan" : value.description)
  }
}
