import CGasKernels
import GasBase
import GasFiles
import GasStore

/// Rows of a source on their way to a file. Only whole pages are written, so a write may begin and end within a row.
final class OutgoingRows {
  private let source: Int
  private let rowBytes: Int
  private let writer: MailWriter
  private var buffer: Pages?
  /// How many bytes are in the file or will be. The buffer holds `count` more, which follow them.
  private(set) var written = 0
  private var count = 0

  init(_ source: Int, _ file: EncodedRows, _ writer: MailWriter) {
    self.source = source
    self.writer = writer
    rowBytes = file.rowBytes
  }

  /// Appends rows of a batch.
  ///
  /// - Parameters:
  ///   - numbers: which rows.
  ///   - batch: the batch's rows, as they are encoded.
  ///   - rows: the part of the file that belongs to the window.
  ///   - file: where the rows go.
  /// - Throws: `GasError` if the disk has failed.
  func append(
    _ numbers: UnsafeBufferPointer<UInt32>, of batch: UnsafePointer<UInt8>, to rows: Range<Int>, of file: MappedElements
  ) throws {
    var done = 0
    while done < numbers.count {
      let buffer = try self.buffer ?? writer.buffer()
      self.buffer = buffer
      let now = min((writer.bufferBytes - count) / rowBytes, numbers.count - done)
      let target = (buffer.base + count).assumingMemoryBound(to: UInt8.self)
      gas_gather_bytes(Int64(now), numbers.baseAddress! + done, 0, Int64(rowBytes), batch, target)
      count += now * rowBytes
      done += now
      if count + rowBytes > writer.bufferBytes { try send(buffer, to: rows, of: file) }
    }
  }

  /// Writes the whole pages of a full buffer, and goes on with the rest in another one.
  private func send(_ buffer: Pages, to rows: Range<Int>, of file: MappedElements) throws {
    let whole = count / MappedFile.pageBytes * MappedFile.pageBytes
    let rest = try writer.buffer()
    rest.base.copyMemory(from: buffer.base + whole, byteCount: count - whole)
    writer.write(buffer, count: whole, to: rows, at: written, of: file, source: source)
    (self.buffer, written, count) = (rest, written + whole, count - whole)
  }

  /// Copies what the buffer holds to the window's memory, and gives the buffer back.
  func move(to room: MailRoom) {
    guard let buffer else { return }
    (room.base(source) + written).copyMemory(from: buffer.base, byteCount: count)
    writer.put(buffer)
    self.buffer = nil
  }
}
