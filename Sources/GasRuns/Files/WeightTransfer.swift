import GasAutodiff
import GasBase
import GasFormats

extension Safetensors.Tensor {
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], values: Array(matrix.elements))
  }

  /// Refuses values that are not finite, since nothing can be computed with them.
  ///
  /// - Parameters:
  ///   - name: the tensor's name, for messages.
  ///   - file: the file that it comes from, for messages.
  /// - Throws: `GasError` if a value is not finite.
  func checkFinite(_ name: String, file: String) throws {
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw GasError(
      expected: "finite numbers", found: "\(values[place]) at place \(place) of \"\(name)\"", file: file,
      advice: "the file is damaged, or another program wrote it")
  }

  /// Copies the values into a matrix.
  ///
  /// - Parameters:
  ///   - matrix: the target.
  ///   - name: the tensor's name, for messages.
  ///   - file: the file that it comes from, for messages.
  /// - Throws: `GasError` if the shapes differ, so that the file belongs to another model.
  func copy(to matrix: Matrix, name: String, file: String) throws {
    guard shape == [matrix.rows, matrix.columns] else {
      throw GasError(
        expected: "\"\(name)\" of shape [\(matrix.rows), \(matrix.columns)]", found: "\(shape)".excerpt, file: file,
        advice: "the weights belong to another model or store")
    }
    _ = matrix.elements.update(fromContentsOf: values)
  }
}

/// Copies between named matrices and tensors of a file.
package enum WeightTransfer {
  /// Copies of the matrices, by name.
  package static func read(_ named: [(name: String, matrix: Matrix)]) -> [String: Safetensors.Tensor] {
    Dictionary(named.map { ($0.name, Safetensors.Tensor($0.matrix)) }) { _, last in last }
  }

  /// Copies tensors to the matrices of their names.
  ///
  /// - Parameters:
  ///   - tensors: the tensors, by name.
  ///   - named: the matrices, each of which gets a tensor.
  ///   - file: the file that the tensors come from, for messages.
  /// - Throws: `GasError` if names or shapes differ or a number is not finite.
  package static func write(
    _ tensors: [String: Safetensors.Tensor], to named: [(name: String, matrix: Matrix)], file: String
  )
    throws
  {
    let names = Set(named.map(\.name))
    if let other = tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw GasError(
        "the model has no tensor \"\(other.excerpt)\"", file: file, advice: "the weights belong to another model")
    }
    for (name, matrix) in named {
      guard let tensor = tensors[name] else {
        throw GasError("no tensor \"\(name)\"", file: file, advice: "the weights belong to another model")
      }
      try tensor.checkFinite(name, file: file)
      try tensor.copy(to: matrix, name: name, file: file)
    }
  }
}
