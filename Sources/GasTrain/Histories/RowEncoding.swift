import CGasKernels
import GasBase
import GasStore

/// How rows of numbers are stored.
public enum RowEncoding: String, Codable, CaseIterable, Sendable {
  case float32
  case float16
  case bfloat16
  /// A float32 scale and a signed byte for each number: x ≈ scale · byte, scale = greatest |x| of the row / 127.
  case int8

  /// Of columns of floating-point numbers.
  init(_ type: ElementType) {
    switch type {
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: preconditionFailure("\(type) is no floating-point number")
    }
  }

  /// Of the column that holds such rows.
  var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int8: .uint8
    }
  }

  private static let scaleBytes = MemoryLayout<Float>.size

  /// Elements in a row of that column, for rows of `width` numbers.
  func columnWidth(_ width: Int) -> Int { self == .int8 ? width + Self.scaleBytes : width }

  func rowBytes(_ width: Int) -> Int { columnWidth(width) * elementType.byteCount }

  func encode(rows: Int, width: Int, _ x: UnsafePointer<Float>, into target: UnsafeMutableRawPointer) {
    let count = Int64(rows * width)
    switch self {
    case .float32: target.copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float16: gas_f32_to_f16(count, x, target.assumingMemoryBound(to: UInt16.self))
    case .bfloat16: gas_f32_to_bf16(count, x, target.assumingMemoryBound(to: UInt16.self))
    case .int8: gas_f32_to_scaled_i8(Int64(rows), Int64(width), x, target.assumingMemoryBound(to: UInt8.self))
    }
  }

  func decode(rows: Int, width: Int, _ x: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>) {
    let count = Int64(rows * width)
    switch self {
    case .float32: UnsafeMutableRawPointer(target).copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float16: gas_f16_to_f32(count, x.assumingMemoryBound(to: UInt16.self), target)
    case .bfloat16: gas_bf16_to_f32(count, x.assumingMemoryBound(to: UInt16.self), target)
    case .int8: gas_scaled_i8_to_f32(Int64(rows), Int64(width), x.assumingMemoryBound(to: UInt8.self), target)
    }
  }
}

/// Rows of `width` numbers in a mapped column, as they are encoded there. Rows of different nodes may be read and written by different
/// threads at the same time.
struct StoredRows: Sendable {
  let values: MappedElements
  let width: Int
  let encoding: RowEncoding

  /// Bytes that are worked on at a time. Pieces do not end where pages do, and a page that is written in part has to be read first.
  private static let pieceBytes = 4 << 20

  init(_ values: MappedElements, width: Int, _ encoding: RowEncoding) {
    precondition(values.width == encoding.columnWidth(width) && values.type == encoding.elementType)
    self.values = values
    self.width = width
    self.encoding = encoding
  }

  /// A column of floating-point numbers.
  init(_ values: MappedElements) {
    self.init(values, width: values.width, RowEncoding(values.type))
  }

  var rowBytes: Int { encoding.rowBytes(width) }

  /// Ranges of at most so many rows as a piece has.
  private func pieces(_ rows: Range<Int>) -> [Range<Int>] {
    let count = max(1, Self.pieceBytes / rowBytes)
    return stride(from: rows.lowerBound, to: rows.upperBound, by: count).map { $0..<min($0 + count, rows.upperBound) }
  }

  func write(_ rows: Range<Int>, from source: UnsafePointer<Float>) throws {
    if encoding == .float32 { return try values.write(rows, from: source) }
    for piece in pieces(rows) {
      try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
        let from = source + (piece.lowerBound - rows.lowerBound) * width
        encoding.encode(rows: piece.count, width: width, from, into: bytes.baseAddress!)
        try values.writeRows(piece, UnsafeRawBufferPointer(bytes))
      }
    }
  }

  /// Decodes a range of rows, without making pages resident.
  func copy(_ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) throws {
    if encoding == .float32 { return try values.copyRows(rows, into: target) }
    for piece in pieces(rows) {
      try withUnsafeTemporaryAllocation(byteCount: piece.count * rowBytes, alignment: 64) { bytes in
        try values.copyRows(piece, into: bytes.baseAddress!)
        let to = target + (piece.lowerBound - rows.lowerBound) * width
        encoding.decode(rows: piece.count, width: width, bytes.baseAddress!, into: to)
      }
    }
  }
}
