import ArgumentParser
import GasBase
import GasGraph
import GasIngest
import GasTool

struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Makes a store of edge lists and arrays (the default).",
    discussion: """
      EDGES    Text with two node ids a line. The first line of data tells what separates: a tab, else a comma, else a semicolon, else \
      blanks; commas and semicolons know quotes (RFC 4180). A first line that names the columns is recognised, and the report says so; \
      --columns takes columns by number or name. Lines that start with # or % are comments (--comment) and are counted. gzip, zstd, \
      bzip2, xz and a tar archive of one file are recognised. Or .npy arrays of integers, [E, 2] or [2, E]; bare pairs of them \
      (--binary). Several files are read as one; - is standard input.
      KONECT   The header is honoured: % asym makes the graph directed (unless --undirected), % bip numbers the right side behind the \
      left one, and counts are checked.
      MATRICES   Matrix Market files in coordinate form (recognised), SciPy matrices (.npz; CSR, CSC or COO) and METIS graphs \
      (.graph). They say how many nodes there are: 0 … N−1, the first row being 0. Entry (i, j) is the edge i → j; values are \
      weights with --weighted, and ignored without.
      FOLDERS   A node-property data set of the Open Graph Benchmark as published: raw/edge.csv.gz and raw/num-node-list.csv.gz, \
      or raw/data.npz, and where they are features, labels and split/NAME. Or a GraphBolt data set on disk (metadata.yaml) of one type of nodes and \
      edges. Flags that name files of the same kind come before those of the folder.
      ARRAYS   .npy of any numeric type, byte order and order (C or Fortran); SciPy CSR matrices as .npz for features and for labels \
      of several classes; labels, ids and lists of nodes also as text.
      IDS      Row i of the arrays belongs to node id i, or to the i-th id of --ids. Without arrays, --ids or --nodes, the nodes \
      are the ids that the edges name: integers ascending, names in the order in which they appear.
      EDGES OF THE STORE   Each edge goes both ways unless --directed. Repeated edges count once, with the \
      features of the first and the weight that --duplicates says.
      """)

  @Argument(help: "Edge lists, or the folder of a data set.", completion: .file())
  var edges: [String]
  @OptionGroup var work: WorkFlags
  @Flag(
    help: """
      Read only the beginnings of the edge files and print what this would take: time, memory, disk, partitions. Not for standard \
      input or the folder of a data set.
      """)
  var plan = false
  @OptionGroup(title: "Edges") var edgeFlags: EdgeFlags
  @OptionGroup(title: "Nodes") var nodeFlags: NodeFlags
  @OptionGroup(title: "Partitions") var partitionFlags: PartitionFlags
  @OptionGroup var detail: VerboseFlag
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard !edges.isEmpty else { throw ValidationError("name at least one edge list") }
    guard edges.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input (-) can be read only once")
    }
  }

  func run() throws {
    try outputOptions.reportingErrors {
      var options = IngestOptions(edges: edges, output: work.output)
      work.apply(to: &options, outputOptions)
      edgeFlags.apply(to: &options)
      nodeFlags.apply(to: &options)
      partitionFlags.apply(to: &options)
      if plan {
        let plan = try IngestPlan(options)
        return try outputOptions.print(json: plan) { PlanText(plan).text }
      }
      let report = try Ingest(options).run()
      try outputOptions.print(json: report) { ReportText(report, isVerbose: detail.verbose).text }
    }
  }
}
