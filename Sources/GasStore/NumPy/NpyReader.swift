import CGasKernels
import GasBase

/// A NumPy array, read in place: a mapped `.npy` file or an entry of an archive.
///
/// Elements are numbered in C order. Values are converted as they are read; nothing is held in memory. Safe to use from
/// several threads.
public final class NpyReader: Sendable {
  /// The file's path; for an entry of an archive, `archive.npz[entry]`.
  public let path: String
  public let header: NpyHeader
  private let data: OwnedBytes

  public var type: NpyType { header.type }
  public var shape: [Int] { header.shape }
  public var elementCount: Int { header.elementCount }
  /// The first dimension; 1 for a single value.
  public var rowCount: Int { shape.first ?? 1 }
  /// Elements in a row: the product of the other dimensions.
  public var rowWidth: Int { shape.dropFirst().reduce(1, *) }

  /// - Parameter name: what messages call the file, if not by its path.
  public convenience init(opening path: String, called name: String? = nil) throws {
    try self.init(OwnedBytes(MappedFile(opening: path)), path: name ?? path)
  }

  init(_ data: OwnedBytes, path: String) throws {
    header = try NpyHeader(parsing: data.bytes, file: path)
    self.data = data
    self.path = path
  }

  /// Size and CRC-32 of the whole file, header included.
  public func fileChecksum() -> FileChecksum { FileChecksum(data) }

  /// The whole file, header included.
  public func withFileBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(data.bytes)
  }

  /// Tells the kernel how the elements of a range will be read.
  public func advise(_ advice: MappedFile.Advice, _ range: Range<Int>) {
    data.advise(advice, byteRange(range))
  }

  /// Takes the elements of a range out of resident memory.
  public func release(_ range: Range<Int>) {
    data.release(byteRange(range))
  }

  /// Where an element stands in the file, for messages.
  public func offset(of element: Int) -> Int {
    header.dataOffset + element * type.byteCount
  }

  private func byteRange(_ range: Range<Int>) -> Range<Int> {
    offset(of: range.lowerBound)..<offset(of: range.upperBound)
  }

  /// A string element: an id, or the name of a format.
  ///
  /// - Throws: `GasError` if it is not text, naming the offset.
  public func string(at element: Int) throws -> String {
    precondition(type.isText && element < elementCount, "\(path) holds no such text")
    let bytes = UnsafeRawBufferPointer(rebasing: data.bytes[byteRange(element..<element + 1)])
    let text: String?
    if case .bytes = type {
      let used = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
      text = String(validating: bytes[..<used], as: UTF8.self)
    } else {
      let points = (0..<bytes.count / 4).map { bytes.littleEndian(at: $0 * 4) as UInt32 }
      let used = points.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
      text = String(validating: points[..<used], as: UTF32.self)
    }
    guard let text else {
      throw GasError("text that is not valid Unicode", file: path, at: .offset(offset(of: element)))
    }
    return text
  }
}

extension NpyReader {
  /// Reads numbers (truth values as 0 and 1) as float32; wider ones are rounded.
  public func read(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) {
    switch type {
    case .bool, .uint8: convert(range, UInt8.self, target) { Float($0) }
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
  /// - Throws: `GasError` naming the offset of a value that is no whole number below 2⁶³ in size.
  public func read(_ range: Range<Int>, into target: UnsafeMutableBufferPointer<Int64>) throws {
    switch type {
    case .bool, .uint8: convert(range, UInt8.self, target) { Int64($0) }
    case .int8: convert(range, Int8.self, target) { Int64($0) }
    case .int16: convert(range, Int16.self, target) { Int64($0) }
    case .int32: convert(range, Int32.self, target) { Int64($0) }
    case .int64: convert(range, Int64.self, target) { $0 }
    case .uint16: convert(range, UInt16.self, target) { Int64($0) }
    case .uint32: convert(range, UInt32.self, target) { Int64($0) }
    case .uint64: try convertExactly(range, UInt64.self, target) { Int64(exactly: $0) }
    case .float16: try convertExactly(range, UInt16.self, target) { Int64(exactly: Self.half($0)) }
    case .float32: try convertExactly(range, UInt32.self, target) { Int64(exactly: Float(bitPattern: $0)) }
    case .float64: try convertExactly(range, UInt64.self, target) { Int64(exactly: Double(bitPattern: $0)) }
    case .bytes, .unicode: preconditionFailure("\(path) holds text")
    }
  }

  /// Reads a range into a fresh array: for small things.
  public func integers(_ range: Range<Int>) throws -> [Int64] {
    try [Int64](unsafeUninitializedCapacity: range.count) { buffer, count in
      try read(range, into: UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]))
      count = range.count
    }
  }

  /// Reads a range into a fresh array: for small things.
  public func floats(_ range: Range<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: range.count) { buffer, count in
      read(range, into: UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]))
      count = range.count
    }
  }

  /// All at once where they are aligned, as in a file of their own.
  private func convertHalves(_ range: Range<Int>, _ target: UnsafeMutableBufferPointer<Float>) {
    let bytes = data.bytes.baseAddress.map { $0 + offset(of: range.lowerBound) }
    guard let bytes, let to = target.baseAddress, Int(bitPattern: bytes) % 2 == 0 else {
      return convert(range, UInt16.self, target, Self.half)
    }
    precondition(range.count == target.count && range.upperBound <= elementCount, "range outside of \(path)")
    gas_f16_to_f32(Int64(range.count), bytes.assumingMemoryBound(to: UInt16.self), to)
  }

  private static func half(_ bits: UInt16) -> Float {
    var value: Float = 0
    withUnsafePointer(to: bits) { gas_f16_to_f32(1, $0, &value) }
    return value
  }

  /// Elements inside an archive need not be aligned, so each is loaded as bytes.
  @inline(__always)
  private func convert<S: BitwiseCopyable, T>(
    _ range: Range<Int>, _: S.Type, _ target: UnsafeMutableBufferPointer<T>, _ value: (S) -> T
  ) {
    precondition(range.count == target.count && range.upperBound <= elementCount, "range outside of \(path)")
    let bytes = UnsafeRawBufferPointer(rebasing: data.bytes[byteRange(range)])
    for index in 0..<range.count {
      target[index] = value(bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<S>.stride, as: S.self))
    }
  }

  @inline(__always)
  private func convertExactly<S: BitwiseCopyable>(
    _ range: Range<Int>, _ type: S.Type, _ target: UnsafeMutableBufferPointer<Int64>, _ value: (S) -> Int64?
  ) throws {
    var bad: Int?
    var index = range.lowerBound
    convert(range, type, target) { element -> Int64 in
      defer { index += 1 }
      if let value = value(element) { return value }
      bad = bad ?? index
      return 0
    }
    guard let bad else { return }
    let found = self.type.isFloat ? "\(floats(bad..<bad + 1)[0])" : "a number above 2^63 − 1"
    throw GasError(
      expected: "whole numbers", found: "\(found) (element \(bad))", file: path, at: .offset(offset(of: bad)))
  }
}
