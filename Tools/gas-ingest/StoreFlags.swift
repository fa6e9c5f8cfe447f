import ArgumentParser
import GasEdges
import GasFormats
import GasGraph
import GasIngest

extension EdgeFileKind: ExpressibleByArgument {}
extension BinaryIds: ExpressibleByArgument {}
extension SelfLoopPolicy: ExpressibleByArgument {}
extension FeatureType: ExpressibleByArgument {}
extension FeatureNormalisation: ExpressibleByArgument {}
extension NodeOrderKind: ExpressibleByArgument {}
extension LabelKind: ExpressibleByArgument {}
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

extension PartitionerChoice: ExpressibleByArgument {
  /// Reads a choice; `nil` if the text is none.
  public init?(argument: String) { self.init(argument) }
  /// The choice as a person would write it.
  public var defaultValueDescription: String { description }
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

struct NodeFlags: ParsableArguments {
  @Option(
    help: "Ids of the nodes in the order of the arrays' rows: text with one a line, or .npy.", completion: .file())
  var ids: String?
  @Option(help: ArgumentHelp("Nodes are 0 … N−1, whichever of them have edges.", valueName: "N"))
  var nodes: Int?
  @Option(
    help: "Features, one row a node (.npy, or .npz for a SciPy CSR matrix, which stays sparse).", completion: .file())
  var features: String?
  @Option(help: "Precision in which dense features are stored; int8 has a scale for each row.")
  var featureType = FeatureType.float32
  @Option(
    help: """
      Change features: row divides each row by its sum (Planetoid graphs); standard subtracts each column's mean and divides by \
      its deviation, over all nodes (Reddit, Yelp).
      """)
  var featureNorm = FeatureNormalisation.none
  @Flag(help: "Store sparse features as dense rows.")
  var denseFeatures = false
  @Option(
    help: """
      Labels: a vector or one column of classes 0, 1, …, −1 or NaN for none; a matrix of 0 and 1 with several labels a node, −1 or NaN \
      for those that are missing; or real values, NaN for those that are missing. .npy, .npz or text with a row a line.
      """, completion: .file(extensions: ["npy", "npz", "txt", "csv"]))
  var labels: String?
  @Option(
    help: """
      What labels say: classes, at most one a node; multi-label; or regression: real values, one or several a node. Default: classes \
      if they are a vector, or if each row of a matrix has exactly one 1; else multi-label.
      """)
  var labelKind: LabelKind?
  @Option(
    help: "How much each node counts in the loss of training: a number of at least 0 a node (.npy, .npz or text).",
    completion: .file(extensions: ["npy", "npz", "txt", "csv"]))
  var sampleWeights: String?
  @Option(help: ArgumentHelp("How many classes there are, if not one more than the largest label.", valueName: "C"))
  var classes: Int?
  @Option(
    help: """
      Nodes to train on: ids, each once, or a mask: as many 0 and 1 as there are nodes, of any type, with a column for each split if \
      there are several. .npy, .npz or text with one a line.
      """, completion: .file())
  var train: String?
  @Option(help: "Nodes to validate with.", completion: .file())
  var val: String?
  @Option(help: "Nodes to test with.", completion: .file())
  var test: String?
  @Option(
    help: "All splits in one .npz: train_0, val_0, test_0, train_1, …; or one, as train_mask, …",
    completion: .file(extensions: ["npz"]))
  var splits: String?

  func validate() throws {
    if let nodes, nodes < 1 { throw ValidationError("--nodes takes a count of at least 1, found \(nodes)") }
    if let classes, classes < 1 { throw ValidationError("--classes takes a count of at least 1, found \(classes)") }
    guard splits == nil || [train, val, test].allSatisfy({ $0 == nil }) else {
      throw ValidationError("--splits holds all parts: pass it without --train, --val and --test")
    }
    guard features != nil || (featureType == .float32 && featureNorm == .none && !denseFeatures) else {
      throw ValidationError("--feature-type, --feature-norm and --dense-features go with --features")
    }
    guard classes == nil || labels != nil else { throw ValidationError("--classes goes with --labels") }
    guard classes == nil || labelKind != .regression else {
      throw ValidationError("--classes counts classes, and --label-kind regression has none")
    }
  }

  func apply(to options: inout IngestOptions) {
    options.ids = ids
    options.nodeCount = nodes
    options.features = features
    options.featureType = featureType
    options.featureNormalisation = featureNorm
    options.storesDenseFeatures = denseFeatures
    options.labels = labels
    options.classCount = classes
    options.labelKind = labelKind
    options.sampleWeights = sampleWeights
    options.splitParts[.train] = train
    options.splitParts[.validation] = val
    options.splitParts[.test] = test
    options.splits = splits
  }
}

struct PartitionFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      How many partitions. Default: as few as hold at most 16384 nodes and about 1048576 adjacency entries each, but up to 8 of at \
      least 512 nodes.
      """, valueName: "K"))
  var partitions: Int?
  @Option(
    help: ArgumentHelp(
      """
      auto: metis if it fits the memory, stream if not; metis: few edges between partitions; stream: few halo rows, in little memory; \
      random: equal sizes, by chance; contiguous: ranges of the original order; file:PATH: a partition number for each node in \
      original order (text or .npy).
      """, valueName: "auto|metis|stream|random|contiguous|file:PATH"))
  var partitioner = PartitionerChoice.auto
  @Option(
    help: """
      Order of the nodes in a partition. border: those that other partitions read come first, and those that the same ones read \
      lie together, so that fewer pages are read; original: as in the input.
      """)
  var order = NodeOrderKind.border
  @Option(help: "The same seed gives the same partitions; streamed ones depend on --memory too.")
  var seed: UInt64 = 0

  func validate() throws {
    if let partitions, partitions < 1 {
      throw ValidationError("--partitions takes a count of at least 1, found \(partitions)")
    }
  }

  func apply(to options: inout IngestOptions) {
    options.partitionCount = partitions
    options.partitioner = partitioner
    options.nodeOrder = order
    options.seed = seed
  }
}
