import ArgumentParser
import GasFormats
import GasIngest

struct TableLabelFlags: ParsableArguments {
  /// The columns of labels.
  var columns: [String] { label.flatMap(\.names) }

  @Option(help: "A table with labels. Default: that of --nodes.", completion: .file())
  var labels: String?
  @Option(
    help: ArgumentHelp(
      "Column of labels: a word for the class of each node; or several columns of other kinds.",
      valueName: "column,column,…"))
  var label: [ColumnList] = []
  @Option(
    help: """
      What labels say: classes; multi-label, a column of 0 and 1 (or yes and no) for each label; or regression, a column for each real \
      value. Gaps are missing labels. Default: classes, or what the store of --encoding-of has.
      """)
  var labelKind: LabelKind?
  @Option(help: ArgumentHelp("Column of ids in --labels. Default: that of --id.", valueName: "column"))
  var labelId: String?
  @Option(
    help: ArgumentHelp(
      "Column of --labels or --nodes with how much each labelled node counts in the loss of training: a number of at least 0.",
      valueName: "column"))
  var sampleWeight: String?
  @Option(
    help: ArgumentHelp(
      "Shares of the labelled nodes that train, validate and test. Default: 60/20/20, of each class alike.",
      valueName: "60/20/20"))
  var split: String?
  @Flag(help: "Divide each class in these shares.")
  var stratify = false
  @Option(
    help: ArgumentHelp(
      "Divide by the order of this column of --labels or --nodes, numbers or dates: the least train, the largest test.",
      valueName: "column"))
  var splitBy: String?
  @Option(
    help: ArgumentHelp("A column of --labels or --nodes that says train, val or test.", valueName: "column"))
  var splitColumn: String?

  func validate() throws {
    guard !columns.isEmpty || labels == nil && labelId == nil && labelKind == nil else {
      throw ValidationError("--labels, --label-id and --label-kind go with --label, the column of labels")
    }
    guard !columns.isEmpty || sampleWeight == nil else {
      throw ValidationError("--sample-weight weighs nodes with labels: pass --label")
    }
    guard labelId == nil || labels != nil else { throw ValidationError("--label-id goes with --labels") }
    guard columns.count <= 1 || labelKind == .multiLabel || labelKind == .regression else {
      throw ValidationError("classes are in one column: pass --label-kind multi-label or regression for several")
    }
    guard Set(columns).count == columns.count else { throw ValidationError("--label names a column twice") }
    guard !stratify || labelKind ?? .classes == .classes else {
      throw ValidationError("--stratify divides classes: pass it without --label-kind \(labelKind!.rawValue)")
    }
    guard !columns.isEmpty || split == nil && !stratify && splitBy == nil && splitColumn == nil else {
      throw ValidationError("a split divides nodes with labels: pass --label")
    }
    guard splitColumn == nil || split == nil && !stratify && splitBy == nil else {
      throw ValidationError("--split-column says all: pass it without --split, --stratify and --split-by")
    }
    guard splitBy == nil || !stratify else {
      throw ValidationError("--split-by divides by an order, and --stratify by chance: pass one of them")
    }
    if let split, SplitShares(split) == nil {
      throw ValidationError("--split takes three shares that add up to 100, such as 60/20/20, found \(split)")
    }
  }

  func apply(to tables: inout TableOptions) throws {
    tables.labels = labels
    tables.labelColumns = columns
    tables.labelKind = labelKind
    tables.labelId = labelId
    tables.sampleWeight = sampleWeight
    let shares = split.flatMap { SplitShares($0) } ?? .standard
    if let splitColumn {
      tables.split = .column(splitColumn)
    } else if let splitBy {
      tables.split = .ordered(shares, column: splitBy)
    } else if split != nil || stratify {
      tables.split = .random(shares, isStratified: stratify)
    }
  }
}

struct TableColumnFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What a column is: number, category, date, boolean, or drop to leave it out. May be given for several.",
      valueName: "column=kind"))
  var kind: [String] = []
  @Option(
    help: ArgumentHelp(
      "Up to so many categories of a column have a feature each; more are hashed to so many. Default: 32.",
      valueName: "count"))
  var categories: Int?
  @Option(
    help: ArgumentHelp(
      """
      Words that mean that nothing is known, as an empty field does, in small letters or capitals; one with a comma is quoted, \
      '"n, a",-'. Default: NA,N/A,NaN,null,none.
      """, valueName: "word,word,…"))
  var gaps: String?
  @Option(
    help:
      """
      What separates fields: comma, semicolon, tab, pipe, colon or a single character, but no blank, which words may have. Default: what \
      the header has.
      """)
  var separator: ColumnSeparator?
  @Flag(help: "Numbers have a comma where others have a point: 1,5 is one and a half.")
  var decimalComma = false
  @Option(
    help: ArgumentHelp(
      "Encode columns and number classes as this store does, which was made of tables too.", valueName: "store"),
    completion: .directory)
  var encodingOf: String?

  func validate() throws {
    _ = try kinds()
    if let categories, !(1...(1 << 20) ~= categories) {
      throw ValidationError("--categories takes a count from 1 to 1048576, found \(categories)")
    }
    guard encodingOf == nil || kind.isEmpty && categories == nil && gaps == nil else {
      throw ValidationError("--encoding-of says what columns are: pass it without --kind, --categories and --gaps")
    }
    guard gaps.map({ GapWords.words($0) != nil }) ?? true else {
      throw ValidationError(
        "--gaps takes words with commas between them, and one with a comma in quotes ('\"n, a\",-'); found \(gaps!)")
    }
    guard separator != .blanks else {
      throw ValidationError(
        "--separator: blanks do not separate the columns of a table, since words have blanks; write commas or tabs for them"
      )
    }
    guard separator == nil || separatorByte != nil else {
      throw ValidationError("--separator takes a single character for tables")
    }
  }

  private var separatorByte: UInt8? {
    guard case .text(let text) = separator, text.utf8.count == 1 else { return nil }
    return text.utf8.first
  }

  private func kinds() throws -> [String: TableOptions.ColumnKind] {
    var kinds: [String: TableOptions.ColumnKind] = [:]
    for text in kind {
      let place = text.lastIndex(of: "=")
      guard let place, place > text.startIndex,
        let kind = TableOptions.ColumnKind(rawValue: String(text[text.index(after: place)...]))
      else {
        throw ValidationError(
          "--kind takes COLUMN=KIND, where KIND is \(TableOptions.ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")); found \(text)"
        )
      }
      guard kinds.updateValue(kind, forKey: String(text[..<place])) == nil else {
        throw ValidationError("--kind names column \(text[..<place]) twice")
      }
    }
    return kinds
  }

  func apply(to tables: inout TableOptions) throws {
    tables.kinds = try kinds()
    tables.categoryCount = categories ?? TableOptions.standardCategoryCount
    tables.gaps = gaps.flatMap(GapWords.words) ?? TableOptions.standardGaps
    tables.separator = separatorByte
    tables.hasDecimalCommas = decimalComma
    tables.encodingStore = encodingOf
  }
}
