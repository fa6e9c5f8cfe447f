import Foundation
import GasBase
import GasFiles

/// Writes a `.npy` file front to back. The file appears under its name when it is whole.
///
/// Not thread-safe.
public final class NpyWriter {
  public let path: String
  public let header: NpyHeader
  private let file: FileWriter

  public init(creating path: String, type: NpyType, shape: [Int]) throws {
    self.path = path
    header = NpyHeader(type: type, shape: shape)
    file = try FileWriter(drafting: path)
    try file.write(header.encoded())
  }

  public func append<T: NpyElement>(_ elements: UnsafeBufferPointer<T>) throws {
    precondition(T.npyType == header.type, "\(T.self) elements for \(path)")
    try file.write(UnsafeRawBufferPointer(elements))
  }

  public func append<T: NpyElement>(_ elements: [T]) throws {
    try elements.withUnsafeBufferPointer { try append($0) }
  }

  /// Gives the file its name, once every element of the shape has been appended.
  ///
  /// - Throws: `GasError` if the disk fails, or something has the name and `replaces` is false.
  public func finish(replaces: Bool = true) throws { try ready(replaces: replaces).publish() }

  /// The same, but for the name, which the file gets together with others.
  public func ready(replaces: Bool = true) throws -> ReadyFile {
    let expected = header.dataOffset + header.dataBytes
    precondition(file.byteCount == expected, "\(path) has \(file.byteCount) of \(expected) bytes")
    return try file.ready(replaces: replaces)
  }

  /// Removes what was written. Also done on release.
  public func abandon() { file.discard() }

  /// Writes a whole array.
  public static func write<T: NpyElement>(_ elements: [T], shape: [Int]? = nil, to path: String) throws {
    let writer = try NpyWriter(creating: path, type: T.npyType, shape: shape ?? [elements.count])
    try writer.append(elements)
    try writer.finish()
  }
}
