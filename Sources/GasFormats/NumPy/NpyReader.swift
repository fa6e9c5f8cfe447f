import GasBase
import GasFiles

/// A NumPy array, read in place: a mapped `.npy` file or an entry of an archive.
///
/// Elements are numbered in C order, whatever the order and the byte order of the file. Values are converted as they
/// are read, and none are held in memory. Safe to use from several threads.
public final class NpyReader: Sendable {
  /// The file's path; for an entry of an archive, `archive.npz[entry]`.
  public let path: String
  /// The checked header.
  public let header: NpyHeader
  let data: OwnedBytes

  /// The type of the elements.
  public var type: NpyType { header.type }
  /// The length of each dimension; empty for a single value.
  public var shape: [Int] { header.shape }
  /// The product of all dimensions.
  public var elementCount: Int { header.elementCount }
  /// The first dimension; 1 for a single value.
  public var rowCount: Int { shape.first ?? 1 }
  /// Elements in a row: the product of the other dimensions.
  public var rowWidth: Int { shape.dropFirst().reduce(1, *) }

  /// Maps a `.npy` file and checks its header.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - name: what messages call it, if not its path.
  /// - Throws: `GasError` if the file cannot be opened, or is not a `.npy` file that can be read.
  public convenience init(opening path: String, called name: String? = nil) throws {
    try self.init(OwnedBytes(MappedFile(opening: path)), path: name ?? path)
  }

  convenience init(_ data: OwnedBytes, path: String) throws {
    self.init(data, try NpyHeader(parsing: data.bytes, file: path), path: path)
  }

  private init(_ data: OwnedBytes, _ header: NpyHeader, path: String) {
    self.data = data
    self.header = header
    self.path = path
  }

  /// The same elements with their indices in the opposite order, in place.
  public func transposed() -> NpyReader { NpyReader(data, header.transposed, path: path) }

  /// Checks that the array can be a list of ids.
  ///
  /// - Throws: `GasError` unless it is a vector of integers or strings.
  package func checkHoldsIds() throws {
    guard shape.count == 1, type.isText || type.isInteger else {
      throw GasError(
        expected: "a vector of integers or strings", found: "\(type.descr) of shape \(header.shapeText)", file: path)
    }
  }

  /// Size and CRC-32 of the whole file, header included.
  public func fileChecksum() -> FileChecksum { FileChecksum(data) }

  /// Calls `body` with the whole file, header included.
  ///
  /// - Parameter body: uses the bytes while it runs.
  /// - Returns: what `body` returns.
  /// - Throws: what `body` throws.
  public func withFileBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(data.bytes)
  }

  /// Tells the kernel how the elements of a range will be read.
  public func advise(_ advice: MappedFile.Advice, _ range: Range<Int>) {
    forEachSpan(range) { data.advise(advice, $0) }
  }

  /// Takes the elements of a range out of resident memory.
  public func release(_ range: Range<Int>) {
    forEachSpan(range) { data.release($0) }
  }

  /// Where an element is in the file, for messages.
  public func offset(of element: Int) -> Int {
    header.dataOffset + place(of: element) * type.byteCount
  }

  /// Reads a text element: an id, or the name of a format.
  ///
  /// - Parameter element: its number.
  /// - Returns: the text without the zeros at its end.
  /// - Throws: `GasError` naming the offset if it is not valid Unicode.
  public func string(at element: Int) throws -> String {
    precondition(type.isText && element < elementCount, "\(path) holds no such text")
    let start = offset(of: element)
    let bytes = UnsafeRawBufferPointer(rebasing: data.bytes[start..<start + type.byteCount])
    let text: String?
    if case .bytes = type {
      let used = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
      text = String(validating: bytes[..<used], as: UTF8.self)
    } else {
      let points = (0..<bytes.count / 4).map { place -> UInt32 in
        let point: UInt32 = bytes.littleEndian(at: place * 4)
        return header.isBigEndian ? point.byteSwapped : point
      }
      let used = points.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
      text = String(validating: points[..<used], as: UTF32.self)
    }
    guard let text else {
      throw GasError("text that is not valid Unicode", file: path, at: .offset(offset(of: element)))
    }
    return text
  }
}
