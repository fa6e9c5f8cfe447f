/// Sends a file that is written front to back to the disk as it grows, and takes what has arrived there out of the page
/// cache.
///
/// Otherwise the kernel lets changed pages pile up to a share of the machine's memory. A control group of small memory
/// counts them and cannot drop them, so a process that needs a page there waits or is killed. Here at most two windows
/// are on their way: while one is written, the next is filled, and a writer that is faster than the disk waits for it.
struct WriteBehind {
  /// Smaller pieces, and files up to this size, are left to the kernel.
  static let windowBytes = 8 << 20

  /// How much of the file is written.
  private(set) var position: Int
  /// Ends of the window that is on its way to the disk.
  private var onTheWay: Range<Int>

  /// Begins at an offset of the file.
  init(from offset: Int = 0) {
    position = offset
    onTheWay = offset..<offset
  }

  /// Writes bytes behind those that were written before.
  ///
  /// - Throws: `GasError` if the disk fails; a part may be written then.
  mutating func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws {
    let start = position
    while position < start + bytes.count {
      let part = UnsafeRawBufferPointer(rebasing: bytes[(position - start)...].prefix(Self.windowBytes))
      position += try POSIX.write(descriptor, part, at: position, path)
      try sendWindow(descriptor, path)
    }
  }

  /// Leaves bytes out, which stay a hole.
  mutating func skip(_ count: Int) { position += count }

  private mutating func sendWindow(_ descriptor: Int32, _ path: String) throws {
    guard position - onTheWay.upperBound >= Self.windowBytes else { return }
    // A page that will be written to again is not sent.
    let end = position / MappedFile.pageBytes * MappedFile.pageBytes
    let window = onTheWay.upperBound..<end
    try POSIX.writeBack(descriptor, window, waits: false, path)
    if !onTheWay.isEmpty {
      try POSIX.writeBack(descriptor, onTheWay, waits: true, path)
      POSIX.dropPages(descriptor, onTheWay)
    }
    onTheWay = window
  }
}
