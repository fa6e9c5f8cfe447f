import ArgumentParser
import FoundationEssentials
import GasBase
import GasFiles
import GasGenerate
import GasIngest
import GasTool

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes a random graph with features and labels, as plain files to ingest.",
    discussion: """
      planted   Communities of equal size with power-law degrees; an edge's second end lies in the community of the first with \
      probability --inside.
      rmat   Each edge falls into a quadrant of the adjacency matrix, of that again into a quadrant, and so on (R-MAT): skewed degrees, \
      and nothing for a partitioner to find. Many edges repeat others.

      A node's class is its community modulo --classes; a share of the labels is drawn by chance. Features are the mean of the class \
      plus noise. Ids are shuffled, so that a partitioner has to find the communities. The same options give the same files; nothing \
      depends on the number of threads, and memory does not depend on the size of the graph.

      Writes edges.npy (uint32, each edge once; some repeat others, which ingest removes), features.npy, labels.npy (int32), \
      train.npy, val.npy and test.npy (int64), and of planted graphs communities.npy (int32). With --output - the edges alone go to \
      standard output, as pairs of uint32.

      EXAMPLES
        gas-ingest generate --nodes 200000 --edges 2000000 --features 128 --classes 40 --output data
        gas-ingest data/edges.npy --features data/features.npy --labels data/labels.npy --train data/train.npy \\
            --val data/val.npy --test data/test.npy --output data.store

        gas-ingest generate --nodes 200000 --edges 2000000 --features 0 --classes 40 --output - | \\
            gas-ingest --binary u32 - --nodes 200000 --output data.store
      """)

  @Option(help: "How many nodes.")
  var nodes: Int
  @Option(help: "How many edges.")
  var edges: Int
  @Option(help: "Width of the features; 0 for none.")
  var features: Int
  @Option(help: "How many classes.")
  var classes: Int
  @Option(name: .shortAndLong, help: "Folder for the files; it is made if need be. -: edges to standard output.")
  var output: String
  @Option(help: "The same seed gives the same graph.")
  var seed: UInt64 = 0
  @Option(help: "Type of the features.")
  var featureType = GeneratorOptions.FeatureType.float32
  @Option(help: "Share of the labels that are drawn by chance.")
  var labelNoise = 0.2
  @Option(help: "Deviation of the classes' mean features.")
  var meanDeviation = 0.15
  @Option(help: "Deviation of the noise on features.")
  var noiseDeviation = 1.0
  @Option(help: "Shares of the nodes that train, validate and test.")
  var split = "0.5,0.25,0.25"
  @Option(help: "Threads that compute.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "Write all files but edges.npy, for edges that are piped.")
  var withoutEdges = false
  @Flag(help: "Replace files of the same names.")
  var overwrite = false
  @OptionGroup(title: "Edges") var edgeFlags: GeneratedEdgeFlags
  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    guard threads > 0 else { throw ValidationError("--threads takes a count of at least 1, found \(threads)") }
    guard !isPiped || !(features > 0 || withoutEdges || overwrite || outputOptions.json) else {
      throw ValidationError(
        "--output - writes the edges alone: pass --features 0, and neither --without-edges, --overwrite nor --json")
    }
    guard featureType == .float32 || features > 0 else { throw ValidationError("--feature-type goes with --features") }
    if let problem = try options().problem { throw ValidationError("a graph wants \(problem)") }
  }

  private var isPiped: Bool { output == StandardOutput.name }

  func run() throws {
    try outputOptions.reportingErrors {
      let generator = try Generator(
        options(), folder: output, parallel: Parallel(threadCount: threads),
        progress: outputOptions.progressDisplay)
      if isPiped { return try generator.stream(to: StandardOutput()) }
      let started = ContinuousClock.now
      try generator.run(replacesExisting: overwrite)
      let seconds = started.duration(to: .now).seconds
      let report = GenerateReport(options: try options(), files: generator.paths, seconds: seconds)
      try outputOptions.print(json: report) {
        "\(output.printable()): \(nodes) nodes and \(edges) edges in \(Units.seconds(seconds))\n"
          + generator.paths.map { "  \($0.printable())" }.joined(separator: "\n") + next(generator.paths)
      }
    }
  }

  /// The command that makes a store of the files, where edges are among them.
  private func next(_ paths: [String]) -> String {
    func path(_ name: String) -> String? { paths.first { $0.hasSuffix("/\(name).npy") } }
    guard let edges = path("edges") else { return "" }
    let flags = ["features", "labels", "train", "val", "test"].flatMap { name in
      path(name).map { ["--\(name)", $0] } ?? []
    }
    return "\nnext  " + ShellText.command(["gas-ingest", edges] + flags + ["--output", output + ".store"])
  }

  private func options() throws -> GeneratorOptions {
    var options = GeneratorOptions(nodeCount: nodes, edgeCount: edges, featureWidth: features, classCount: classes)
    options.seed = seed
    options.featureType = featureType
    options.leavesOutEdges = withoutEdges
    try edgeFlags.apply(to: &options)
    options.labelNoise = labelNoise
    options.meanDeviation = meanDeviation
    options.noiseDeviation = noiseDeviation
    let shares = split.split(separator: ",").compactMap { Double($0) }
    guard shares.count == 3 else {
      throw ValidationError("--split takes three shares such as 0.5,0.25,0.25, found \(split)")
    }
    (options.trainShare, options.validationShare, options.testShare) = (shares[0], shares[1], shares[2])
    return options
  }
}

/// The result of `gas-ingest generate --json`.
struct GenerateReport: Encodable {
  let options: GeneratorOptions
  let files: [String]
  let seconds: Double
}
