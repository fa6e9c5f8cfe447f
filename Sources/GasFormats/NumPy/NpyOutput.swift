import GasBase
import GasFiles

/// A vector or matrix in a `.npy` file whose rows may be written in any order, each at most once. Rows that are not
/// written are zeros.
///
/// The file has its full size and its disk space from the start, and gets its name by `finish`. Different rows may be
/// written from different threads at the same time.
public final class NpyOutput<Element: NpyElement>: @unchecked Sendable {
  /// The name that the file is to get.
  public let path: String
  /// The number of rows.
  public let rowCount: Int
  /// Elements in a row; 1 for a vector.
  public let width: Int
  private let isVector: Bool
  private let dataOffset: Int
  private let writer: FileWriter
  private let file: MappedFile

  /// Makes the file and writes its header.
  ///
  /// - Parameters:
  ///   - path: the name that the file is to get.
  ///   - rowCount: how many rows it has.
  ///   - width: elements in a row; `nil` for a vector.
  /// - Throws: `GasError` if the file cannot be made or the disk is too full.
  public init(creating path: String, rowCount: Int, width: Int? = nil) throws {
    self.path = path
    isVector = width == nil
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

  /// The bytes of all rows, in place.
  package var bytes: FlatArray<UInt8> { FlatArray(of: file, from: dataOffset) }

  /// Makes a file of the same name with some of these rows, in any order, in the place of this one.
  ///
  /// - Parameters:
  ///   - count: how many rows the new file has.
  ///   - source: the row of this file that a row of the new one is.
  /// - Returns: the new file.
  /// - Throws: `GasError` if the file cannot be made or the disk is too full.
  package func selecting(_ count: Int, _ source: (Int) -> Int) throws -> NpyOutput {
    let selected = try NpyOutput(creating: path, rowCount: count, width: isVector ? nil : width)
    for rows in (0..<count).chunks(ofCount: 1 << 12) {
      for row in rows { _ = selected.row(row).update(fromContentsOf: self.row(source(row))) }
      selected.release()
      release()
    }
    return selected
  }

  /// Takes what was written out of resident memory. Nothing is lost.
  public func release() {
    file.release(0..<file.byteCount)
  }

  /// Waits until all rows are on the disk, and gives the file its name.
  ///
  /// - Parameter replaces: what the file takes the place of.
  /// - Throws: `GasError` if the disk fails, or if something has the name that is not to be replaced.
  public func finish(replaces: Replacement = .anything) throws { try ready(replaces: replaces).publish() }

  /// Waits until all rows are on the disk. The file can then get its name together with others.
  ///
  /// - Parameter replaces: what the file will take the place of.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if the disk fails.
  public func ready(replaces: Replacement = .anything) throws -> ReadyFile {
    try file.sync(0..<file.byteCount)
    return try writer.ready(replaces: replaces)
  }

  /// Removes what was written. This is also done when the object goes.
  public func abandon() { writer.discard() }
}
