import Foundation
import GasBase
import GasFiles
import Yams

/// A YAML file that a person has written. A file that is too large for that, or would become so, is refused early.
package struct SmallYAML {
  private let path: String
  /// What messages call the contents, in the plural.
  private let contents: String
  /// What the message says may be done if there is too much.
  private let advice: String?

  private static let largestBytes = 1 << 20
  /// The most names, values and lists.
  private static let mostValues = 20_000

  /// Names a file; reads nothing yet.
  package init(_ path: String, of contents: String, advice: String? = nil) {
    self.path = path
    self.contents = contents
    self.advice = advice
  }

  /// Reads and parses the file.
  ///
  /// - Parameter takesPipes: whether a pipe is read to its end too.
  /// - Returns: the root of the tree; `nil` if there is nothing in the file.
  /// - Throws: `GasError` if it cannot be read, is not YAML, is too large, or has aliases.
  package func root(takesPipes: Bool = false) throws -> Node? {
    let text = try text(takesPipes)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw complaint(error)
    }
    guard let root else { return nil }
    var count = 0
    guard Self.isSmall(root, &count) else {
      throw GasError("more than \(Self.mostValues) values", file: path, advice: advice)
    }
    return root
  }

  private func text(_ takesPipes: Bool) throws -> String {
    let data = try SmallFile.read(path, limit: Self.largestBytes, takesPipes: takesPipes)
    guard !(Self.hasMark(UInt8(ascii: "&"), data) && Self.hasMark(UInt8(ascii: "*"), data)) else {
      throw GasError(
        "\(contents) have no aliases (&name, *name)", file: path, advice: "write the value where it is wanted")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Whether a mark is at the beginning of a word. Aliases have to be found in the text: the library expands those that
  /// are keys while it parses, and a few lines of them may stand for more than any memory holds.
  private static func hasMark(_ mark: UInt8, _ data: Data) -> Bool {
    func isWord(_ byte: UInt8) -> Bool {
      // `| 0x20` makes letters lower-case.
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || byte == UInt8(ascii: "_")
    }
    return data.indices.contains { place in
      data[place] == mark && place + 1 < data.count && (isWord(data[place + 1]) || data[place + 1] == UInt8(ascii: "-"))
        && (place == 0 || !isWord(data[place - 1]))
    }
  }

  /// Whether a tree has at most `mostValues` values; counting stops there.
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

  /// The error without the lines that the library quotes, which may be as long as the file.
  private func complaint(_ error: YamlError) -> GasError {
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
