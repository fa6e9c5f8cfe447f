import GasBase

extension Store {
  /// The names of the classes, labels or real values, in the order of their numbers: the words of the table that the
  /// store was made of, or the names of its columns, or the numbers themselves where the store keeps no names.
  ///
  /// - Returns: a name each.
  /// - Throws: `GasError` if the encoding of the store's tables is damaged.
  public func classNames() throws -> [String] {
    let count = manifest.labels?.classCount ?? 0
    let labels = try tableEncoding()?.labels
    let names = labels.map { $0.kind == .classes ? $0.classes : $0.columns } ?? []
    return names.count == count ? names : (0..<count).map(String.init)
  }

  /// The number of the class or label of a name.
  ///
  /// - Parameter name: one of `classNames`, or a class's number where names are words; `nil` for class 1, which has to
  ///   have no other name, for the only one, and for the first of real values.
  /// - Returns: the number.
  /// - Throws: `GasError` if there is no such class.
  public func classNumber(_ name: String?) throws -> Int {
    let names = try classNames()
    let things = manifest.labels?.kind == .multi ? "labels" : "classes"
    let shown =
      names.prefix(10).map(\.excerpt).joined(separator: ", ") + (names.count > 10 ? ", … (\(names.count))" : "")
    guard let name else {
      if manifest.labels?.kind == .values || names.count == 1 { return 0 }
      if let number = names.firstIndex(of: "1") { return number }
      throw GasError(
        "\(things) have names, and none is called 1: name the one to sort by", file: path,
        advice: "--top-class takes \(shown)")
    }
    if let number = names.firstIndex(of: name) { return number }
    // Where names are numbers themselves, another one is no name: it could be meant as either.
    if let number = Int(name), names.indices.contains(number), !names.contains(where: { Int($0) != nil }) {
      return number
    }
    throw GasError(expected: "one of the \(things) \(shown)", found: "\"\(name.excerpt)\"", file: path)
  }
}
