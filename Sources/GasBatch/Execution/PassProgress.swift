/// How far a pass over batches is.
public struct PassProgress: Sendable, Equatable {
  public enum Pass: Sendable, Equatable {
    /// Features are aggregated, once.
    case aggregation
    /// An epoch of training.
    case training
    /// Exact inference, layer by layer; the first is 1.
    case inference(layer: Int, of: Int)
    /// What histories cost in accuracy is measured.
    case errorMeasurement
  }

  public let pass: Pass
  public let nodesDone: Int
  public let nodeCount: Int

  /// How many nodes of a pass are done, and how many it has.
  package init(_ pass: Pass, _ nodesDone: Int, _ nodeCount: Int) {
    self.pass = pass
    self.nodesDone = nodesDone
    self.nodeCount = nodeCount
  }
}
