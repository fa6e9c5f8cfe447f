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
/// With `staging`, halo rows are read from the copies that it made, and nothing is left out.
///
/// Two batches' memory is used, whatever their number. To be used from one thread.
public final class BatchStream {
  private let builder: BatchBuilder
  private let prefetches: Bool
  private let staging: HaloStaging?
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

  init(_ builder: BatchBuilder, prefetches: Bool, staging: HaloStaging? = nil) {
    self.builder = builder
    self.prefetches = prefetches
    self.staging = staging
  }

  deinit { pending?.wait() }

  /// Starts over with other groups. Batches handed out before are not valid any more.
  ///
  /// - Throws: `GasError` if halo rows are to be staged and cannot be.
  func start(_ groups: [[Int]], _ contents: BatchContents) throws {
    pending?.wait()
    pending = nil
    self.groups = groups
    self.contents = contents
    position = 0
    try timed { try staging?.start(groups, sources: builder.haloSources(contents)) }
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
    defer {
      staging?.stop()
      builder.release()
    }
    try start(groups, contents)
    while let batch = try next() {
      try body(batch)
      done += batch.rowCount
      report(done, nodeCount)
    }
  }

  /// The next batch, valid until the following call; `nil` when all groups have been handed out.
  func next() throws -> Batch? {
    guard position < groups.count else { return nil }
    let batch = try timed {
      try staging?.advance(to: position)
      return try take()
    }
    position += 1
    if prefetches && position < groups.count { pending = fillAhead() }
    return batch
  }

  /// Counts as waiting.
  private func timed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock.now
    defer { waitedSeconds += clock.duration(to: .now).seconds }
    return try builder.trace.span("wait") { try body() }
  }

  private func take() throws -> Batch {
    let batch = slots[position % 2]
    guard let pending else {
      try builder.fill(batch, with: groups[position], contents, staged: staging?.copies(for: position))
      return batch
    }
    self.pending = nil
    try pending.result()
    if staging == nil { try builder.settle(batch, contents, unsettled: Set(groups[position - 1])) }
    return batch
  }

  private func fillAhead() -> Pending {
    let pending = Pending()
    let unsettled = staging == nil ? Set(groups[position - 1]) : []
    let staged = staging?.copies(for: position)
    let work = Unchecked((builder, slots[position % 2], groups[position], contents, staged))
    queue.async {
      let (builder, batch, group, contents, staged) = work.value
      pending.finish(
        Result {
          try builder.fill(batch, with: group, contents, unsettled: unsettled, staged: staged, in: .prefetcher)
        })
    }
    return pending
  }
}
