import Foundation
import GasBase
import GasFiles

/// A vector or matrix in a `.npy` file whose rows may be written in any order, each once or never (zeros).
///
/// The file has its full size and its disk space from the start, and gets its name by `finish`. Different rows
/// may be written from different threads at the same time.
public final class NpyOutput<Element: NpyElement>: @unchecked Sendable {
  public let path: String
  public let rowCount: Int
  public let width: Int
  private let dataOffset: Int
  private let writer: FileWriter
  private let file: MappedFile

  /// - Parameters:
  ///   - path: of the file.
  ///   - rowCount: how many rows it gets.
  ///   - width: elements in a row; `nil` for a vector.
  public init(creating path: String, rowCount: Int, width: Int? = nil) throws {
    self.path = path
    self.rowCount = rowCount
    self.width = width ?? 1
    let header = NpyHeader(type: Element.npyType, shape: [rowCount] + (width.map { [$0] } ?? []))
    dataOffset = header.dataOffset
    writer = try FileWriter(drafting: path)
    try writer.write(header.encoded())
    try writer.extend(to: header.dataOffset + header.dataBytes)
    file = try writer.mapped()
  }

  /// The elements of a row, to be filled in.
  public func row(_ row: Int) -> UnsafeMutableBufferPointer<Element> {
    precondition(row >= 0 && row < rowCount, "row outside of \(path)")
    let start = dataOffset + row * width * MemoryLayout<Element>.stride
    let base = file.mutableBytes.baseAddress! + start
    return UnsafeMutableBufferPointer(start: base.assumingMemoryBound(to: Element.self), count: width)
  }

  /// Takes what was written out of resident memory; it stays the file's.
  public func release() {
    file.release(0..<file.byteCount)
  }

  /// Writes everything back and gives the file its name.
  ///
  /// - Throws: `GasError` if the disk fails, or something has the name and `replaces` is false.
  public func finish(replaces: Bool = true) throws { try ready(replaces: replaces).publish() }

  /// The same, but for the name, which the file gets together with others.
  public func ready(replaces: Bool = true) throws -> ReadyFile {
    try file.sync(0..<file.byteCount)
    return try writer.ready(replaces: replaces)
  }

  /// Removes what was written. Also done on release.
  public func abandon() { writer.discard() }
}
