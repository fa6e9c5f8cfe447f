import GasAutodiff
import GasBatch

extension Evaluator {
  /// Computes the outputs of the partitions of a neighbourhood, without scores, which are those of whole parts.
  ///
  /// - Parameters:
  ///   - neighbourhood: the partitions that each stage computes.
  ///   - observe: gets the layer (1 for the output of the first stage), each batch and its rows.
  /// - Throws: `GasError` if a batch cannot be read or computed, and what `observe` throws.
  func outputs(of neighbourhood: Neighbourhood, observe: (_ layer: Int, Batch, Matrix) throws -> Void) throws {
    try runner.inferLayerwise(step: 0, partitions: neighbourhood.partitions, observe: observe)
    try store.checkUsed()
  }
}
