import ArgumentParser
import GasFormats
import GasGraph
import GasIngest

extension TableOptions.UnknownIds: ExpressibleByArgument {}

/// What becomes of the weights of an edge that stands in the tables several times.
enum TableMerge: String, CaseIterable, ExpressibleByArgument {
  case sum, mean, max, min, first, count
}

/// Names of columns, with commas between them.
struct ColumnList: ExpressibleByArgument {
  let names: [String]

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !names.contains("") else { return nil }
  }
}

struct TableEdgeFlags: ParsableArguments {
  @Option(
    help: "A table with a row for each edge; several are read one after the other. None: a graph without edges.",
    completion: .file())
  var edges: [String] = []
  @Option(help: ArgumentHelp("Column of an edge's source, once for all tables or for each.", valueName: "column"))
  var source: [String] = []
  @Option(help: ArgumentHelp("Column of an edge's target.", valueName: "column"))
  var target: [String] = []
  @Option(
    help: ArgumentHelp(
      """
      The relation that the edges of a table are of, for each table. Each relation becomes a feature of edges, 1 for its own.
      """, valueName: "name"))
  var relation: [String] = []
  @Option(help: ArgumentHelp("Column of an edge's weight.", valueName: "column"))
  var weight: String?
  @Option(
    help: """
      The weight of an edge that stands in the tables several times: the sum, mean, largest, smallest or first of its weights, or how \
      often it stands there. Without --directed, a row "v u" repeats "u v". Default: sum, with --weight.
      """)
  var merge: TableMerge?
  @Option(
    help: ArgumentHelp(
      "Columns that become features of edges. An edge that stands several times has those of the first.",
      valueName: "column,column,…"))
  var edgeColumns: [ColumnList] = []
  @Flag(help: "Edges have a direction: the target hears of the source, but not the other way.")
  var directed = false
  @Flag(
    help: """
      Sources and targets are nodes of two kinds: the same id is another node as a target. Ids become "column:id", and --nodes and \
      --labels are of sources.
      """)
  var bipartite = false
  @Option(help: "Edges from a node to itself: keep them as they are, drop them, or add one to each node that has none.")
  var selfLoops = SelfLoopPolicy.keep

  func validate() throws {
    guard !edges.isEmpty else {
      let given: [(String, Bool)] = [
        ("--source", !source.isEmpty), ("--target", !target.isEmpty), ("--relation", !relation.isEmpty),
        ("--weight", weight != nil), ("--merge", merge != nil), ("--edge-columns", !edgeColumns.isEmpty),
        ("--bipartite", bipartite), ("--directed", directed),
      ]
      if let flag = given.first(where: \.1)?.0 { throw ValidationError("\(flag) goes with --edges") }
      return
    }
    for (flag, names) in [("--source", source), ("--target", target)]
    where names.count != 1 && names.count != edges.count {
      throw ValidationError("\(flag) names a column, once or for each of the tables of --edges; found \(names.count)")
    }
    guard relation.isEmpty || relation.count == edges.count else {
      throw ValidationError("--relation is given for each of the tables of --edges; found \(relation.count)")
    }
    guard merge == nil || merge == .count || weight != nil else {
      throw ValidationError("--merge goes with --weight, except --merge count")
    }
    guard merge != .count || weight == nil else {
      throw ValidationError("--merge count makes the weight: pass it without --weight")
    }
    guard !bipartite || source[0] != target[0] else {
      throw ValidationError("--bipartite wants two columns of other names")
    }
  }

  var duplicates: DuplicatePolicy {
    switch merge {
    case nil: weight == nil ? .first : .sum
    case .sum, .count: .sum
    case .mean: .mean
    case .max: .max
    case .min: .min
    case .first: .first
    }
  }

  func apply(to tables: inout TableOptions) throws {
    tables.edges = edges.indices.map { table in
      .init(
        path: edges[table], source: source[source.count == 1 ? 0 : table],
        target: target[target.count == 1 ? 0 : table],
        relation: relation.isEmpty ? nil : relation[table])
    }
    tables.weight = weight
    tables.countsEdges = merge == .count
    tables.edgeColumns = edgeColumns.flatMap(\.names)
    tables.isBipartite = bipartite
  }
}

struct TableNodeFlags: ParsableArguments {
  @Option(help: "A table with a row for each node.", completion: .file())
  var nodes: String?
  @Option(help: ArgumentHelp("Column of the nodes' ids.", valueName: "column"))
  var id: String?
  @Option(help: ArgumentHelp("Columns of nodes that are left out.", valueName: "column,column,…"))
  var drop: [ColumnList] = []
  @Option(
    help: """
      An id in the edges or labels that --nodes does not have: refuse it; drop its row; or, of edges, add it as a node of which \
      nothing is known.
      """)
  var unknown = TableOptions.UnknownIds.refuse
  @Option(help: "Precision in which features are stored; int8 has a scale for each row.")
  var featureType = FeatureType.float32

  func validate() throws {
    guard nodes == nil || id != nil else { throw ValidationError("--nodes wants --id, the column of the nodes' ids") }
  }

  func apply(to tables: inout TableOptions) {
    tables.nodes = nodes
    tables.id = id
    tables.droppedColumns = drop.flatMap(\.names)
    tables.unknownIds = unknown
  }
}

struct TableLabelFlags: ParsableArguments {
  @Option(help: "A table with labels. Default: that of --nodes.", completion: .file())
  var labels: String?
  @Option(help: ArgumentHelp("Column of labels: a word for each class.", valueName: "column"))
  var label: String?
  @Option(help: ArgumentHelp("Column of ids in --labels. Default: that of --id.", valueName: "column"))
  var labelId: String?
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
    guard label != nil || labels == nil && labelId == nil else {
      throw ValidationError("--labels and --label-id go with --label, the column of labels")
    }
    guard labelId == nil || labels != nil else { throw ValidationError("--label-id goes with --labels") }
    guard label != nil || split == nil && !stratify && splitBy == nil && splitColumn == nil else {
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
    tables.label = label
    tables.labelId = labelId
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
      Words that mean that nothing is known, as an empty field does, in small letters or capitals. Default: NA,N/A,NaN,null,none.
      """, valueName: "word,word,…"))
  var gaps: String?
  @Option(
    help:
      "What separates fields: comma, semicolon, tab, pipe, colon or a single character. Default: what the header has.")
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
    tables.gaps = gaps.map { $0.split(separator: ",").map(String.init) } ?? TableOptions.standardGaps
    tables.separator = separatorByte
    tables.hasDecimalCommas = decimalComma
    tables.encodingStore = encodingOf
  }
}
