import GasBase
import GasFiles

/// A column whose rows are written in place while it is mapped: histories and their clocks (the step at which each row
/// was pushed).
public final class MutableColumn: Sendable {
  /// The checked header of the file.
  public let header: ColumnHeader
  /// The elements, in place.
  public let values: MappedElements
  /// The size of the file in bytes, header included.
  public let fileBytes: Int

  /// The file's path.
  public var path: String { values.path }

  /// Creates a column of zeros.
  ///
  /// - Parameters:
  ///   - path: the file, which is replaced if it is there.
  ///   - type: the type of the elements.
  ///   - rowCount: the number of rows.
  ///   - width: elements in a row; `nil` for a plain vector.
  ///   - isReserved: whether disk space for all rows is taken now, so that later writes cannot fail for lack of it.
  /// - Throws: `GasError` if the file cannot be written or the disk is too full.
  public static func create(
    _ path: String, type: ElementType, rowCount: Int, width: Int?, isReserved: Bool = true
  ) throws {
    try writer(drafting: path, header(type, rowCount, width), isReserved).ready().publish()
  }

  /// Creates a column of zeros that does not have its name yet, which may be that of another one until then.
  ///
  /// - Parameters:
  ///   - path: the name that the file will get.
  ///   - type: the type of the elements.
  ///   - rowCount: the number of rows.
  ///   - width: elements in a row; `nil` for a plain vector.
  /// - Returns: the open column, and its file, to be published. Disk space for all rows is taken.
  /// - Throws: `GasError` if the file cannot be written or the disk is too full.
  package static func draft(
    _ path: String, type: ElementType, rowCount: Int, width: Int?
  ) throws -> (column: MutableColumn, file: ReadyFile) {
    let writer = try writer(drafting: path, header(type, rowCount, width), true)
    let column = try MutableColumn(writer.mapped())
    return (column, try writer.ready())
  }

  private static func writer(
    drafting path: String, _ header: ColumnHeader, _ isReserved: Bool
  ) throws -> FileWriter {
    let writer = try FileWriter(drafting: path)
    try writer.write(header.encoded())
    try writer.extend(to: ColumnHeader.byteCount + header.dataBytes, reserves: isReserved)
    return writer
  }

  private static func header(_ type: ElementType, _ rowCount: Int, _ width: Int?) -> ColumnHeader {
    let dataBytes = rowCount * (width ?? 1) * type.byteCount
    return ColumnHeader(
      type: type, encoding: .raw, isMutable: true, rowCount: rowCount, width: width ?? 1, rank: width == nil ? 1 : 2,
      dataBytes: dataBytes, tableOffset: ColumnHeader.byteCount + dataBytes, tableCount: 0, tableChecksum: 0)
  }

  /// Creates a column of zeros without a name: it takes disk space in `folder` while it is open, and nothing
  /// afterwards, however the process ends.
  ///
  /// - Parameters:
  ///   - folder: where the disk space is taken.
  ///   - type: the type of the elements.
  ///   - rowCount: the number of rows.
  ///   - width: elements in a row; `nil` for a plain vector.
  ///   - isReserved: whether disk space for all rows is taken now, so that later writes cannot fail for lack of it.
  /// - Returns: the open column.
  /// - Throws: `GasError` if the folder cannot be written or the disk is too full.
  public static func nameless(
    in folder: String, type: ElementType, rowCount: Int, width: Int?, isReserved: Bool = true
  ) throws -> MutableColumn {
    let header = header(type, rowCount, width)
    return try MutableColumn(
      MappedFile(
        scratch: "\(folder)/scratch.gascol", byteCount: ColumnHeader.byteCount + header.dataBytes,
        isReserved: isReserved, head: header.encoded()))
  }

  /// Maps a column and checks header and size. Contents have no checksums.
  ///
  /// - Parameters:
  ///   - path: a file that `create` has made.
  ///   - access: whether rows are written too.
  /// - Throws: `GasError` if the file cannot be opened, is damaged, or is a finished column.
  public convenience init(opening path: String, access: MappedFile.Access = .readWrite) throws {
    try self.init(MappedFile(opening: path, access: access))
  }

  private init(_ file: MappedFile) throws {
    let path = file.path
    header = try ColumnHeader(parsing: file.bytes, file: path)
    guard header.isMutable && header.encoding == .raw else {
      throw GasError(expected: "a history", found: "a finished column", file: path)
    }
    guard file.byteCount == ColumnHeader.byteCount + header.dataBytes else {
      throw GasError(
        expected: "a file of \(ColumnHeader.byteCount + header.dataBytes) bytes", found: "\(file.byteCount)",
        file: path,
        at: .offset(file.byteCount), advice: "the file is truncated or damaged")
    }
    values = MappedElements(file, header)
    fileBytes = file.byteCount
  }
}
