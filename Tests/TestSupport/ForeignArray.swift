import Foundation

/// A NumPy array as other programs may write it: of any type, in either order of its indices and of its bytes.
///
/// Written from numpy.lib.format alone, for what the product reads and never writes.
public struct ForeignArray {
  /// The type in NumPy's words, such as `>i4`.
  public var descr: String
  /// The extent of each dimension.
  public var shape: [Int]
  /// The values in C order.
  public var values: [Double]
  /// Whether the file has them in Fortran order.
  public var isFortran = false
  /// The version of the format.
  public var version: UInt8 = 1

  /// Makes an array; a shape is needed unless it is a vector.
  public init(_ values: [Double], _ shape: [Int]? = nil, _ descr: String = "<f4", fortran isFortran: Bool = false) {
    self.values = values
    self.shape = shape ?? [values.count]
    self.descr = descr
    self.isFortran = isFortran
  }

  /// The bytes of the file.
  public var bytes: [UInt8] {
    let dimensions = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let order = isFortran ? "True" : "False"
    let text = "{'descr': '\(descr)', 'fortran_order': \(order), 'shape': (\(dimensions)), }\n"
    let length = text.utf8.count
    let count = (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * $0) & 255) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + count + Array(text.utf8) + stored.flatMap(encode)
  }

  /// Writes the file.
  public func write(to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// The values in the order of the file.
  private var stored: [Double] {
    guard isFortran else { return values }
    var index = [Int](repeating: 0, count: shape.count)
    return values.indices.map { _ in
      // Where C order has the element of these indices; then the first index goes on.
      let value = values[zip(index, shape).reduce(0) { $0 * $1.1 + $1.0 }]
      for dimension in shape.indices {
        index[dimension] += 1
        guard index[dimension] == shape[dimension] else { break }
        index[dimension] = 0
      }
      return value
    }
  }

  private func encode(_ value: Double) -> [UInt8] {
    let bytes: [UInt8] =
      switch descr.dropFirst() {
      case "b1", "u1": [UInt8(value)]
      case "i1": [UInt8(bitPattern: Int8(value))]
      case "i2": little(UInt16(bitPattern: Int16(value)))
      case "i4": little(UInt32(bitPattern: Int32(value)))
      case "i8": little(UInt64(bitPattern: Int64(value)))
      case "u2": little(UInt16(value))
      case "u4": little(UInt32(value))
      case "u8": little(UInt64(value))
      case "f2": little(Float16(value).bitPattern)
      case "f4": little(Float(value).bitPattern)
      case "f8": little(value.bitPattern)
      default: fatalError("no such element type: \(descr)")
      }
    return descr.hasPrefix(">") ? bytes.reversed() : bytes
  }

  private func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> T(8 * $0)) }
  }
}
