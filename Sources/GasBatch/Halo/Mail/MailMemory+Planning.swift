import GasBase
import GasFiles

extension MailMemory {
  /// Divides so many bytes as is best: into windows that are as large as can be, since a row is sent to each window
  /// that reads it, and into buffers as large as the windows leave space for. The result is `nil` if there are too few
  /// bytes.
  ///
  /// - Parameters:
  ///   - room: how many bytes mail may take.
  ///   - halo: how many rows all batches of a pass read, and the largest one.
  ///   - rowBytes: the bytes of a row of each column.
  package init?(room: Int, halo: (all: Int, largestBatch: Int), rowBytes: [Int]) {
    let row = rowBytes.reduce(0, +)
    guard row > 0, halo.all > 0 else { return nil }
    let waiting = min(Self.greatestWaiting, room / 8)
    // A buffer holds a row and the page that is not full yet.
    let least = rowBytes.max()! + MappedFile.pageBytes
    func total(_ window: Int, _ buffer: Int) -> Int {
      let windows = halo.all * row / max(1, window) + 2
      let listed = window / row * MailListing.rowBytes
      return waiting + 2 * window + listed + 2 * windows * (rowBytes.count * buffer + MailWindow.numberBytes)
    }
    func largest(_ buffer: Int) -> Int? {
      var window = min(room / 2, halo.all * row)
      while window >= halo.largestBatch * row && window > 0 {
        if total(window, buffer) <= room { return window }
        window -= window / 16 + 1
      }
      return nil
    }
    let buffers = Self.bufferSizes.map { roundedUp(max($0, least), to: MappedFile.pageBytes) }
    let generous = buffers.first { largest($0).map { $0 >= room * 3 / 10 || $0 >= halo.all * row } ?? false }
    let buffer = generous ?? buffers.last!
    guard let window = largest(buffer) else { return nil }
    self.init(
      windowBytes: window, bufferBytes: buffer, waitingBytes: max(waiting, 2 * buffer),
      byteCount: total(window, buffer))
  }

  private static let greatestWaiting = 64 << 20
  private static let bufferSizes = [512 << 10, 256 << 10, 128 << 10, 64 << 10, 32 << 10]

  /// The memory of exact passes whose rows come by mail from layer to layer: that of the mail of a stage while the next
  /// one's is sent; `nil` if there are too few bytes.
  ///
  /// - Parameters:
  ///   - room: how many bytes they may take.
  ///   - halo: how many rows all batches of a pass read, and the largest one.
  ///   - layerRowBytes: the bytes of a row of the history with the longest ones.
  package init?(room: Int, halo: (all: Int, largestBatch: Int), layerRowBytes: Int) {
    // Each of the two has buffers on their way to the disk, which are an eighth at most.
    guard let one = MailMemory(room: room / 9 * 8, halo: halo, rowBytes: [layerRowBytes]) else { return nil }
    self = one
    byteCount += waitingBytes
  }

  /// What is taken while an exact pass sends rows to an epoch, which has no window in memory yet.
  ///
  /// - Parameters:
  ///   - halo: how many rows all batches of the epoch read.
  ///   - rowBytes: the bytes of a row of each column.
  /// - Returns: the bytes.
  package func sendingBytes(halo: Int, rowBytes: [Int]) -> Int {
    let windows = halo * rowBytes.reduce(0, +) / max(1, windowBytes) + 2
    return waitingBytes + windows * (rowBytes.count * bufferBytes + MailWindow.numberBytes)
  }
}
