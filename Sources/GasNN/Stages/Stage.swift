/// The part of a model between two histories.
public struct Stage {
  /// Columns of the output.
  public let width: Int
  /// Name and width of what this stage leaves in `StageContext.carried` for later ones: n × width each.
  public let carries: [String: Int]
  /// What `forward` does with its input; a driver may leave out what is not read.
  public let inputUse: InputUse
  /// From (n + h) × width of the stage before, the batch's n rows first, then the halo's, to n × `width`.
  public let forward: (Variable, StageContext) -> Variable

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

/// What is read of a stage's input, in training and in inference alike.
public enum InputUse: Equatable, Sendable {
  /// Its rows, those of the halo too.
  case rows
  /// Nothing but `aggregated(over: context.adjacency, by: aggregator)` and, if `own`,
  /// `prefixRows(context.batchRowCount)`. Of features, which never change, a driver may then aggregate once and for
  /// all.
  case aggregate(by: Aggregator, own: Bool)
}
