import GasAutodiff
import GasBatch
import GasMetrics

extension Evaluator {
  /// Computes the outputs of all nodes, or of the partitions of a neighbourhood: without scores, which are those of
  /// whole parts.
  ///
  /// - Parameters:
  ///   - neighbourhood: the partitions that each stage computes; all if `nil`.
  ///   - observe: gets the layer (1 for the output of the first stage), each batch and its rows.
  /// - Returns: what measures the outputs of all nodes; `nil` for a neighbourhood.
  /// - Throws: `GasError` if a batch cannot be read or computed, and what `observe` throws.
  func measure(
    _ neighbourhood: Neighbourhood?, observe: (_ layer: Int, Batch, Matrix) throws -> Void
  ) throws -> ScoreMeter? {
    guard let neighbourhood else { return try measure(observe: observe) }
    try runner.inferLayerwise(step: 0, partitions: neighbourhood.partitions, observe: observe)
    try store.checkUsed()
    return nil
  }
}
