import GasBase

/// Names of unfinished things: `NAME.partial-<16 hexadecimal digits>`. The digits are random, so that no two processes
/// take the same name and nobody can foresee one.
enum TemporaryName {
  static let unfinished = ".partial-"
  /// Marks a thing that had a name until another one got it, where the file system cannot exchange names.
  static let replaced = ".replaced-"
  private static let digitCount = 16
  /// How many bytes a file system lets a name have.
  private static let longestName = 255

  /// A new name beside `path`.
  static func make(for path: String, mark: String = unfinished) -> String {
    let parent = AtomicFile.parent(of: path)
    let name = stem(of: path) + mark + UInt64.random(in: .min ... .max).hexadecimal
    return path.hasPrefix("/") || parent != "." ? (parent == "/" ? "/" : parent + "/") + name : name
  }

  /// The names for something that is whole beside what has its own: `NAME.new`, `NAME.new-2` and so on.
  static func beside(_ path: String, number: Int) -> String { path + ".new" + (number > 1 ? "-\(number)" : "") }

  /// The last part of a path, cut so that a temporary name made of it is not too long.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    var stem = String(name)
    while stem.utf8.count > longestName - unfinished.count - digitCount { stem.removeLast() }
    return stem
  }

  /// Returns what a temporary name was made of; nil for other names.
  static func stem(ofTemporary name: String, mark: String = unfinished) -> String? {
    guard let range = name.ranges(of: mark).last, range.lowerBound > name.startIndex else { return nil }
    let digits = name[range.upperBound...].utf8
    let isHexadecimal = digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    return digits.count == digitCount && isHexadecimal ? String(name[..<range.lowerBound]) : nil
  }
}
