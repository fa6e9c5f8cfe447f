import GasBase

/// The header of a `.npy` file: element type, shape and order.
///
/// Format: numpy.lib.format, versions 1.0, 2.0 and 3.0. What is written is in C order (the last index runs fastest) and
/// little-endian.
public struct NpyHeader: Equatable, Sendable {
  /// The type of the elements.
  public var type: NpyType
  /// The length of each dimension; empty for a single value.
  public var shape: [Int]
  /// Whether the first index runs fastest. False where both orders are the same.
  public private(set) var isFortranOrder = false
  /// Whether the highest byte of an element comes first.
  public private(set) var isBigEndian = false
  /// Where the elements start in the file.
  public var dataOffset: Int

  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  private static let alignment = 64

  /// The product of all dimensions.
  public var elementCount: Int { shape.reduce(1, *) }
  /// Bytes of all elements.
  public var dataBytes: Int { elementCount * type.byteCount }

  /// Describes an array that is to be written.
  public init(type: NpyType, shape: [Int]) {
    self.type = type
    self.shape = shape
    dataOffset = 0
    dataOffset = encoded().count
  }

  /// Reads and checks a header, and that the number of bytes behind it fits the shape.
  ///
  /// - Parameters:
  ///   - bytes: the file, or its beginning with the whole header.
  ///   - byteCount: the size of the whole file, if `bytes` are only its beginning.
  ///   - file: what messages call it.
  /// - Throws: `GasError` naming the file and the offset of the first thing that is wrong.
  public init(parsing bytes: UnsafeRawBufferPointer, byteCount: Int? = nil, file: String) throws {
    func fail(_ offset: Int, _ expected: String, _ found: String, advice: String? = nil) -> GasError {
      GasError(expected: expected, found: found, file: file, at: .offset(offset), advice: advice)
    }
    guard bytes.prefix(Self.magic.count).elementsEqual(Self.magic) else {
      throw fail(0, "the magic bytes of a .npy file", "others", advice: "write it with numpy.save")
    }
    guard bytes.count >= 12 else { throw fail(bytes.count, "a .npy header", "the end of the file") }
    let version = bytes[6]
    guard (1...3).contains(version) else { throw fail(6, ".npy version 1, 2 or 3", "version \(version)") }
    let short: UInt16 = bytes.littleEndian(at: 8)
    let long: UInt32 = bytes.littleEndian(at: 8)
    let start = version == 1 ? 10 : 12
    dataOffset = start + (version == 1 ? Int(short) : Int(long))
    guard dataOffset <= bytes.count else {
      throw fail(8, "a header of \(dataOffset - start) bytes", "a file of \(bytes.count)", advice: "it is truncated")
    }
    var scanner = NpyHeaderScanner(
      text: UnsafeRawBufferPointer(rebasing: bytes[start..<dataOffset]), start: start, file: file)
    let dictionary = try scanner.dictionary()
    shape = dictionary.shape
    type = try Self.type(dictionary.descr, file: file, offset: start)
    isBigEndian = dictionary.descr.first == ">" && type.unitBytes > 1
    isFortranOrder = dictionary.isFortranOrder && shape.count { $0 != 1 } > 1
    try checkSize(byteCount ?? bytes.count, file: file)
  }

  /// The header of the same bytes seen as the transposed array: indices in the opposite order.
  public var transposed: NpyHeader {
    var header = self
    header.shape.reverse()
    header.isFortranOrder = !isFortranOrder && shape.count { $0 != 1 } > 1
    return header
  }

  private func checkSize(_ byteCount: Int, file: String) throws {
    // Counted as if no dimension was empty, since parts of a shape are multiplied too.
    var largest = max(1, type.byteCount)
    for length in shape {
      let (product, overflow) = largest.multipliedReportingOverflow(by: max(1, length))
      guard !overflow && product <= 1 << 56 else {
        throw GasError(expected: "a shape of under 2^56 bytes", found: "\(shape)", file: file, at: .offset(10))
      }
      largest = product
    }
    // Other arrays are bounded by their bytes.
    guard type.byteCount > 0 || elementCount == 0 else {
      throw GasError(
        expected: "text of at least one letter", found: "elements of no bytes", file: file, at: .offset(10))
    }
    let expected = dataBytes
    let found = byteCount - dataOffset
    guard found == expected else {
      throw GasError(
        expected: "\(expected) bytes of elements for shape \(shapeText)", found: "\(found)", file: file,
        at: .offset(dataOffset), advice: found < expected ? "the file is truncated" : "the file has a wrong header")
    }
  }

  private static func type(_ descr: String, file: String, offset: Int) throws -> NpyType {
    if let type = NpyType(descr: descr) { return type }
    throw GasError(
      expected: "bool, integer, float or string elements", found: "descr '\(descr)'", file: file, at: .offset(offset),
      advice: "save ids and classes with a.astype(\"int64\"), other numbers with a.astype(\"float64\")")
  }

  /// The shape as NumPy prints it.
  public var shapeText: String {
    shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"
  }

  /// The header as bytes: version 1.0, padded so that the elements are aligned.
  public func encoded() -> [UInt8] {
    let text = "{'descr': '\(type.descr)', 'fortran_order': False, 'shape': \(shapeText), }"
    let unpadded = 10 + text.utf8.count + 1
    let total = roundedUp(unpadded, to: Self.alignment)
    var bytes = Self.magic + [1, 0]
    bytes.append(littleEndian: UInt16(total - 10))
    bytes += text.utf8
    bytes += repeatElement(UInt8(ascii: " "), count: total - unpadded)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}
