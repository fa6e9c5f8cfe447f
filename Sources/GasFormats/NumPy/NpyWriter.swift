import GasBase
import GasFiles

/// Writes a `.npy` file front to back. The file appears under its name when it is whole.
///
/// Not thread-safe.
public final class NpyWriter {
  /// The name that the file is to get.
  public let path: String
  /// The header that was written.
  public let header: NpyHeader
  private let file: FileWriter

  /// Makes the file and writes its header.
  ///
  /// - Parameters:
  ///   - path: the name that the file is to get.
  ///   - type: the type of the elements.
  ///   - shape: the length of each dimension.
  /// - Throws: `GasError` if the file cannot be made.
  public init(creating path: String, type: NpyType, shape: [Int]) throws {
    self.path = path
    header = NpyHeader(type: type, shape: shape)
    file = try FileWriter(drafting: path)
    try file.write(header.encoded())
  }

  /// Appends elements in C order.
  ///
  /// - Parameter elements: values of the file's type.
  /// - Throws: `GasError` if the disk fails.
  public func append<T: NpyElement>(_ elements: UnsafeBufferPointer<T>) throws {
    precondition(T.npyType == header.type, "\(T.self) elements for \(path)")
    try file.write(UnsafeRawBufferPointer(elements))
  }

  /// Appends elements in C order.
  ///
  /// - Parameter elements: values of the file's type.
  /// - Throws: `GasError` if the disk fails.
  public func append<T: NpyElement>(_ elements: [T]) throws {
    try elements.withUnsafeBufferPointer { try append($0) }
  }

  /// Gives the file its name. Every element of the shape must have been appended.
  ///
  /// - Parameter replaces: what the file takes the place of.
  /// - Throws: `GasError` if the disk fails, or if something has the name that is not to be replaced.
  public func finish(replaces: Replacement = .anything) throws { try ready(replaces: replaces).publish() }

  /// Makes the file durable without its name, which it can then get together with others. Every element of the shape
  /// must have been appended.
  ///
  /// - Parameter replaces: what the file will take the place of.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if the disk fails.
  public func ready(replaces: Replacement = .anything) throws -> ReadyFile {
    let expected = header.dataOffset + header.dataBytes
    precondition(file.byteCount == expected, "\(path) has \(file.byteCount) of \(expected) bytes")
    return try file.ready(replaces: replaces)
  }

  /// Removes what was written. This is also done when the object goes.
  public func abandon() { file.discard() }

  /// Writes a whole array.
  ///
  /// - Parameters:
  ///   - elements: all elements in C order.
  ///   - shape: the length of each dimension; nil for a vector.
  ///   - path: the file, which replaces one of that name.
  /// - Throws: `GasError` if the disk fails.
  public static func write<T: NpyElement>(_ elements: [T], shape: [Int]? = nil, to path: String) throws {
    let writer = try NpyWriter(creating: path, type: T.npyType, shape: shape ?? [elements.count])
    try writer.append(elements)
    try writer.finish()
  }
}
