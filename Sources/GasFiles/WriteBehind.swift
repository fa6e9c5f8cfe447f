/// Sends a file that is written front to back to the disk as it grows, and takes what has arrived there out of the page
/// cache.
///
/// Otherwise the kernel lets changed pages pile up to a share of the machine's memory. A control group of small memory
/// counts them and cannot drop them, so a process that needs a page there waits or is killed. Here at most two windows
/// are on their way: while one is written, the next is filled, and a writer that is faster than the disk waits for it.
struct WriteBehind {
  /// Smaller pieces, and files up to this size, are left to the kernel.
  static let windowBytes = 8 << 20

  /// The window that is on its way to the disk.
  private var onTheWay = 0..<0

  /// Sends the next window if it is full. To be called after every write of less than a window, with how much of the
  /// file is written.
  mutating func advance(_ descriptor: Int32, to position: Int, _ path: String) throws {
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
