import ArgumentParser
import GasIngest

extension FeatureType: ExpressibleByArgument {}
extension FeatureNormalisation: ExpressibleByArgument {}
extension LabelKind: ExpressibleByArgument {}

struct NodeFlags: ParsableArguments {
  @Option(
    help: "Ids of the nodes in the order of the arrays' rows: text with one a line, or .npy.", completion: .file())
  var ids: String?
  @Option(help: ArgumentHelp("Nodes are 0 … N−1, whichever of them have edges.", valueName: "N"))
  var nodes: Int?
  @Option(
    help: "Features, one row a node (.npy, or .npz for a SciPy CSR matrix, which stays sparse).", completion: .file())
  var features: String?
  @Flag(
    help: """
      Make features of the graph, for nodes that have none: degrees, core number and random projections of the adjacency, by --seed.
      """)
  var structuralFeatures = false
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
    guard features == nil || !structuralFeatures else {
      throw ValidationError("--structural-features is for nodes that have none: pass it without --features")
    }
    guard !structuralFeatures || (featureNorm == .none && !denseFeatures) else {
      throw ValidationError(
        "--structural-features are dense and standardised: leave --feature-norm and --dense-features out")
    }
    guard features != nil || structuralFeatures || (featureType == .float32 && featureNorm == .none && !denseFeatures)
    else {
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
    options.makesStructuralFeatures = structuralFeatures
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
