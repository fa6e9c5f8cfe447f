/// About how long an epoch or an exact pass over all layers takes, and what it does meanwhile.
///
/// Rows are read, copied and computed with at the same time, so the time is not the sum of these. Batches take at least
///
///     what they take with files in the page cache, as measured, and
///     the processor time of all threads over the number of processors
///
/// and hide behind what the disk takes for what it reads and writes, or that behind them, whichever is shorter. Where
/// rows are sent or copied half of the shorter one does not hide, and without prefetching nothing does.
public struct PassTime: Codable, Equatable, Sendable {
  /// Seconds from begin to end.
  public var seconds = 0.0
  /// Seconds of computing, while batches are filled beside it.
  public var computingSeconds = 0.0
  /// Seconds in which batches are filled: graphs decoded, rows read and gathered from the page cache.
  public var fillingSeconds = 0.0
  /// Processor seconds for rows that are sent or copied.
  public var movingSeconds = 0.0
  /// Processor seconds of all threads.
  public var processorSeconds = 0.0
  /// Seconds in which the disk reads what is not in the page cache; `nil` if its speed could not be measured.
  public var diskReadSeconds: Double?
  /// Seconds in which it writes.
  public var diskWriteSeconds: Double?

  /// What passes move besides.
  struct Moved: Equatable {
    /// Processor seconds for rows that are sent or copied.
    var moving = 0.0
    /// Bytes that the disk reads in long pieces, and in single pages.
    var readBytes = 0
    var pageBytes = 0
    var writtenBytes = 0
  }

  /// - Parameters:
  ///   - sample: what batches take with files in the page cache.
  ///   - moved: what passes move besides.
  ///   - disk: how fast the disk is; `nil` if that could not be measured.
  ///   - processors: how many there are.
  ///   - overlaps: whether batches are filled while others are computed.
  init(_ sample: TimeSample.Seconds, _ moved: Moved, _ disk: DiskRates?, processors: Int, overlaps: Bool) {
    computingSeconds = sample.computing
    fillingSeconds = sample.filling
    movingSeconds = moved.moving
    processorSeconds = sample.processor + moved.moving
    diskReadSeconds = disk.map {
      Double(moved.readBytes) / $0.readBytesPerSecond + Double(moved.pageBytes) / $0.pageBytesPerSecond
    }
    diskWriteSeconds = disk.map { Double(moved.writtenBytes) / $0.writtenBytesPerSecond }
    let onDisk = (diskReadSeconds ?? 0) + (diskWriteSeconds ?? 0)
    let batches = max(sample.wall, processorSeconds / Double(processors))
    let exposed = moved.moving > 0 ? Self.exposedShare * min(batches, onDisk) : 0
    seconds = overlaps ? max(batches, onDisk) + exposed : sample.wall + moved.moving + onDisk
  }

  /// How much of the shorter one of batches and the disk does not hide behind the longer one, since the kernel takes
  /// processor time for what the disk does, and passes begin and end with one of them alone. Measured on two
  /// processors, with rows that are sent and copied: 0.3 to 0.9.
  private static let exposedShare = 0.5
}

/// How fast a disk is.
public struct DiskRates: Codable, Equatable, Sendable {
  /// Bytes that are read in a second, from one file, in long pieces by two threads, past the page cache.
  public var readBytesPerSecond: Double
  /// Whether that was measured; if not, it is taken to be `writtenBytesPerSecond`.
  public var isReadingMeasured: Bool
  /// Bytes that are written in a second, past the page cache.
  public var writtenBytesPerSecond: Double
  /// Whether that was measured; if not, it is taken to be `readBytesPerSecond`.
  public var isWritingMeasured: Bool

  /// Bytes of single pages that are read in a second: so much less as in `NominalRates`.
  var pageBytesPerSecond: Double { readBytesPerSecond * NominalRates.pageBytes / NominalRates.readBytes }

  /// Wraps what was measured; `nil` if that is nothing.
  public init?(reading: Double?, writing: Double?) {
    guard let known = reading ?? writing else { return nil }
    (readBytesPerSecond, isReadingMeasured) = (reading ?? known, reading != nil)
    (writtenBytesPerSecond, isWritingMeasured) = (writing ?? known, writing != nil)
  }
}
