import GasBase
import GasStore

/// What `--version` tells: the release, the commit, the kernels that run here, and libraries.
struct VersionReport: Encodable {
  private let name: String
  private let libraries: [LibraryVersion]

  init(_ tool: any Tool.Type) {
    name = tool.configuration.commandName ?? Program.calledName
    libraries = tool.libraries.joined().sorted { $0.name.lowercased() < $1.name.lowercased() }
  }

  /// Whether the arguments ask for it. Behind a command, `--version` is the argument parser's and prints the release.
  static func isWanted(_ arguments: some Sequence<String>) -> Bool {
    let arguments = Set(arguments)
    return arguments.contains("--version") && arguments.isSubset(of: ["--version", "--json"])
  }

  /// The lines for people.
  var text: String {
    let rows =
      [
        ("commit", GasVersion.commit ?? "not recorded by this build"),
        ("kernels", "\(InstructionSet.current), of \(InstructionSet.available.joined(separator: ", "))"),
        ("stores", "format versions 1 to \(Manifest.currentVersion)"),
      ] + libraries.map { ($0.name, $0.text) }
    return (["\(name) \(GasVersion.current)"] + rows.map { "  " + $0.padded(to: 12) + $1 }).textLines
  }

  private enum Key: CodingKey { case version, commit, kernels, storeFormat, libraries }

  /// Writes an object in which libraries that cannot be loaded are `null`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(GasVersion.current, forKey: .version)
    try container.encode(GasVersion.commit, forKey: .commit)
    try container.encode(InstructionSet.current, forKey: .kernels)
    try container.encode(Manifest.currentVersion, forKey: .storeFormat)
    try container.encode(
      Dictionary(uniqueKeysWithValues: libraries.map { ($0.name, $0.version) }), forKey: .libraries)
  }
}
