import CGasKernels
import GasBase

extension ElementType {
  /// Values of this size or larger become infinite when they are narrowed to this type; `nil` for types that are not floats.
  public var narrowingLimit: Float? {
    switch self {
    // Halfway between the largest finite value and the next power of two.
    case .float16: 65520
    case .bfloat16: Float(bitPattern: 0x7f7f_8000)
    case .float32, .float64: .infinity
    default: nil
    }
  }
}

extension ColumnWriter {
  /// Appends values in the precision of the column: float32, float16 or bfloat16, rounded to nearest.
  public func append(rounding values: UnsafeBufferPointer<Float>) throws {
    guard type != .float32 else { return try append(values) }
    precondition(type == .float16 || type == .bfloat16, "\(path) does not hold rounded values")
    try withUnsafeTemporaryAllocation(of: UInt16.self, capacity: values.count) { narrow in
      if let from = values.baseAddress, let to = narrow.baseAddress {
        if type == .float16 {
          gas_f32_to_f16(Int64(values.count), from, to)
        } else {
          gas_f32_to_bf16(Int64(values.count), from, to)
        }
      }
      try append(UnsafeBufferPointer(narrow))
    }
  }
}
