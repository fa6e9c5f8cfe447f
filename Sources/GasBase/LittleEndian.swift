extension [UInt8] {
  /// Adds the bytes of a number, the lowest first.
  @inlinable
  package mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

extension UnsafeRawBufferPointer {
  /// Reads a number whose bytes start at an offset, the lowest first. It need not be aligned.
  @inlinable
  package func littleEndian<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    T(littleEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
