import CGasKernels
import GasAutodiff

extension [Parameter] {
  /// Scales all gradients by min(1, greatest / (norm + 10⁻⁶)), norm being that of all gradients together.
  ///
  /// The norm is summed in double, parameter after parameter. As torch.nn.utils.clip_grad_norm_.
  ///
  /// - Returns: the norm before scaling.
  @discardableResult
  public func clipGradientNorm(to greatest: Double) -> Double {
    let norm = reduce(0) { $0 + gas_squared_norm(Int64($1.gradient.count), $1.gradient.base) }.squareRoot()
    let coefficient = greatest / (norm + 1e-6)
    if coefficient < 1 {
      for parameter in self {
        gas_scale(Int64(parameter.gradient.count), Float(coefficient), parameter.gradient.base, parameter.gradient.base)
      }
    }
    return norm
  }
}
