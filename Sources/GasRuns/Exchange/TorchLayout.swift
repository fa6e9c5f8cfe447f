import GasAutodiff
import GasFormats

/// How a parameter of this project, a matrix, lies in PyTorch.
package enum TorchLayout: Sendable {
  /// A product's matrix: here inputs × outputs, there [outputs, inputs].
  case transposed
  /// The same matrix on both sides.
  case same
  /// One row here, a vector there.
  case vector
  /// A row for each attention head; there one more dimension of extent 1 stands before them.
  case heads

  /// The shape there of a matrix of so many rows and columns here.
  package func shape(_ rows: Int, _ columns: Int) -> [Int] {
    switch self {
    case .transposed: [columns, rows]
    case .same: [rows, columns]
    case .vector: [columns]
    case .heads: [1, rows, columns]
    }
  }

  /// The tensor there of a matrix here.
  func tensor(_ matrix: Matrix) -> Safetensors.Tensor {
    let values = self == .transposed ? Self.transposed(Array(matrix.elements), matrix.rows) : Array(matrix.elements)
    return .init(shape: shape(matrix.rows, matrix.columns), values: values)
  }

  /// The values of a tensor there, whose shape is right, in the order of a matrix here.
  func values(_ tensor: Safetensors.Tensor) -> [Float] {
    self == .transposed ? Self.transposed(tensor.values, tensor.shape[0]) : tensor.values
  }

  private static func transposed(_ values: [Float], _ rows: Int) -> [Float] {
    let columns = rows == 0 ? 0 : values.count / rows
    return [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
      for row in 0..<rows {
        for column in 0..<columns { buffer[column * rows + row] = values[row * columns + column] }
      }
      count = values.count
    }
  }

  /// The shapes there and here in words, for the table of names.
  package var shapeWords: (torch: String, own: String) {
    switch self {
    case .transposed: ("[outputs, inputs]", "inputs × outputs")
    case .same: ("[inputs, outputs]", "inputs × outputs")
    case .vector: ("[columns]", "1 × columns")
    case .heads: ("[1, heads, columns]", "heads × columns")
    }
  }
}
