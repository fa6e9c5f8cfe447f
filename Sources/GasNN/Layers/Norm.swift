import GasAutodiff
import GasBase

/// A layer that brings numbers to a common size, between a convolution and an activation.
public protocol Norm: AnyObject {
  /// The trained parameters.
  var parameters: [Parameter] { get }
  /// What it keeps beside them, for `GraphModel.buffers`.
  var buffers: [NamedMatrix] { get }

  /// Normalises x, m × columns.
  ///
  /// - Parameters:
  ///   - x: the rows.
  ///   - updates: whether a training step changes what it keeps.
  /// - Returns: as many rows and columns.
  func callAsFunction(_ x: Variable, updatingStatistics updates: Bool) -> Variable
}

/// The norms that models can have.
public enum NormKind: String, CaseIterable, Codable, Sendable {
  /// No norm.
  case none
  /// `BatchNorm`: each column over the rows of a batch.
  case batch
  /// `LayerNorm`: each row over its columns.
  case layer

  /// Makes a norm of this kind.
  ///
  /// - Parameters:
  ///   - name: the prefix of its parameters' names.
  ///   - columns: the columns of what it normalises.
  ///   - decay: which weight decay its parameters have.
  ///   - random: the generator of the model.
  /// - Returns: `nil` for none.
  func make(
    _ name: String, columns: Int, decay: Parameter.Decay = .regularised, random: inout SeededRandom
  ) -> (any Norm)? {
    switch self {
    case .none: nil
    case .batch: BatchNorm(name, columns: columns, decay: decay, random: &random)
    case .layer: LayerNorm(name, columns: columns, decay: decay, random: &random)
    }
  }
}
