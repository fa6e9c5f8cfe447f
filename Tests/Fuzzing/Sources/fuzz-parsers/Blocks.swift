import Foundation

@testable import GasColumns
@testable import GasStore

extension Target {
  /// Blocks of columns, and what the kernels in C do with them.
  static let blocks = [
    decoding("block-packed", .packed, .uint32), decoding("block-lz4", .lz4, .uint32),
    decoding("block-lz4-bytes", .lz4, .uint8), roundTrip("block-encoding"),
  ]

  /// Two bytes say how many elements are expected.
  private static func decoding(_ name: String, _ encoding: ColumnEncoding, _ type: ElementType) -> Target {
    let codec = SingleCodec()
    return Target(name: name) { input in
      guard input.count > 2 else { return }
      let count = 1 + Int(input[0]) + Int(input[1]) << 8
      // Of these sizes alone, so that sanitizers see what is read or written outside of them.
      let stored = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count - 2, alignment: 1)
      stored.copyMemory(from: input.without(2))
      let elements = UnsafeMutableRawBufferPointer.allocate(byteCount: count * type.byteCount, alignment: 64)
      defer {
        stored.deallocate()
        elements.deallocate()
      }
      _ = codec.codec.decode(UnsafeRawBufferPointer(stored), into: elements, type, encoding)
    }
  }

  /// What is encoded is decoded to the same bytes.
  private static func roundTrip(_ name: String) -> Target {
    let codec = SingleCodec()
    return Target(name: name) { input in
      let isPacked = (input.first ?? 0) & 1 == 0
      let type: ElementType = isPacked ? .uint32 : .uint64
      let elements = [UInt8](input.dropFirst().prefix((input.count - 1) / type.byteCount * type.byteCount))
      guard !elements.isEmpty else { return }
      var decoded = [UInt8](repeating: 0xaa, count: elements.count)
      let encoding: ColumnEncoding = isPacked ? .packed : .lz4
      // Packed are ids that ascend as well as any others.
      let stored = elements.withUnsafeBytes { [UInt8](codec.codec.encode($0, type, encoding)) }
      let isDecoded = stored.withUnsafeBytes { stored in
        decoded.withUnsafeMutableBytes { codec.codec.decode(stored, into: $0, type, encoding) }
      }
      precondition(isDecoded && decoded == elements, "not what was encoded")
    }
  }

  /// libFuzzer calls from one thread.
  private final class SingleCodec: @unchecked Sendable {
    let codec = BlockCodec()
  }
}
