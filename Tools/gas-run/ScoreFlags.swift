import ArgumentParser
import GasStore
import GasTrain

/// The flags of inference that ask for a table of probabilities, and for some nodes alone.
struct ScoreFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a table of ids, classes and probabilities: .csv, .csv.gz, .tsv or .tsv.gz; - prints it.", valueName: "FILE"
    ))
  var scores: String?
  @Option(
    help: ArgumentHelp(
      "Keep the K rows of --scores with the highest probability of class 1, the highest first.", valueName: "K"))
  var top: Int?
  @Option(help: ArgumentHelp("The class, or label, that --top goes by. Default: 1.", valueName: "CLASS"))
  var topClass: String?
  @Option(
    help: ArgumentHelp(
      "Compute for the nodes of a list, in its order: text with an id a line (- is standard input), or .npy.",
      valueName: "FILE"))
  var nodes: String?

  /// Whether the table goes to standard output.
  var arePrinted: Bool { scores == ScoreTable.standardOutput }

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top takes a count of at least 1, found \(top)") }
    if top != nil && scores == nil { throw ValidationError("--top is of --scores, which says where to") }
    if topClass != nil && top == nil { throw ValidationError("--top-class goes with --top") }
  }

  /// The table that is asked for; `nil` if none is.
  ///
  /// - Parameters:
  ///   - training: the store that the run belongs to, whose classes they are.
  ///   - replacesExisting: whether a file that is there is replaced.
  /// - Returns: the table, which is still to be checked.
  /// - Throws: `GasError` if there is no such class.
  func table(of training: Store, replacesExisting: Bool) throws -> ScoreTable? {
    guard let scores else { return nil }
    let best = try top.map { ScoreTable.Top($0, of: try training.classNumber(topClass)) }
    return ScoreTable(path: scores, replacesExisting: replacesExisting, top: best)
  }
}
