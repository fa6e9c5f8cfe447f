import GasBase

/// How work on batches is carried out. Results do not depend on it, except on `haloWindows`.
public struct ExecutionOptions {
  /// How many threads compute.
  public var threads: Int
  /// Whether the next batch is prepared during the current one.
  public var prefetches: Bool
  /// Whether features are aggregated once, if the first stage reads nothing else of them.
  public var keepsAggregate: Bool
  /// Whether pushed rows are sent to the disk at once: for a memory budget that counts the page cache.
  public var writesSteadily: Bool
  /// Whether halo rows that are only summed may be read where they are, in mapped histories, if no memory budget
  /// forbids it.
  public var readsInPlace: Bool
  /// How many windows a pass has whose halo rows are copied together (`HaloStaging`); 0 if each batch reads its own. In
  /// training without mail, the histories' rows are older with windows, so that results depend on this.
  public var haloWindows: Int
  /// Memory for halo rows that come by mail in training (`HaloMail`); `nil` if none do.
  public var mail: MailMemory?
  /// Memory for halo rows that come by mail from layer to layer in exact passes over all partitions (`LayerMail`);
  /// `nil` where they come as in passes without mail.
  public var layerMail: MailMemory?
  /// How many bytes of a column are in memory while halo rows are copied; if `nil`, as few as possible.
  var stagedPieceBytes: Int?
  /// The budget, a small part of which scores take (`ScoreMeter`); `nil` if there is none.
  public var memoryBytes: Int?
  /// Whether batches get zeros in the place of halo rows (`BlankHalo`): to find out how long they take.
  package var leavesHaloBlank = false
  /// Records what was done when.
  public var trace: Trace?
  /// Called after each batch with how far the pass is.
  public var progress: (PassProgress) -> Void

  /// The defaults are for a graph that fits into memory: one thread, the next batch prepared during the current one, no
  /// budget.
  public init(
    threads: Int = 1, prefetches: Bool = true, keepsAggregate: Bool = false, writesSteadily: Bool = false,
    readsInPlace: Bool = false, haloWindows: Int = 0, mail: MailMemory? = nil, layerMail: MailMemory? = nil,
    stagedPieceBytes: Int? = nil, memoryBytes: Int? = nil, trace: Trace? = nil,
    progress: @escaping (PassProgress) -> Void = { _ in }
  ) {
    self.threads = threads
    self.prefetches = prefetches
    self.keepsAggregate = keepsAggregate
    self.writesSteadily = writesSteadily
    self.readsInPlace = readsInPlace
    self.haloWindows = haloWindows
    self.mail = mail
    self.layerMail = layerMail
    self.stagedPieceBytes = stagedPieceBytes
    self.memoryBytes = memoryBytes
    self.trace = trace
    self.progress = progress
  }

  /// Whether what was read or written leaves the page cache at once: a pass reads everything once, and there is not
  /// enough memory to keep all of it.
  package var dropsPages: Bool { writesSteadily && (haloWindows > 0 || mail != nil) }
}
