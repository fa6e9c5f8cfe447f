/// What a batch is to hold. Nothing else is read or built.
public struct BatchContents: Equatable, Sendable {
  /// Where the first stage's input comes from.
  public enum Input: Equatable, Sendable {
    case features
    /// The features' aggregation for the batch's rows (`FeatureAggregate`), and those rows' features too if `own`.
    case aggregatedFeatures(own: Bool)
    /// The history of this layer, for batch rows and halo rows.
    case history(Int)
  }

  /// Which columns the transposed adjacency has entries of.
  public enum Transposed: Int, Sendable {
    case none
    /// The columns of the batch's rows: enough if the halo's rows get no gradient.
    case own
    case all
  }

  /// Where the first stage's input comes from.
  public var input: Input
  /// Layers whose histories are pulled for the halo alone, because the batch computes its own rows.
  public var pulledLayers: Range<Int>
  /// Layers whose halo rows are only summed: they may be read where they are.
  public var summedLayers: Set<Int> = []
  /// Whether labels and splits are read.
  public var labels: Bool
  /// The transposed adjacency, which the backward pass multiplies with.
  public var transposed: Transposed
  /// Whether the transposed adjacency has the numbers of its entries (`SparseTranspose.entries`).
  public var numbersEntries = false
  /// Whether adjacency and halo are built; without them a batch is its rows alone.
  public var graph = true

  /// Groups what a batch is to hold.
  public init(
    input: Input, pulledLayers: Range<Int>, summedLayers: Set<Int> = [], labels: Bool, transposed: Transposed,
    graph: Bool = true
  ) {
    self.input = input
    self.pulledLayers = pulledLayers
    self.summedLayers = summedLayers
    self.labels = labels
    self.transposed = transposed
    self.graph = graph
  }

  /// The columns that batches read scattered rows of: that of the input first, then those of pulled layers.
  ///
  /// - Parameter hasDenseFeatures: whether features are rows of numbers. Sparse ones are lists, which batches read
  ///   where they lie.
  /// - Returns: no columns if there is no graph.
  package func haloColumns(hasDenseFeatures: Bool) -> [HaloColumn] {
    guard graph else { return [] }
    let pulled = pulledLayers.map { HaloColumn.history($0) }
    switch input {
    case .features: return (hasDenseFeatures ? [.features] : []) + pulled
    case .history(let layer): return [.history(layer)] + pulled
    case .aggregatedFeatures: return pulled
    }
  }

  /// A column that halo rows are read from.
  package enum HaloColumn {
    case features
    /// The history of this layer.
    case history(Int)
  }

  /// The contents for a training step: features or `input`, every history pulled, all columns transposed without the
  /// numbers of their entries.
  public static func training(layers: Range<Int>, input: Input = .features) -> BatchContents {
    BatchContents(input: input, pulledLayers: layers, labels: true, transposed: .all)
  }

  /// The contents for one stage of layer-wise inference.
  ///
  /// - Parameters:
  ///   - stage: its number, from 0.
  ///   - labels: whether the batch has labels.
  ///   - features: what the first stage reads; others read the history before them.
  /// - Returns: the contents of the stage's batches.
  public static func stage(_ stage: Int, labels: Bool, features: Input = .features) -> BatchContents {
    var contents = BatchContents(
      input: stage == 0 ? features : .history(stage), pulledLayers: 0..<0, labels: labels, transposed: .none)
    if case .aggregatedFeatures = contents.input { contents.graph = false }
    return contents
  }
}
