import GasBase
import GasStore

/// Hands out the batches of an epoch one after the other; the prefetcher.
///
/// While the caller computes on one batch, a thread of the stream fills the next: it maps and advises pages, decodes
/// adjacency, gathers features and histories. Rows that the current batch may push meanwhile are left out and gathered
/// when it is done, so the numbers are those of a run without prefetching.
///
///     caller    compute t          | settle t+1 | compute t+1        |
///     stream    fill t+1 (not t's rows)         | fill t+2 (not t+1's rows)
///
/// The pass's `HaloSupply` says where halo rows are read. Where it copied them before, nothing is left out.
///
/// Memory: two batches, whatever their number. A stream is used from one thread.
public final class BatchStream {
  private let builder: BatchBuilder
  private let prefetches: Bool
  /// The supply of the pass at hand.
  private var halo: any HaloSupply = DirectHalo(readsInPlace: false)
  private var slots = [Batch(), Batch()]
  private let thread = WorkerThread()

  private var groups: [[Int]] = []
  private var contents = BatchContents.stage(0, labels: false)
  private var position = 0
  private var pending: Pending?
  /// How long callers have waited for batches.
  public private(set) var waitedSeconds = 0.0
  private let filled = Locked(0.0)

  /// How long it took to fill the batches that callers have got, whether they waited or not.
  package var filledSeconds: Double { filled.withLock { $0 } }

  /// How many bytes of memory the batches take.
  package var byteCount: Int { slots.reduce(0) { $0 + $1.memory.byteCount } }

  /// - Parameters:
  ///   - builder: fills the batches.
  ///   - prefetches: whether the next batch is filled while the caller computes on the one before.
  package init(_ builder: BatchBuilder, prefetches: Bool) {
    self.builder = builder
    self.prefetches = prefetches
  }

  deinit {
    // When work is done, its thread still holds histories for a moment, whose files may be drafts with locks.
    thread.drain()
    builder.drain()
  }

  /// Starts over with other groups. Batches handed out before are not valid any more.
  ///
  /// - Throws: `GasError` if the supply cannot begin.
  func start(_ groups: [[Int]], _ contents: BatchContents, halo: any HaloSupply, following: [[Int]]? = nil) throws {
    pending?.wait()
    pending = nil
    self.groups = groups
    self.contents = contents
    position = 0
    self.halo = halo
    try timed { try halo.begin(groups, following: following, sources: builder.haloSources(contents)) }
  }

  /// Calls `body` for each batch of `groups`, in that order.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each batch.
  ///   - contents: what batches are to hold.
  ///   - halo: how halo rows come.
  ///   - following: the groups of the next pass, as `HaloSupply.begin` has it.
  ///   - report: gets how many nodes of how many are done, after each batch.
  ///   - body: computes on a batch.
  /// - Throws: `GasError` if the store is damaged or the disk fails, and what `body` throws.
  package func forEachBatch(
    _ groups: [[Int]], _ contents: BatchContents, halo: any HaloSupply, following: [[Int]]? = nil,
    report: (_ done: Int, _ of: Int) -> Void, _ body: (Batch) throws -> Void
  ) throws {
    let nodeCount = groups.joined().reduce(0) { $0 + builder.store.partitions.nodes($1).count }
    var done = 0
    defer {
      halo.end()
      builder.release()
    }
    try start(groups, contents, halo: halo, following: following)
    while let batch = try next() {
      try body(batch)
      done += batch.rowCount
      report(done, nodeCount)
    }
  }

  /// Fills one batch outside of any pass. Its halo rows are read where they lie, however passes get theirs. Batches
  /// handed out before are not valid any more.
  package func batch(of group: [Int], _ contents: BatchContents) throws -> Batch {
    pending?.wait()
    pending = nil
    groups = []
    position = 0
    try timed { try builder.fill(slots[0], with: group, contents) }
    return slots[0]
  }

  /// The next batch, valid until the following call; `nil` when all groups have been handed out.
  func next() throws -> Batch? {
    guard position < groups.count else { return nil }
    let batch = try timed {
      try halo.advance(to: position)
      return try take()
    }
    // This comes before the next batch is filled, which may read rows of the input that this one has.
    try halo.take(batch, at: position)
    position += 1
    if prefetches && position < groups.count { pending = fillAhead() }
    return batch
  }

  /// Counts the time that `body` takes as waiting.
  private func timed<Result>(_ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock.now
    defer { waitedSeconds += clock.duration(to: .now).seconds }
    return try builder.trace.span("wait") { try body() }
  }

  /// The batch at hand: filled ahead and settled, or filled now.
  private func take() throws -> Batch {
    let batch = slots[position % 2]
    guard let pending else {
      try Self.adding(to: filled) {
        try builder.fill(batch, with: groups[position], contents, halo: halo.rows(for: position))
      }
      return batch
    }
    self.pending = nil
    try pending.result()
    try builder.settle(batch, contents, unsettled: unsettled(before: position), halo: halo.rows(for: position))
    return batch
  }

  /// The partitions whose rows may still be pushed while the batch at a position is filled.
  private func unsettled(before position: Int) -> Set<Int> {
    halo.showsLastPush ? Set(groups[position - 1]).union(halo.writtenElsewhere(at: position - 1)) : []
  }

  private func fillAhead() -> Pending {
    let pending = Pending()
    let unsettled = unsettled(before: position)
    let work = Unchecked((builder, slots[position % 2], groups[position], contents, halo.rows(for: position)))
    let filled = filled
    thread.async {
      let (builder, batch, group, contents, halo) = work.value
      pending.finish(
        Result {
          try Self.adding(to: filled) {
            try builder.fill(batch, with: group, contents, unsettled: unsettled, halo: halo, in: .prefetcher)
          }
        })
    }
    return pending
  }

  /// Adds the seconds that `body` takes.
  private static func adding(to sum: Locked<Double>, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock.now
    defer { sum.withLock { $0 += clock.duration(to: .now).seconds } }
    try body()
  }
}
