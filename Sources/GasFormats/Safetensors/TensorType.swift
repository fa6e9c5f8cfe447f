import GasBase

/// The types of numbers that other programs keep weights in, under their names in a safetensors header.
enum TensorType: String {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float64 = "F64"

  /// Bytes of a number.
  var byteCount: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }

  /// The numbers as float32; those of float64 are rounded to nearest.
  ///
  /// - Parameters:
  ///   - bytes: whole numbers of this type, little-endian, at any address.
  ///   - name: the tensor's name, for messages.
  ///   - file: the file, for messages.
  /// - Returns: as many numbers.
  /// - Throws: `GasError` if a finite number is too large for float32.
  func floats(_ bytes: UnsafeRawBufferPointer, of name: String, file: String) throws -> [Float] {
    switch self {
    case .float32: return Self.read(bytes, Float.self)
    case .float16: return Self.read(bytes, Float16.self).map(Float.init)
    case .bfloat16: return Self.read(bytes, UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case .float64:
      return try Self.read(bytes, Double.self).enumerated().map { place, value in
        let rounded = Float(value)
        guard rounded.isFinite || !value.isFinite else {
          throw GasError(
            expected: "numbers that float32 can hold", found: "\(value) at place \(place) of \"\(name.excerpt)\"",
            file: file)
        }
        return rounded
      }
    }
  }

  private static func read<Number: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _ type: Number.Type) -> [Number] {
    let count = bytes.count / MemoryLayout<Number>.size
    return [Number](unsafeUninitializedCapacity: count) { buffer, written in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
      written = count
    }
  }
}

extension [TensorType] {
  /// The types, for messages.
  var words: String { map { "\($0)" }.joined(separator: ", ") }
}
