import ArgumentParser
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
      The relation that the edges of a table are of, for each table. Each relation becomes a feature of edges, 1 for its own; an edge of \
      several has the 1 of each.
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
        ("--self-loops \(selfLoops.rawValue)", selfLoops != .keep),
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
  @Flag(
    help: """
      Make features of the graph, for nodes of which no column becomes one: degrees, core number and random projections of the \
      adjacency, by --seed.
      """)
  var structuralFeatures = false
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
