import CGasKernels
import GasBase
import GasFiles
import GasStore

/// Rows of a source on their way to a file. Whole pages are written, so that the first and the last row of a write may be split.
final class OutgoingRows {
  private let source: Int
  private let rowBytes: Int
  private let writer: MailWriter
  private var buffer: Pages?
  /// Bytes that are in the file, or will be; and behind these in the buffer.
  private(set) var written = 0
  private var count = 0

  init(_ source: Int, _ file: EncodedRows, _ writer: MailWriter) {
    self.source = source
    self.writer = writer
    rowBytes = file.rowBytes
  }

  /// - Parameter rows: of the file, which all of the window's rows go to.
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

  private func send(_ buffer: Pages, to rows: Range<Int>, of file: MappedElements) throws {
    let whole = count / MappedFile.pageBytes * MappedFile.pageBytes
    let rest = try writer.buffer()
    rest.base.copyMemory(from: buffer.base + whole, byteCount: count - whole)
    writer.write(buffer, count: whole, to: rows, at: written, of: file, source: source)
    (self.buffer, written, count) = (rest, written + whole, count - whole)
  }

  func move(to room: MailRoom) {
    guard let buffer else { return }
    (room.base(source) + written).copyMemory(from: buffer.base, byteCount: count)
    writer.put(buffer)
    self.buffer = nil
  }
}
