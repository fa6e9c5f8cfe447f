import Glibc

/// How a model's outputs become the numbers of a table of scores.
package enum Probabilities {
  /// Of classes that exclude each other: softmax.
  case ofClasses
  /// Of labels that any node may have: the sigmoid of each.
  case ofLabels
  /// Real values are no probabilities, and stay as they are.
  case values

  /// Computes the probabilities of one node in double precision, softmax without overflow.
  ///
  /// - Parameters:
  ///   - outputs: the model's outputs.
  ///   - target: gets as many probabilities.
  package func compute(_ outputs: UnsafeBufferPointer<Float>, into target: inout [Double]) {
    target.removeAll(keepingCapacity: true)
    switch self {
    case .values:
      for output in outputs { target.append(Double(output)) }
    case .ofLabels:
      for output in outputs { target.append(1 / (1 + exp(-Double(output)))) }
    case .ofClasses:
      let greatest = Double(outputs.max() ?? 0)
      var sum = 0.0
      for output in outputs {
        let weight = exp(Double(output) - greatest)
        sum += weight
        target.append(weight)
      }
      for index in target.indices { target[index] /= sum }
    }
  }
}
