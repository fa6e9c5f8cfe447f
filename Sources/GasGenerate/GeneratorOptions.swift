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
/// Nodes belong to communities of equal size; a node's class is its community modulo the number of classes. Features are the class's
/// mean plus noise. Ids are shuffled. In planted graphs the expected degrees within a community follow a power law (Chung–Lu), and
/// an edge's second end lies in the community of the first with a given probability, anywhere otherwise; edges of R-MAT know nothing
/// of communities.
public struct GeneratorOptions: Codable, Sendable {
  /// Types that features can be written in.
  public enum FeatureType: String, Codable, CaseIterable, Sendable {
    case float32, float16
  }

  public var kind = GraphKind.planted
  public var nodeCount: Int
  /// Rows of `edges.npy`: each joins two different nodes; a few of them repeat others.
  public var edgeCount: Int
  public var featureWidth: Int
  public var featureType = FeatureType.float32
  public var classCount: Int
  public var seed: UInt64 = 0
  /// `nil`: `standardCommunityCount`.
  public var communityCount: Int?
  /// Probability that an edge stays in its community by design (by chance a few more do).
  public var insideProbability = 0.8
  /// Share of the nodes whose label is drawn by chance.
  public var labelNoise = 0.2
  /// Standard deviation of the class means, beside noise of deviation 1.
  public var meanDeviation = 0.15
  public var noiseDeviation = 1.0
  /// Exponent of the density of the degrees, and how many times the least weight the largest may be.
  public var exponent = 2.5
  public var largestWeight = 300.0
  /// R-MAT's, with the largest change that chance makes to b and c of a level.
  public var quadrants = Quadrants.graph500
  public var noise = 0.0
  public var trainShare = 0.5
  public var validationShare = 0.25
  public var testShare = 0.25
  /// Writes all but `edges.npy`.
  public var leavesOutEdges = false

  public init(nodeCount: Int, edgeCount: Int, featureWidth: Int, classCount: Int) {
    self.nodeCount = nodeCount
    self.edgeCount = edgeCount
    self.featureWidth = featureWidth
    self.classCount = classCount
  }

  /// About 625 nodes each up to 320 communities, then 320 until they reach 6 250 nodes each, and no fewer than classes.
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
