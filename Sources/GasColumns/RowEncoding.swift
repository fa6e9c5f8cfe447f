import CGasKernels

/// How rows of floating-point numbers are stored.
public enum RowEncoding: String, Codable, CaseIterable, Sendable {
  case float32
  case float16
  case bfloat16
  /// A float32 scale and a signed byte for each number: x ≈ scale · byte, scale = greatest |x| of the row / 127.
  case int8

  /// The greatest magnitude that is still finite after encoding and decoding. It lies above the greatest number of the
  /// type: numbers a little above that are rounded to it.
  public var greatestMagnitude: Float {
    switch self {
    case .float32: .greatestFiniteMagnitude
    case .float16: Float(65520).nextDown
    case .bfloat16: Float(bitPattern: 0x7f7f_7fff)
    // scale · 127 may come out a little above the number that the scale was made of.
    case .int8: Float(bitPattern: 0x7f7f_fff0)
    }
  }

  /// The encoding of a column of `type`, which must be float32, float16 or bfloat16.
  public init(_ type: ElementType) {
    switch type {
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: preconditionFailure("\(type) is no floating-point number")
    }
  }

  /// The element type of a column that holds such rows.
  public var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int8: .uint8
    }
  }

  private static let scaleBytes = MemoryLayout<Float>.size

  /// Elements in a row of the column that holds rows of `width` numbers.
  public func columnWidth(_ width: Int) -> Int { self == .int8 ? width + Self.scaleBytes : width }

  /// Bytes of a stored row of `width` numbers.
  public func rowBytes(_ width: Int) -> Int { columnWidth(width) * elementType.byteCount }

  /// Encodes rows of float32 numbers.
  ///
  /// - Parameters:
  ///   - rows: how many rows.
  ///   - width: numbers in a row.
  ///   - x: `rows` · `width` numbers.
  ///   - target: memory of `rows` · `rowBytes(width)` bytes.
  public func encode(rows: Int, width: Int, _ x: UnsafePointer<Float>, into target: UnsafeMutableRawPointer) {
    let count = Int64(rows * width)
    switch self {
    case .float32: target.copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float16: gas_f32_to_f16(count, x, target.assumingMemoryBound(to: UInt16.self))
    case .bfloat16: gas_f32_to_bf16(count, x, target.assumingMemoryBound(to: UInt16.self))
    case .int8: gas_f32_to_scaled_i8(Int64(rows), Int64(width), x, target.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// Decodes rows to float32 numbers.
  ///
  /// - Parameters:
  ///   - rows: how many rows.
  ///   - width: numbers in a row.
  ///   - x: `rows` · `rowBytes(width)` bytes.
  ///   - target: memory for `rows` · `width` numbers.
  public func decode(rows: Int, width: Int, _ x: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>) {
    let count = Int64(rows * width)
    switch self {
    case .float32: UnsafeMutableRawPointer(target).copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float16: gas_f16_to_f32(count, x.assumingMemoryBound(to: UInt16.self), target)
    case .bfloat16: gas_bf16_to_f32(count, x.assumingMemoryBound(to: UInt16.self), target)
    case .int8: gas_scaled_i8_to_f32(Int64(rows), Int64(width), x.assumingMemoryBound(to: UInt8.self), target)
    }
  }

  /// Decodes rows that lie anywhere behind `x`, one after the other.
  ///
  /// - Parameters:
  ///   - rows: their row numbers, counted from `x`.
  ///   - width: numbers in a row.
  ///   - x: where row 0 starts.
  ///   - target: memory for `width` numbers a row, in the order of `rows`.
  public func gather(
    _ rows: UnsafeBufferPointer<UInt32>, width: Int, _ x: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>
  ) {
    guard let first = rows.baseAddress else { return }
    let (count, width) = (Int64(rows.count), Int64(width))
    switch self {
    case .float32: gas_gather_f32(count, first, width, x.assumingMemoryBound(to: Float.self), target)
    case .float16: gas_gather_f16(count, first, width, x.assumingMemoryBound(to: UInt16.self), target)
    case .bfloat16: gas_gather_bf16(count, first, width, x.assumingMemoryBound(to: UInt16.self), target)
    case .int8: gas_gather_scaled_i8(count, first, width, x.assumingMemoryBound(to: UInt8.self), target)
    }
  }
}
