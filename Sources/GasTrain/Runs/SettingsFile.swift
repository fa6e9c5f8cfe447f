import Foundation
import GasBase
import GasStore
import Yams

/// Reads a person's file of settings, YAML with a line for each. What is too large to be one is refused before it costs anything.
enum SettingsFile {
  private static let largestBytes = 1 << 20
  /// Names, values and lists.
  private static let mostValues = 20_000

  /// - Throws: `GasError` if the file cannot be read, is no YAML or no settings, or is too large.
  static func read(_ path: String) throws -> [String: Any] {
    let text = try text(path)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw complaint(error, path)
    }
    guard let root else { return [:] }
    var count = 0
    guard isSmall(root, &count) else {
      throw GasError(
        "more than \(mostValues) values", file: path,
        advice: "settings are \"key: value\" lines; class weights may be in a .npy file")
    }
    guard let values = root.any as? [String: Any] else {
      throw GasError(expected: "settings as \"key: value\" lines", found: "something else", file: path)
    }
    let known = RunSettings.CodingKeys.allCases.map(\.rawValue)
    if let unknown = values.keys.sorted().first(where: { !known.contains($0) }) {
      throw GasError(
        "no setting is called \"\(unknown.excerpt)\"", file: path,
        advice: "there are \(known.sorted().joined(separator: ", "))")
    }
    return values
  }

  private static func text(_ path: String) throws -> String {
    let data = try SmallFile.read(path, limit: largestBytes, takesPipes: true)
    guard !(hasMark(UInt8(ascii: "&"), data) && hasMark(UInt8(ascii: "*"), data)) else {
      throw GasError(
        "settings have no aliases (&name, *name)", file: path, advice: "write the value where it is wanted")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Whether a mark stands at the beginning of a word. Aliases have to be found in the text: the library expands those that are keys while
  /// it parses, and a few lines of them may stand for more than any memory holds.
  private static func hasMark(_ mark: UInt8, _ data: Data) -> Bool {
    func isWord(_ byte: UInt8) -> Bool {
      // In lower case.
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || byte == UInt8(ascii: "_")
    }
    return data.indices.contains { place in
      data[place] == mark && place + 1 < data.count && (isWord(data[place + 1]) || data[place + 1] == UInt8(ascii: "-"))
        && (place == 0 || !isWord(data[place - 1]))
    }
  }

  /// Whether a tree has at most `mostValues` values; stops counting there.
  private static func isSmall(_ node: Node, _ count: inout Int) -> Bool {
    count += 1
    guard count <= mostValues else { return false }
    switch node {
    case .scalar: return true
    case .sequence(let items): return items.allSatisfy { isSmall($0, &count) }
    case .mapping(let pairs): return pairs.allSatisfy { isSmall($0.key, &count) && isSmall($0.value, &count) }
    default: return true
    }
  }

  /// Without the lines that the library quotes, which may be as long as the file.
  private static func complaint(_ error: YamlError, _ path: String) -> GasError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      GasError("not YAML: \(problem.excerpt)", file: path, at: .line(mark.line))
    case .reader(let problem, _, _, _): GasError("not YAML: \(problem.excerpt)", file: path)
    case .duplicatedKeysInMapping(let names, _):
      GasError("\"\(names.first?.excerpt ?? "")\" is set more than once", file: path)
    default: GasError("not YAML: \("\(error)".excerpt)", file: path)
    }
  }
}
