import GasStore

/// Kinds of random graphs.
public enum GraphKind: String, Codable, CaseIterable, Sendable {
  /// Communities with power-law degrees (`PlantedEdges`).
  case planted
  /// Skewed degrees without locality (`RMATEdges`): the worst case for a partitioner.
  case rmat
}

/// A random graph to generate.
///
/// Nodes belong to communities of equal size; a node's class is its community modulo the number of classes. Features
/// are the class's mean plus noise. Ids are shuffled. In planted graphs the expected degrees within a community follow
/// a power law (Chung–Lu), and an edge's second end is in the community of the first with a given probability, and
/// anywhere otherwise; edges of R-MAT do not depend on communities.
public struct GeneratorOptions: Codable, Sendable {
  /// Types that features can be written in.
  public enum FeatureType: String, Codable, CaseIterable, Sendable {
    case float32, float16
  }

  /// How edges are drawn.
  public var kind = GraphKind.planted
  /// The number of nodes N.
  public var nodeCount: Int
  /// The number of rows of `edges.npy`: each joins two different nodes; a few of them repeat others.
  public var edgeCount: Int
  /// Features of a node; 0 for none.
  public var featureWidth: Int
  /// The type that features are written in.
  public var featureType = FeatureType.float32
  /// The number of classes.
  public var classCount: Int
  /// The seed of all random choices.
  public var seed: UInt64 = 0
  /// The number of communities; `nil` for `standardCommunityCount`.
  public var communityCount: Int?
  /// The probability that an edge stays in its community by design (by chance a few more do).
  public var insideProbability = 0.8
  /// The share of the nodes whose label is drawn at random.
  public var labelNoise = 0.2
  /// The standard deviation of the class means.
  public var meanDeviation = 0.15
  /// The standard deviation of the noise that is added to the class mean.
  public var noiseDeviation = 1.0
  /// The exponent of the density of the degrees.
  public var exponent = 2.5
  /// How many times the least weight of a node the largest is: the range of expected degrees in a community.
  public var largestWeight = 300.0
  /// The probabilities of R-MAT.
  public var quadrants = Quadrants.graph500
  /// The largest random change of b and c in a level of R-MAT.
  public var noise = 0.0
  /// The share of the nodes to train on.
  public var trainShare = 0.5
  /// The share of the nodes to validate on.
  public var validationShare = 0.25
  /// The share of the nodes to test on.
  public var testShare = 0.25
  /// Whether all files but `edges.npy` are written.
  public var leavesOutEdges = false

  /// A planted graph of this size, with the defaults of all other options.
  public init(nodeCount: Int, edgeCount: Int, featureWidth: Int, classCount: Int) {
    self.nodeCount = nodeCount
    self.edgeCount = edgeCount
    self.featureWidth = featureWidth
    self.classCount = classCount
  }

  /// The usual number of communities: about 625 nodes each up to 320 communities, then 320 until they reach 6 250 nodes
  /// each, and no fewer than classes.
  public var standardCommunityCount: Int {
    min(nodeCount / 2, max(classCount, min(320, nodeCount / 625), nodeCount / 6250))
  }

  var communities: Int { communityCount ?? standardCommunityCount }

  /// What is wrong with the options, if anything.
  public var problem: String? {
    func isShare(_ value: Double) -> Bool { (0...1).contains(value) }
    if nodeCount < 2 || nodeCount > Manifest.largestNodeCount {
      return "from 2 to \(Manifest.largestNodeCount) nodes, not \(nodeCount)"
    }
    if edgeCount < 1 { return "at least 1 edge, not \(edgeCount)" }
    if featureWidth < 0 { return "0 or more features, not \(featureWidth)" }
    // A community of one node has no edge inside.
    let most = nodeCount / 2
    if classCount < 1 || classCount > most { return "from 1 to \(most) classes, not \(classCount)" }
    if communities < classCount || communities > most {
      return "from \(classCount) to \(most) communities, not \(communities)"
    }
    if !isShare(insideProbability) { return "a probability of inside edges from 0 to 1, not \(insideProbability)" }
    if !isShare(labelNoise) { return "a label noise from 0 to 1, not \(labelNoise)" }
    if !(meanDeviation >= 0 && noiseDeviation >= 0) { return "deviations of 0 or more" }
    if !(exponent > 1 && largestWeight >= 1) { return "an exponent above 1 and a largest weight of at least 1" }
    if let problem = quadrants.problem { return problem }
    if !(0...quadrants.largestNoise).contains(noise) {
      return "noise from 0 to \(quadrants.largestNoise), so that no probability is negative, not \(noise)"
    }
    let shares = [trainShare, validationShare, testShare]
    if !shares.allSatisfy(isShare) || shares.reduce(0, +) > 1 + 1e-9 {
      return "split shares from 0 to 1 that add up to at most 1"
    }
    return nil
  }
}
