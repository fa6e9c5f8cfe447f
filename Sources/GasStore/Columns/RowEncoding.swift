import CGasKernels

/// How rows of numbers are stored.
public enum RowEncoding: String, Codable, CaseIterable, Sendable {
  case float32
  case float16
  case bfloat16
  /// A float32 scale and a signed byte for each number: x ≈ scale · byte, scale = greatest |x| of the row / 127.
  case int8

  /// The greatest magnitude that is finite when it was encoded and decoded again. The greatest number of a type lies below: what is
  /// nearer to it than to the next step is rounded to it.
  public var greatestMagnitude: Float {
    switch self {
    case .float32: .greatestFiniteMagnitude
    case .float16: Float(65520).nextDown
    case .bfloat16: Float(bitPattern: 0x7f7f_7fff)
    // scale · 127 may come out a little above what it was made of.
    case .int8: Float(bitPattern: 0x7f7f_fff0)
    }
  }

  /// Of columns of floating-point numbers.
  public init(_ type: ElementType) {
    switch type {
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: preconditionFailure("\(type) is no floating-point number")
    }
  }

  /// Of the column that holds such rows.
  public var elementType: ElementType {
    switch self {
    case .float32: .float32
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int8: .uint8
    }
  }

  private static let scaleBytes = MemoryLayout<Float>.size

  /// Elements in a row of that column, for rows of `width` numbers.
  public func columnWidth(_ width: Int) -> Int { self == .int8 ? width + Self.scaleBytes : width }

  public func rowBytes(_ width: Int) -> Int { columnWidth(width) * elementType.byteCount }

  public func encode(rows: Int, width: Int, _ x: UnsafePointer<Float>, into target: UnsafeMutableRawPointer) {
    let count = Int64(rows * width)
    switch self {
    case .float32: target.copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float16: gas_f32_to_f16(count, x, target.assumingMemoryBound(to: UInt16.self))
    case .bfloat16: gas_f32_to_bf16(count, x, target.assumingMemoryBound(to: UInt16.self))
    case .int8: gas_f32_to_scaled_i8(Int64(rows), Int64(width), x, target.assumingMemoryBound(to: UInt8.self))
    }
  }

  public func decode(rows: Int, width: Int, _ x: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>) {
    let count = Int64(rows * width)
    switch self {
    case .float32: UnsafeMutableRawPointer(target).copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float16: gas_f16_to_f32(count, x.assumingMemoryBound(to: UInt16.self), target)
    case .bfloat16: gas_bf16_to_f32(count, x.assumingMemoryBound(to: UInt16.self), target)
    case .int8: gas_scaled_i8_to_f32(Int64(rows), Int64(width), x.assumingMemoryBound(to: UInt8.self), target)
    }
  }

  /// The same of rows that lie anywhere behind `x`, one after the other.
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
