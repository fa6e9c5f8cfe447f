import GasBase

/// How work on batches is carried out; but for `haloWindows` results do not depend on it.
public struct ExecutionOptions {
  /// Threads that compute.
  public var threads: Int
  /// Whether the next batch is prepared during the current one.
  public var prefetches: Bool
  /// Whether features are aggregated once, if that is all that the first stage reads of them.
  public var keepsAggregate: Bool
  /// Whether pushed rows are sent to the disk at once: for a memory budget that the page cache counts against.
  public var writesSteadily: Bool
  /// Whether halo rows that are only summed may be read where they are, in mapped histories, where no budget of memory speaks against it.
  public var readsInPlace: Bool
  /// Windows of a pass whose halo rows are copied together (`HaloStaging`); 0 where each batch reads its own. In training without mail the
  /// histories' rows are older with windows, so that results depend on this.
  public var haloWindows: Int
  /// Memory for halo rows that come by mail in training (`HaloMail`); `nil` where none do.
  public var mail: MailMemory?
  /// Bytes of a column that are in memory while halo rows are copied; as few as will do if `nil`.
  var stagedPieceBytes: Int?
  /// Gets what was done when.
  public var trace: Trace?
  /// Gets how far a pass over batches is, after each of them.
  public var progress: (PassProgress) -> Void

  public init(
    threads: Int = 1, prefetches: Bool = true, keepsAggregate: Bool = false, writesSteadily: Bool = false,
    readsInPlace: Bool = false, haloWindows: Int = 0, mail: MailMemory? = nil, stagedPieceBytes: Int? = nil,
    trace: Trace? = nil,
    progress: @escaping (PassProgress) -> Void = { _ in }
  ) {
    self.threads = threads
    self.prefetches = prefetches
    self.keepsAggregate = keepsAggregate
    self.writesSteadily = writesSteadily
    self.readsInPlace = readsInPlace
    self.haloWindows = haloWindows
    self.mail = mail
    self.stagedPieceBytes = stagedPieceBytes
    self.trace = trace
    self.progress = progress
  }

  /// Whether what was read or written leaves the page cache at once: a pass reads everything once, and there is no room for all of it.
  package var dropsPages: Bool { writesSteadily && (haloWindows > 0 || mail != nil) }
}
