import ArgumentParser
import GasEdges
import GasFormats
import GasGraph
import GasIngest

extension EdgeFileKind: ExpressibleByArgument {}
extension BinaryIds: ExpressibleByArgument {}
extension SelfLoopPolicy: ExpressibleByArgument {}
extension DuplicatePolicy: ExpressibleByArgument {}

extension EdgeColumns: ExpressibleByArgument {
  /// Reads the columns; `nil` if the text names none.
  public init?(argument: String) { self.init(argument) }
}

extension ColumnSeparator: ExpressibleByArgument {
  /// Reads a separator's name or characters; `nil` if ids could hold them.
  public init?(argument: String) { self.init(argument) }
}

extension CommentMarks: ExpressibleByArgument {
  /// Reads `none` or the marks; `nil` if edges could begin with one.
  public init?(argument: String) { self.init(argument) }
}

struct EdgeFlags: ParsableArguments {
  @Flag(help: "Edges have a direction: after a line \"u w\", w hears of u but u does not hear of w.")
  var directed = false
  @Flag(help: "Edges go both ways, even where a file says that they have a direction (KONECT's asym).")
  var undirected = false
  @Option(help: "What the edge files are, whatever their endings and contents say.")
  var format: EdgeFileKind?
  @Option(
    help: """
      The edge files are bare pairs of integers of this type, little-endian, source and target; unpacked if they end in .gz, .zst, .bz2 or .xz.
      """)
  var binary: BinaryIds?
  @Flag(help: "The third column of text, or the value of a matrix's entry, is the edge's weight.")
  var weighted = false
  @Option(help: "Weights of all edges of the input, in their order (.npy).", completion: .file(extensions: ["npy"]))
  var edgeWeights: String?
  @Option(
    help: """
      Features of all edges of the input, in their order: one row an edge (.npy of any numeric type, [edges, features] or [edges]). \
      Both directions of an edge get its row; self-loops that are added get zeros.
      """, completion: .file(extensions: ["npy"]))
  var edgeFeatures: String?
  @Option(
    help: """
      The weight of an edge that stands in the input several times: that of the first, or the sum, largest, smallest or mean of all. \
      Without --directed, a line "v u" repeats "u v", and counts as much.
      """)
  var duplicates = DuplicatePolicy.first
  @Option(help: "Edges from a node to itself: keep them as they are, drop them, or add one to each node that has none.")
  var selfLoops = SelfLoopPolicy.keep
  @Flag(help: "Node ids are names: any UTF-8. Blanks may be in them where tabs or commas separate.")
  var stringIds = false
  @Option(
    help: ArgumentHelp(
      """
      Columns of an edge's ends and of its weight, by number from 1 or by the name that the first line gives them. Other columns are \
      skipped.
      """, valueName: "SOURCE,TARGET[,WEIGHT]"))
  var columns: EdgeColumns?
  @Option(
    help: ArgumentHelp(
      """
      What separates columns: blanks, tab, comma, semicolon, pipe, colon or the characters themselves. Default: what the first line \
      has of a tab, a comma, a semicolon, blanks.
      """, valueName: "separator"))
  var separator: ColumnSeparator?
  @Option(
    help: ArgumentHelp(
      "Characters with which a line begins that is a comment, in edges and --ids; none: no line is. Default: #%.",
      valueName: "none|CHARS"))
  var comment: CommentMarks?
  @Flag(help: "Skip columns behind those that are wanted.")
  var ignoreExtraColumns = false
  @Option(
    help: ArgumentHelp(
      """
      Skip so many lines at the start of each text file. Default: none but a line with the columns' names, where it can be told; 0: \
      not even that.
      """, valueName: "lines"))
  var skipLines: Int?

  func validate() throws {
    if let skipLines, skipLines < 0 { throw ValidationError("--skip-lines takes a count, found \(skipLines)") }
    guard !directed || !undirected else { throw ValidationError("--directed and --undirected exclude each other") }
    try validateColumns()
    guard format == nil || binary == nil else {
      throw ValidationError("--binary says what the files are: pass it without --format")
    }
    guard binary == nil || !stringIds else { throw ValidationError("--string-ids goes with text, not with --binary") }
    guard !weighted || edgeWeights == nil else {
      throw ValidationError("--weighted and --edge-weights both name the weights: pass one of them")
    }
  }

  private func validateColumns() throws {
    if let columns {
      guard !ignoreExtraColumns else {
        throw ValidationError("--columns skips all others: pass it without --ignore-extra-columns")
      }
      guard columns.weight != nil || !weighted else {
        throw ValidationError("--columns names the weight's column as the third: SOURCE,TARGET,WEIGHT")
      }
      guard columns.weight == nil || edgeWeights == nil else {
        throw ValidationError("--columns and --edge-weights both name the weights: pass one of them")
      }
    }
    let hasTextFlags = columns != nil || separator != nil || comment != nil
    guard binary == nil || !hasTextFlags else {
      throw ValidationError("--columns, --separator and --comment go with text, not with --binary")
    }
    guard duplicates == .first || weighted || edgeWeights != nil || columns?.weight != nil else {
      throw ValidationError("--duplicates goes with weights: pass --weighted or --edge-weights")
    }
  }

  func apply(to options: inout IngestOptions) {
    options.isDirected = directed
    options.isUndirected = undirected
    options.duplicates = duplicates
    options.format.kind = format
    options.format.binaryIds = binary
    options.format.isWeighted = weighted || columns?.weight != nil
    options.format.columns = columns
    options.format.separator = separator
    options.format.comments = comment ?? .standard
    options.format.hasStringIds = stringIds
    options.format.ignoresExtraColumns = ignoreExtraColumns
    options.format.skippedLines = skipLines
    options.edgeWeights = edgeWeights
    options.edgeFeatures = edgeFeatures
    options.selfLoops = selfLoops
  }
}
