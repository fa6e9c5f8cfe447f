import GasAutodiff

/// The part of a model between two histories.
public struct Stage {
  /// Columns of the output.
  public let width: Int
  /// Name and width of the values that this stage leaves in `StageContext.carried` for later ones: n × width each.
  public let carries: [String: Int]
  /// What `forward` reads of its input. A driver may leave out the rest.
  public let inputUse: InputUse
  /// Computes n × `width` from (n + h) × the width of the stage before, the batch's n rows first, then the halo's.
  public let forward: (Variable, StageContext) -> Variable

  /// Makes a stage. By default it leaves nothing for later stages, and reads all rows of its input.
  public init(
    width: Int, carries: [String: Int] = [:], inputUse: InputUse = .rows,
    forward: @escaping (Variable, StageContext) -> Variable
  ) {
    self.width = width
    self.carries = carries
    self.inputUse = inputUse
    self.forward = forward
  }
}

/// The parts of a stage's input that are read, in training and in inference alike.
public enum InputUse: Equatable, Sendable {
  /// Its rows, including those of the halo.
  case rows
  /// Only `aggregated(over: context.adjacency, by: aggregator)` and, if `own`, `prefixRows(context.batchRowCount)`.
  /// Features never change, so a driver may then aggregate them once and for all.
  case aggregate(by: Aggregator, own: Bool)
}
