/// How far a pass over batches is.
public struct PassProgress: Sendable, Equatable {
  /// What a pass is for.
  public enum Pass: Sendable, Equatable {
    /// The features are aggregated once.
    case aggregation
    /// An epoch of training.
    case training
    /// Exact inference, layer by layer; the first layer is 1.
    case inference(layer: Int, of: Int)
    /// The error that histories cause is measured.
    case errorMeasurement
  }

  /// What the pass is for.
  public let pass: Pass
  /// How many nodes are done.
  public let nodesDone: Int
  /// How many nodes the pass has.
  public let nodeCount: Int

  /// Reports how many nodes of a pass are done, and how many it has.
  package init(_ pass: Pass, _ nodesDone: Int, _ nodeCount: Int) {
    self.pass = pass
    self.nodesDone = nodesDone
    self.nodeCount = nodeCount
  }
}
