import GasBase
import GasFormats

/// Weights in an array of their own, one for each edge in the order of the input.
struct EdgeWeights {
  private let array: NpyReader
  private var used = 0

  init(opening path: String, _ inputs: InputLog) throws {
    array = try NpyReader(opening: path)
    guard !array.type.isText, array.elementCount == array.rowCount * array.rowWidth, array.rowWidth == 1 else {
      throw GasError(
        expected: "a vector of numbers", found: "\(array.type.descr) of shape \(array.header.shapeText)", file: path)
    }
    try array.checkAreFloats("weights")
    inputs.record(path: path, array.fileChecksum())
  }

  mutating func next(_ count: Int) throws -> [Float] {
    guard used + count <= array.elementCount else {
      throw GasError(
        expected: "a weight for each edge", found: "\(array.elementCount), and more edges", file: array.path)
    }
    let weights = array.floats(used..<used + count)
    if let place = weights.firstIndex(where: { !$0.isFinite }) {
      throw GasError(
        expected: "finite weights", found: "\(weights[place]) for edge \(used + place)", file: array.path,
        at: .offset(array.offset(of: used + place)))
    }
    used += count
    return weights
  }

  /// Checks that no weight is left over.
  func finish() throws {
    guard used == array.elementCount else {
      throw GasError(expected: "\(used) weights, one for each edge", found: "\(array.elementCount)", file: array.path)
    }
  }
}
