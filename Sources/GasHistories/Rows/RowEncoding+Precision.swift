import CGasKernels
import GasAutodiff
import GasStore

/// Stored rows to and from float32 or bfloat16 numbers in memory. bfloat16 rows that are stored so are copied, and
/// others are rounded once.
extension RowEncoding {
  /// The precision whose rows in memory have the same bytes.
  package var precision: Precision? {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16, .int8: nil
    }
  }

  /// How many numbers are converted by way of float32 at a time.
  private static let chunk = 4096

  /// Encodes rows of `precision`; arguments as of the form for float32.
  package func encode(
    rows: Int, width: Int, _ precision: Precision, _ x: UnsafeRawPointer, into target: UnsafeMutableRawPointer
  ) {
    guard precision == .bfloat16 else {
      return encode(rows: rows, width: width, x.assumingMemoryBound(to: Float.self), into: target)
    }
    if self == .bfloat16 { return target.copyMemory(from: x, byteCount: rows * rowBytes(width)) }
    let source = x.assumingMemoryBound(to: UInt16.self)
    Self.forEachChunk(rows: rows, width: width) { part, wide in
      gas_bf16_to_f32(Int64(part.count * width), source + part.lowerBound * width, wide)
      encode(rows: part.count, width: width, wide, into: target + part.lowerBound * rowBytes(width))
    }
  }

  /// Decodes rows to `precision`; arguments as of the form for float32.
  func decode(
    rows: Int, width: Int, _ x: UnsafeRawPointer, into target: UnsafeMutableRawPointer, _ precision: Precision
  ) {
    guard precision == .bfloat16 else {
      return decode(rows: rows, width: width, x, into: target.assumingMemoryBound(to: Float.self))
    }
    let narrow = target.assumingMemoryBound(to: UInt16.self)
    switch self {
    case .bfloat16: target.copyMemory(from: x, byteCount: rows * rowBytes(width))
    case .float32: gas_f32_to_bf16(Int64(rows * width), x.assumingMemoryBound(to: Float.self), narrow)
    case .int8: gas_scaled_i8_to_bf16(Int64(rows), Int64(width), x.assumingMemoryBound(to: UInt8.self), narrow)
    case .float16:
      Self.forEachChunk(rows: rows, width: width) { part, wide in
        decode(rows: part.count, width: width, x + part.lowerBound * rowBytes(width), into: wide)
        gas_f32_to_bf16(Int64(part.count * width), wide, narrow + part.lowerBound * width)
      }
    }
  }

  /// Decodes rows that lie anywhere to `precision`; arguments as of the form for float32.
  package func gather(
    _ rows: UnsafeBufferPointer<UInt32>, width: Int, _ x: UnsafeRawPointer, into target: UnsafeMutableRawPointer,
    _ precision: Precision
  ) {
    guard precision == .bfloat16 else {
      return gather(rows, width: width, x, into: target.assumingMemoryBound(to: Float.self))
    }
    guard let first = rows.baseAddress else { return }
    let narrow = target.assumingMemoryBound(to: UInt16.self)
    switch self {
    case .bfloat16:
      gas_gather_bytes(
        Int64(rows.count), first, 0, Int64(rowBytes(width)), x.assumingMemoryBound(to: UInt8.self),
        target.assumingMemoryBound(to: UInt8.self))
    case .float32:
      gas_gather_f32_to_bf16(
        Int64(rows.count), first, Int64(width), x.assumingMemoryBound(to: Float.self), narrow)
    case .int8:
      gas_gather_scaled_i8_to_bf16(
        Int64(rows.count), first, Int64(width), x.assumingMemoryBound(to: UInt8.self), narrow)
    case .float16:
      Self.forEachChunk(rows: rows.count, width: width) { part, wide in
        gather(UnsafeBufferPointer(rebasing: rows[part]), width: width, x, into: wide)
        gas_f32_to_bf16(Int64(part.count * width), wide, narrow + part.lowerBound * width)
      }
    }
  }

  /// Calls `body` with ranges of rows and memory for their numbers.
  private static func forEachChunk(rows: Int, width: Int, _ body: (Range<Int>, UnsafeMutablePointer<Float>) -> Void) {
    let count = max(1, chunk / max(1, width))
    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, count * width)) { wide in
      for start in stride(from: 0, to: rows, by: count) { body(start..<min(start + count, rows), wide.baseAddress!) }
    }
  }
}
