import Dispatch
import GasBase

/// Hands out the batches of an epoch one after the other; the prefetcher.
///
/// While the caller computes on one batch, a thread of the stream fills the next: it maps and advises pages, decodes adjacency,
/// gathers features and histories. Rows that the current batch may push meanwhile are left out and gathered when it is done,
/// so the numbers are those of a run without prefetching.
///
///     caller    compute t          | settle t+1 | compute t+1        |
///     stream    fill t+1 (not t's rows)         | fill t+2 (not t+1's rows)
///
/// Two batches' memory is used, whatever their number. To be used from one thread.
public final class BatchStream {
  private let builder: BatchBuilder
  private let prefetches: Bool
  private var slots = [Batch(), Batch()]
  private let queue = DispatchQueue(label: "gas.prefetch", qos: .userInitiated)

  private var groups: [[Int]] = []
  private var contents = BatchContents.stage(0, labels: false)
  private var position = 0
  private var pending: Pending?
  /// How long callers have waited for batches.
  public private(set) var waitedSeconds = 0.0

  /// Memory of the batches.
  var byteCount: Int { slots.reduce(0) { $0 + $1.memory.byteCount } }

  public init(_ builder: BatchBuilder, prefetches: Bool) {
    self.builder = builder
    self.prefetches = prefetches
  }

  deinit { pending?.wait() }

  /// Starts over with other groups. Batches handed out before are not valid any more.
  public func start(_ groups: [[Int]], _ contents: BatchContents) {
    pending?.wait()
    pending = nil
    self.groups = groups
    self.contents = contents
    position = 0
  }

  /// Calls `body` for each batch of `groups`, in that order.
  ///
  /// - Parameter report: gets how many nodes of how many are done, after each batch.
  func forEachBatch(
    _ groups: [[Int]], _ contents: BatchContents, report: (_ done: Int, _ of: Int) -> Void,
    _ body: (Batch) throws -> Void
  ) throws {
    let nodeCount = groups.joined().reduce(0) { $0 + builder.store.partitions.nodes($1).count }
    var done = 0
    start(groups, contents)
    while let batch = try next() {
      try body(batch)
      done += batch.rowCount
      report(done, nodeCount)
    }
  }

  /// The next batch, valid until the following call; `nil` when all groups have been handed out.
  public func next() throws -> Batch? {
    guard position < groups.count else { return nil }
    let clock = ContinuousClock.now
    let batch = try builder.trace.span("wait") { try take() }
    position += 1
    waitedSeconds += clock.duration(to: .now).seconds
    if prefetches && position < groups.count { pending = fillAhead() }
    return batch
  }

  private func take() throws -> Batch {
    let batch = slots[position % 2]
    if let pending {
      self.pending = nil
      try pending.result()
      try builder.settle(batch, contents, unsettled: Set(groups[position - 1]))
    } else {
      try builder.fill(batch, with: groups[position], contents)
    }
    return batch
  }

  private func fillAhead() -> Pending {
    let pending = Pending()
    let work = Unchecked((builder, slots[position % 2], groups[position], contents, Set(groups[position - 1])))
    queue.async {
      let (builder, batch, group, contents, unsettled) = work.value
      pending.finish(
        Result {
          try builder.fill(batch, with: group, contents, unsettled: unsettled, in: .prefetcher)
        })
    }
    return pending
  }
}

/// The outcome of work on another thread, waited for once.
private final class Pending: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var outcome: Result<Void, any Error> = .success(())

  func finish(_ outcome: Result<Void, any Error>) {
    self.outcome = outcome
    done.signal()
  }

  func wait() { done.wait() }

  func result() throws {
    done.wait()
    try outcome.get()
  }
}
