import ArgumentParser
import GasBase
import GasGraph
import GasIngest
import GasTool

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Makes a store of tables with headers (CSV): columns become features, labels and a split.",
    discussion: """
      TABLES   The first row names the columns. A comma, semicolon, tab or pipe separates, whichever stands most often in the header; \
      fields with separators, quotes or line ends in them are quoted (RFC 4180). gzip, zstd, bzip2 and xz are recognised. - is standard \
      input, and <(…) works: what can be read only once is copied to the disk first.
      IDS      Any text or whole numbers. With --nodes, the nodes are its rows in their order; without, the ids in the edges in the \
      order in which they appear.
      COLUMNS  What a column of nodes is, its fields say: number (with zeros in front: a category), date (ISO 8601, as seconds since 1970), boolean or category; text of \
      many different words is left out. The report says what was found, and --kind overrules it. Numbers are standardised on the \
      training nodes; gaps get the mean, or no category, and a feature that flags them; categories have a feature each, or are hashed \
      where there are more than --categories. The store keeps all of this (encoding.json), so that --encoding-of encodes other tables \
      alike.
      LABELS   A column of words, each of them a class; or columns of several labels or of real values (--label-kind). Gaps are \
      missing labels. Without a flag, 60/20/20 of each class train, validate and test.

      EXAMPLES
        gas-ingest table --edges tx.csv --source sender --target receiver --weight amount --merge sum \\
            --nodes accounts.csv --id account_id --labels labels.csv --label is_fraud --output fraud.store

        psql -c "COPY tx TO STDOUT CSV HEADER" | gas-ingest table --edges - --source a --target b --output pairs.store

        gas-ingest table --edges june.csv --source sender --target receiver --nodes june-accounts.csv --id account_id \\
            --encoding-of fraud.store --output june.store
            the same columns, means and categories as fraud.store, for gas-run infer june.store --from fraud.store
      """)

  @OptionGroup var work: WorkFlags
  @OptionGroup(title: "Edges") var edgeFlags: TableEdgeFlags
  @OptionGroup(title: "Nodes") var nodeFlags: TableNodeFlags
  @OptionGroup(title: "Labels and split") var labelFlags: TableLabelFlags
  @OptionGroup(title: "Columns") var columnFlags: TableColumnFlags
  @OptionGroup(title: "Partitions") var partitionFlags: PartitionFlags
  @OptionGroup var detail: VerboseFlag
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !edgeFlags.edges.isEmpty || nodeFlags.nodes != nil else {
      throw ValidationError("name a table: --edges, --nodes, or both")
    }
    let paths = edgeFlags.edges + [nodeFlags.nodes, labelFlags.labels].compactMap(\.self)
    guard paths.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input (-) can be read only once: pass another table as <(…)")
    }
    guard nodeFlags.nodes != nil || nodeFlags.drop.isEmpty && nodeFlags.unknown == .refuse else {
      throw ValidationError("--drop and --unknown go with --nodes")
    }
    guard labelFlags.columns.isEmpty || labelFlags.labels != nil || nodeFlags.nodes != nil else {
      throw ValidationError("--label goes with --labels or --nodes, the table that it is in")
    }
    guard !nodeFlags.structuralFeatures || !edgeFlags.edges.isEmpty else {
      throw ValidationError("--structural-features are made of edges: pass --edges")
    }
    guard columnFlags.encodingOf == nil || nodeFlags.drop.isEmpty && edgeFlags.edgeColumns.isEmpty else {
      throw ValidationError("--encoding-of says what columns are: pass it without --drop and --edge-columns")
    }
    try checkUnusedFlags()
  }

  /// Refuses flags that would do nothing without the tables that they are of.
  private func checkUnusedFlags() throws {
    let (hasNodes, hasLabels, hasEdges) = (nodeFlags.nodes != nil, labelFlags.labels != nil, !edgeFlags.edges.isEmpty)
    let given: [(isUnused: Bool, problem: String)] = [
      (
        // Labels have their ids in a column of the same name, unless another is named.
        !hasNodes && nodeFlags.id != nil && !(hasLabels && labelFlags.labelId == nil),
        "--id goes with --nodes, or with --labels without --label-id"
      ),
      (
        !hasNodes && columnFlags.categories != nil && edgeFlags.edgeColumns.isEmpty,
        "--categories goes with --nodes or --edge-columns, of which features are made"
      ),
      (
        !hasNodes && nodeFlags.featureType != .float32 && !nodeFlags.structuralFeatures,
        "--feature-type goes with --nodes or --structural-features, of which features of nodes are made"
      ),
      (!hasEdges && nodeFlags.unknown == .add, "--unknown add adds the ids of edges: pass --edges"),
      (
        !hasEdges && !hasLabels && nodeFlags.unknown == .drop,
        "--unknown drop leaves out rows of edges or labels: pass --edges or --labels"
      ),
    ]
    if let problem = given.first(where: \.isUnused)?.problem { throw ValidationError(problem) }
  }

  func run() throws {
    try outputOptions.reportingErrors {
      var tables = TableOptions()
      try edgeFlags.apply(to: &tables)
      nodeFlags.apply(to: &tables)
      try labelFlags.apply(to: &tables)
      try columnFlags.apply(to: &tables)
      var options = IngestOptions(tables: tables, output: work.output)
      work.apply(to: &options, outputOptions)
      options.isDirected = edgeFlags.directed
      options.selfLoops = edgeFlags.selfLoops
      options.duplicates = edgeFlags.duplicates
      options.makesStructuralFeatures = nodeFlags.structuralFeatures
      options.featureType = nodeFlags.featureType
      partitionFlags.apply(to: &options)
      let report = try Ingest(options).run()
      try outputOptions.print(json: report) { ReportText(report, isVerbose: detail.verbose).text }
    }
  }
}
