import GasBase
import GasEdges
import GasFiles

/// The attributes of nodes and edges: features, labels, sample weights, ids, splits. All files are opened and checked
/// before any long work starts.
struct Attributes {
  var features: Features?
  let labels: Labels?
  var sampleWeights: SampleWeights?
  let edgeFeatures: EdgeFeatures?
  /// The nodes, if files or options give them.
  let nodes: NodeIds?
  /// The file or option that gives them, for messages.
  let nodesFrom: String?

  init(_ options: IngestOptions, _ inputs: InputLog, _ space: Workspace) throws {
    labels = try options.labels.map {
      try Labels(opening: $0, classCount: options.classCount, kind: options.labelKind, inputs, space.scratch)
    }
    guard labels != nil || options.labelKind == nil else {
      throw GasError("--label-kind says what labels are, and there are none", advice: "pass --labels")
    }
    sampleWeights = try options.sampleWeights.map { try SampleWeights(opening: $0, inputs, space.scratch) }
    guard labels != nil || sampleWeights == nil else {
      throw GasError(
        "--sample-weights weigh nodes that are trained on, and there are no labels", advice: "pass --labels")
    }
    features = try options.features.map {
      try Features(
        opening: $0, type: options.featureType, normalisation: options.featureNormalisation,
        storesDense: options.storesDenseFeatures, inputs, space, progress: options.progress)
    }
    edgeFeatures = try options.edgeFeatures.map { try EdgeFeatures(opening: $0, inputs, space) }
    var claims: [(source: String, count: Int)] = []
    if let count = options.nodeCount { claims.append((options.promises.nodesFrom ?? "--nodes", count)) }
    if let features { claims.append((features.matrix.path, features.matrix.rowCount)) }
    if let labels { claims.append((labels.matrix.path, labels.matrix.rowCount)) }
    if let sampleWeights { claims.append((sampleWeights.matrix.path, sampleWeights.matrix.rowCount)) }
    let ids = try options.ids.map {
      try IdList(path: $0, inputs: inputs, space: space, comments: options.format.comments)
        .nodes(hasStringIds: options.format.hasStringIds)
    }
    if let path = options.ids, let ids { claims.insert((path, ids.count), at: 0) }
    try Self.checkAgreement(claims)
    nodesFrom = claims.first?.source
    nodes = ids ?? claims.first.map { NodeIds.sequential(count: $0.count) }
    guard nodes?.count != 0 else { throw GasError("the graph is empty: no nodes", file: nodesFrom) }
  }

  private static func checkAgreement(_ claims: [(source: String, count: Int)]) throws {
    guard let first = claims.first else { return }
    for claim in claims where claim.count != first.count {
      throw GasError(
        expected: "\(first.count) nodes, as \(first.source) has", found: "\(claim.count)", file: claim.source)
    }
    guard first.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: first.source) }
  }
}
