import GasBase
import GasFiles
import GasFormats
import GasStore

/// A table of probabilities that inference writes: a row for each node with its id, its class and the probability of
/// each class, with the probability of each label, or with real values.
///
///     id,class,p_0,p_1            id,p_0,p_1,p_2            id,value
///     7,1,0.25,0.75               "a,b",0.9,0.01,0.5        7,12.5
///
/// Classes and labels have their names in the place of numbers where the store was made of tables: `p_yes`.
///
/// Rows are in original order, in the order of a `NodeList`, or, of the best alone, in descending order.
public struct ScoreTable: Sendable {
  /// The endings of the files that a table is written to.
  public static let endings = TableFileName.endings
  /// The path that stands for standard output.
  public static let standardOutput = StandardOutput.name

  /// Which rows are kept, and in which order.
  public struct Top: Sendable {
    /// How many rows.
    public var count: Int
    /// The class or label with whose probability they descend.
    public var classNumber: Int

    /// Asks for the `count` rows with the highest probability of a class or label.
    public init(_ count: Int, of classNumber: Int) {
      (self.count, self.classNumber) = (count, classNumber)
    }
  }

  /// The file, whose ending is one of `endings`, or `standardOutput`.
  public var path: String
  /// Whether a file that is there is replaced; otherwise it is refused.
  public var replacesExisting: Bool
  /// The best rows alone; `nil` for all.
  public var top: Top?

  /// Describes a table; nothing is checked or written yet.
  public init(path: String, replacesExisting: Bool = false, top: Top? = nil) {
    (self.path, self.replacesExisting, self.top) = (path, replacesExisting, top)
  }

  var goesToStandardOutput: Bool { path == Self.standardOutput }
  /// How fields are written, as the name says.
  var format: DelimitedText { TableFileName(path).format }
  /// Whether the text is packed, as the name says.
  var isPacked: Bool { TableFileName(path).isPacked }

  /// Checks the table before anything is computed.
  ///
  /// - Parameter classCount: how many classes or labels there are.
  /// - Returns: the file to write, with links followed; `nil` for standard output.
  /// - Throws: `GasError` if the file cannot be written or must not be, or there is no such class.
  func checked(classCount: Int) throws -> OutputFile? {
    if let top, !(0..<classCount).contains(top.classNumber) {
      throw GasError(expected: "a class from 0 to \(classCount - 1) to sort by", found: "class \(top.classNumber)")
    }
    guard !goesToStandardOutput else { return nil }
    var paths = OutputPaths(replacesExisting: replacesExisting)
    return try paths.add(path, as: "scores", endings: Self.endings)
  }
}
