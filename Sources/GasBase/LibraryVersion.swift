/// A library that the programs stand on, as this process has it. Each module tells those that it calls.
package struct LibraryVersion: Equatable, Sendable {
  /// The library's name, as its makers write it.
  package let name: String
  /// Its version; `nil` where it cannot be loaded.
  package let version: String?
  /// Why it cannot be loaded.
  package let problem: String?

  /// A library that is there.
  package init(_ name: String, _ version: String) { (self.name, self.version, problem) = (name, version, nil) }

  /// A library that cannot be loaded.
  package init(_ name: String, problem: String) { (self.name, version, self.problem) = (name, nil, problem) }

  /// A library that tells its version as text in C.
  package init(_ name: String, _ version: UnsafePointer<CChar>) {
    self.init(name, String(String(cString: version).prefix { $0 != "," }))
  }
}
