import CGasKernels

/// How numbers are kept between operations and multiplied. Sums and weights are float32 in any case.
public enum Precision: String, CaseIterable, Codable, Sendable {
  /// Everything is float32.
  case float32
  /// Rows that are gathered, activations, and the operands of products are bfloat16.
  case bfloat16

  /// Whether this processor multiplies bfloat16 numbers, with the instruction set that was chosen. Elsewhere products
  /// of float32 are faster.
  public static var hasBFloat16Products: Bool { bfloat16Products != nil }

  /// What multiplies bfloat16 numbers: "AMX" (tile instructions of Intel's processors) or "AVX512-BF16"; `nil` where
  /// nothing does.
  public static var bfloat16Products: String? { gas_bf16_products().map { String(cString: $0) } }

  /// Bytes of a number in a row.
  public var byteCount: Int { self == .float32 ? MemoryLayout<Float>.size : MemoryLayout<UInt16>.size }
}
