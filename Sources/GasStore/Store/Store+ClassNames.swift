import GasBase

extension Store {
  /// The names of the classes or labels, in the order of their numbers. They are the numbers themselves, since the
  /// store keeps no names.
  public var classNames: [String] {
    (0..<(manifest.labels?.classCount ?? 0)).map(String.init)
  }

  /// The number of the class or label of a name.
  ///
  /// - Parameter name: one of `classNames`, or a class's number.
  /// - Returns: the number.
  /// - Throws: `GasError` if there is no such class.
  public func classNumber(_ name: String) throws -> Int {
    let names = classNames
    if let number = names.firstIndex(of: name) ?? Int(name), names.indices.contains(number) { return number }
    let shown = names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    throw GasError(expected: "one of the classes \(shown)", found: "\"\(name.excerpt)\"", file: path)
  }
}
