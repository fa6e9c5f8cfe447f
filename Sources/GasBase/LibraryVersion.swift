/// A library that the programs stand on, as this process has it. Each module tells those that it calls.
package struct LibraryVersion: Equatable, Sendable {
  /// The library's name, as its makers write it.
  package let name: String
  /// Its version; `nil` where it cannot be loaded.
  package let version: String?
  /// Why it cannot be loaded.
  package let problem: String?
  /// Whether that is the version that the program was built with, since the library does not tell its own.
  package let isOfBuild: Bool

  /// A library that is there.
  package init(_ name: String, _ version: String) { self.init(name, version, nil, isOfBuild: false) }

  /// A library that cannot be loaded.
  package init(_ name: String, problem: String) { self.init(name, nil, problem, isOfBuild: false) }

  /// A library that does not tell its version: the one that the program was built with.
  package init(_ name: String, builtWith version: String) { self.init(name, version, nil, isOfBuild: true) }

  private init(_ name: String, _ version: String?, _ problem: String?, isOfBuild: Bool) {
    (self.name, self.version, self.problem, self.isOfBuild) = (name, version, problem, isOfBuild)
  }

  /// The version for people.
  package var text: String {
    (isOfBuild ? "built with " : "") + (version ?? "none: \(problem ?? "")")
  }

  /// A library that tells its version as text in C.
  package init(_ name: String, _ version: UnsafePointer<CChar>) {
    self.init(name, String(String(cString: version).prefix { $0 != "," }))
  }
}
