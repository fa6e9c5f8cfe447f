import CGasKernels
import GasBase

extension NpyReader {
  /// Reads numbers as float32: truth values as 0 and 1, wider numbers rounded. An array of text stops the program.
  public func read(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) {
    switch type {
    case .bool: convert(range, UInt8.self, target) { $0 == 0 ? 0 : 1 }
    case .uint8: convert(range, UInt8.self, target) { Float($0) }
    case .int8: convert(range, Int8.self, target) { Float($0) }
    case .int16: convert(range, Int16.self, target) { Float($0) }
    case .int32: convert(range, Int32.self, target) { Float($0) }
    case .int64: convert(range, Int64.self, target) { Float($0) }
    case .uint16: convert(range, UInt16.self, target) { Float($0) }
    case .uint32: convert(range, UInt32.self, target) { Float($0) }
    case .uint64: convert(range, UInt64.self, target) { Float($0) }
    case .float16: convertHalves(range, target)
    case .float32: convert(range, UInt32.self, target) { Float(bitPattern: $0) }
    case .float64: convert(range, UInt64.self, target) { Float(Double(bitPattern: $0)) }
    case .bytes, .unicode: preconditionFailure("\(path) holds text")
    }
  }

  /// Reads whole numbers as int64.
  ///
  /// - Parameters:
  ///   - range: which elements, row after row.
  ///   - target: memory for as many numbers as the range has.
  ///   - nan: what to take for NaN; if nil, NaN is refused.
  /// - Throws: `GasError` naming the offset of a value that is not a whole number of 64 bits, or saying that the array
  ///   is text.
  public func read(
    _ range: Range<Int>, into target: UnsafeMutableBufferPointer<Int64>, nan: Int64? = nil
  ) throws {
    switch type {
    case .bool: convert(range, UInt8.self, target) { $0 == 0 ? 0 : 1 }
    case .uint8: convert(range, UInt8.self, target) { Int64($0) }
    case .int8: convert(range, Int8.self, target) { Int64($0) }
    case .int16: convert(range, Int16.self, target) { Int64($0) }
    case .int32: convert(range, Int32.self, target) { Int64($0) }
    case .int64: convert(range, Int64.self, target) { $0 }
    case .uint16: convert(range, UInt16.self, target) { Int64($0) }
    case .uint32: convert(range, UInt32.self, target) { Int64($0) }
    case .uint64: try convertExactly(range, UInt64.self, target) { Int64(exactly: $0) }
    case .float16: try convertExactly(range, UInt16.self, target) { Self.whole(Self.half($0), nan) }
    case .float32: try convertExactly(range, UInt32.self, target) { Self.whole(Float(bitPattern: $0), nan) }
    case .float64: try convertExactly(range, UInt64.self, target) { Self.whole(Double(bitPattern: $0), nan) }
    case .bytes, .unicode: throw GasError(expected: "whole numbers", found: "text (\(type.descr))", file: path)
    }
  }

  /// Reads a range into a fresh array: for few elements.
  ///
  /// - Parameter range: which elements, row after row.
  /// - Returns: the elements.
  /// - Throws: `GasError` naming the offset of a value that is not a whole number of 64 bits.
  public func integers(_ range: Range<Int>) throws -> [Int64] {
    try [Int64](unsafeUninitializedCapacity: range.count) { buffer, count in
      try read(range, into: UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]))
      count = range.count
    }
  }

  /// Reads a range into a fresh array: for few elements.
  public func floats(_ range: Range<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: range.count) { buffer, count in
      read(range, into: UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]))
      count = range.count
    }
  }

  @inline(__always)
  private static func whole<F: BinaryFloatingPoint>(_ value: F, _ nan: Int64?) -> Int64? {
    value.isNaN ? nan : Int64(exactly: value)
  }

  private static func half(_ bits: UInt16) -> Float {
    var value: Float = 0
    withUnsafePointer(to: bits) { gas_f16_to_f32(1, $0, &value) }
    return value
  }

  /// Converts all elements at once if they are aligned, as in a file of their own.
  private func convertHalves(_ range: Range<Int>, _ target: UnsafeMutableBufferPointer<Float>) {
    let bytes = data.bytes.baseAddress.map { $0 + header.dataOffset + range.lowerBound * 2 }
    let isPlain = !header.isFortranOrder && !header.isBigEndian
    guard isPlain, let bytes, let to = target.baseAddress, Int(bitPattern: bytes) % 2 == 0 else {
      return convert(range, UInt16.self, target, Self.half)
    }
    precondition(range.count == target.count && range.upperBound <= elementCount, "range outside of \(path)")
    gas_f16_to_f32(Int64(range.count), bytes.assumingMemoryBound(to: UInt16.self), to)
  }

  @inline(__always)
  func convert<S: FixedWidthInteger, T>(
    _ range: Range<Int>, _: S.Type, _ target: UnsafeMutableBufferPointer<T>, _ value: (S) -> T
  ) {
    precondition(range.count == target.count && range.upperBound <= elementCount, "range outside of \(path)")
    if header.isBigEndian {
      load(range, target) { value(S(bigEndian: $0)) }
    } else {
      load(range, target, value)
    }
  }

  /// Loads each element as bytes: inside an archive elements need not be aligned.
  @inline(__always)
  private func load<S: FixedWidthInteger, T>(
    _ range: Range<Int>, _ target: UnsafeMutableBufferPointer<T>, _ value: (S) -> T
  ) {
    // An array without elements may have rows without any.
    guard !range.isEmpty else { return }
    guard !header.isFortranOrder else { return loadRuns(range, target, value) }
    let start = header.dataOffset + range.lowerBound * MemoryLayout<S>.stride
    let bytes = UnsafeRawBufferPointer(rebasing: data.bytes[start...])
    for index in 0..<range.count {
      target[index] = value(bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<S>.stride, as: S.self))
    }
  }

  /// Copies runs of columns first: a fault would make up to 2 MiB around each of them resident.
  private func loadRuns<S: FixedWidthInteger, T>(
    _ range: Range<Int>, _ target: UnsafeMutableBufferPointer<T>, _ value: (S) -> T
  ) {
    let size = MemoryLayout<S>.stride
    let longest = dividedUp(range.count, by: max(1, rowWidth)) * size
    withUnsafeTemporaryAllocation(byteCount: longest, alignment: 16) { memory in
      forEachRun(range) { place, count, first, step in
        let span = header.dataOffset + place * size..<header.dataOffset + (place + count) * size
        var bytes = UnsafeRawBufferPointer(rebasing: data.bytes[span])
        if span.count >= Self.smallestCopiedBytes {
          data.copy(span, into: memory.baseAddress!)
          bytes = UnsafeRawBufferPointer(rebasing: memory[..<span.count])
        }
        for index in 0..<count {
          target[first + index * step] = value(bytes.loadUnaligned(fromByteOffset: index * size, as: S.self))
        }
      }
    }
  }

  /// Shorter runs are not worth a system call each.
  private static var smallestCopiedBytes: Int { 256 }

  @inline(__always)
  private func convertExactly<S: FixedWidthInteger>(
    _ range: Range<Int>, _ type: S.Type, _ target: UnsafeMutableBufferPointer<Int64>, _ value: (S) -> Int64?
  ) throws {
    var areWhole = true
    convert(range, type, target) { element -> Int64 in
      if let value = value(element) { return value }
      areWhole = false
      return 0
    }
    if !areWhole { throw notWhole(range, type, value) }
  }

  /// Names the first element of a range that is not a whole number.
  private func notWhole<S: FixedWidthInteger>(
    _ range: Range<Int>, _ type: S.Type, _ value: (S) -> Int64?
  ) -> GasError {
    var isWhole = [true]
    let bad = range.first { element in
      isWhole.withUnsafeMutableBufferPointer { flag in
        convert(element..<element + 1, type, flag) { value($0) != nil }
      }
      return !isWhole[0]
    }!
    let found = self.type.isFloat ? "\(floats(bad..<bad + 1)[0])" : "a number above 2^63 − 1"
    return GasError(
      expected: "whole numbers", found: "\(found) (element \(bad))", file: path, at: .offset(offset(of: bad)))
  }
}
