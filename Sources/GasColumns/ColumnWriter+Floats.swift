import CGasKernels
import GasBase

extension ElementType {
  /// Values of this magnitude or more become infinite when they are narrowed to this type; `nil` for types that are not
  /// floats.
  public var narrowingLimit: Float? {
    switch self {
    // Halfway between the largest finite value and the next power of two.
    case .float16: 65520
    case .bfloat16: Float(bitPattern: 0x7f7f_8000)
    case .float32, .float64: .infinity
    default: nil
    }
  }

  /// Writes values in the precision of the type: float32, float16 or bfloat16, rounded to nearest.
  ///
  /// - Parameters:
  ///   - values: what to round.
  ///   - target: as many bytes as the values take.
  public func round(_ values: UnsafeBufferPointer<Float>, into target: UnsafeMutableRawBufferPointer) {
    precondition(target.count == values.count * byteCount, "values of another size than their memory")
    guard let from = values.baseAddress, let to = target.baseAddress else { return }
    switch self {
    case .float32: to.copyMemory(from: from, byteCount: target.count)
    case .float16: gas_f32_to_f16(Int64(values.count), from, to.assumingMemoryBound(to: UInt16.self))
    case .bfloat16: gas_f32_to_bf16(Int64(values.count), from, to.assumingMemoryBound(to: UInt16.self))
    default: preconditionFailure("\(self) does not hold rounded values")
    }
  }
}

extension ColumnWriter {
  /// Appends values in the precision of the column: float32, float16 or bfloat16, rounded to nearest.
  ///
  /// - Parameter values: any number of elements.
  /// - Throws: `GasError` if writing fails.
  public func append(rounding values: UnsafeBufferPointer<Float>) throws {
    guard type != .float32 else { return try append(values) }
    try withUnsafeTemporaryAllocation(byteCount: values.count * type.byteCount, alignment: 8) { rounded in
      type.round(values, into: rounded)
      try append(bytes: UnsafeRawBufferPointer(rounded))
    }
  }
}
