import CGasKernels
import FoundationEssentials
import Synchronization

/// Threads that help callers whose work is in pieces: at most as many as there are cores besides the caller's.
///
/// They are started when they are first wanted, and then wait for more. A caller works itself, together with the
/// helpers that come meanwhile. It never waits for a helper that has not begun, so any number of callers can be at work
/// at the same time, helpers among them, and a caller also gets on where no helper could be started.
final class ThreadTeam: Sendable {
  static let shared = ThreadTeam(greatestHelperCount: ProcessInfo.processInfo.activeProcessorCount - 1)

  private let crew: Crew

  init(greatestHelperCount: Int) {
    crew = Crew(greatestHelperCount: greatestHelperCount)
  }

  deinit { crew.end() }

  /// Calls `body(0)` here and, on helpers, `body` with some of the numbers 1 ..< workers, each at most once. Returns
  /// when all calls that began are done.
  ///
  /// - Parameters:
  ///   - workers: how many threads may work, the caller's included.
  ///   - body: takes pieces of the work until there are none. When a call returns, no further helper begins.
  func run(workers: Int, _ body: (_ worker: Int) -> Void) {
    guard workers > 1, crew.hasHelper(workers - 1), let job = crew.freeJob() else { return body(0) }
    withoutActuallyEscaping(body) { body in
      crew.open(job, for: workers - 1, body)
      body(0)
      crew.close(job)
    }
  }
}

/// The helpers, and what they share with callers. The helpers keep it alive, not the team.
private final class Crew: Sendable {
  /// If there are more callers than jobs, the others get no help.
  private let jobs = (0..<16).map { _ in Job() }
  /// A job was opened, or the crew is to end.
  private let wanted = Condition()
  /// Helpers that wait for that, or are about to.
  private let sleeperCount = Atomic(0)
  /// How many jobs were opened: a helper compares it before it sleeps.
  private let openedCount = Atomic(0)
  private let isEnded = Atomic(false)
  private let helperCount = Atomic(0)
  private let greatestHelperCount: Atomic<Int>

  /// How often a thread looks again before it sleeps, which takes longer than most jobs.
  static let spinCount = 1000

  init(greatestHelperCount: Int) {
    self.greatestHelperCount = Atomic(max(0, greatestHelperCount))
  }

  /// Whether there are helpers; starts those that are missing, if that is possible.
  func hasHelper(_ count: Int) -> Bool {
    let count = min(count, greatestHelperCount.load(ordering: .relaxed))
    if helperCount.load(ordering: .relaxed) < count { wanted.withLock { start(count) } }
    return helperCount.load(ordering: .relaxed) > 0
  }

  private func start(_ count: Int) {
    while helperCount.load(ordering: .relaxed) < count {
      guard PosixThread.start({ self.help() }) else {
        // If a thread cannot be started now, that is not tried again with every job.
        return greatestHelperCount.store(helperCount.load(ordering: .relaxed), ordering: .relaxed)
      }
      helperCount.add(1, ordering: .relaxed)
    }
  }

  func freeJob() -> Job? { jobs.first { $0.claim() } }

  func open(_ job: Job, for helperCount: Int, _ body: @escaping (Int) -> Void) {
    job.open(for: helperCount, body)
    openedCount.add(1, ordering: .sequentiallyConsistent)
    guard sleeperCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
    // Whoever is about to sleep does so before this, or sees the count.
    wanted.withLock {}
    if helperCount == 1 { wanted.signal() } else { wanted.broadcast() }
  }

  /// Returns when no helper is at the job any more, and none will be.
  func close(_ job: Job) { job.close() }

  func end() {
    isEnded.store(true, ordering: .sequentiallyConsistent)
    wanted.withLock { wanted.broadcast() }
  }

  /// Works on any job that wants help, until the crew ends.
  private func help() {
    while !isEnded.load(ordering: .relaxed) {
      let seen = openedCount.load(ordering: .acquiring)
      var hasHelped = false
      for job in jobs { while job.help() { hasHelped = true } }
      if !hasHelped { waitForMore(than: seen) }
    }
  }

  private func waitForMore(than seen: Int) {
    for _ in 0..<Self.spinCount {
      if openedCount.load(ordering: .relaxed) != seen { return }
      gas_pause()
    }
    wanted.withLock {
      sleeperCount.add(1, ordering: .sequentiallyConsistent)
      while openedCount.load(ordering: .sequentiallyConsistent) == seen
        && !isEnded.load(ordering: .sequentiallyConsistent)
      { wanted.wait() }
      sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
    }
  }
}

/// The work of one caller, or nothing while it is free. Short work takes no lock.
private final class Job: @unchecked Sendable {
  /// Bits: whether a caller has the job; whether that caller sleeps until nobody is at it; how many helpers may still
  /// begin; how many are at it.
  private let state = Atomic<UInt>(0)
  private static let isClaimed: UInt = 1
  private static let callerSleeps: UInt = 2
  private static let wantedUnit: UInt = 1 << 8
  private static let wantedMask: UInt = 0xffff << 8
  private static let activeUnit: UInt = 1 << 32

  /// The caller's work; `nil` while the job is free.
  private var body: ((Int) -> Void)?
  /// How many helpers may begin in all.
  private var helperCount = 0
  private let left = Condition()

  /// Takes a free job for the caller.
  ///
  /// - Returns: whether the job was free.
  func claim() -> Bool {
    state.load(ordering: .relaxed) == 0
      && state.compareExchange(expected: 0, desired: Self.isClaimed, ordering: .acquiring).exchanged
  }

  func open(for helperCount: Int, _ body: @escaping (Int) -> Void) {
    self.body = body
    self.helperCount = min(helperCount, 0xffff)
    state.add(UInt(self.helperCount) * Self.wantedUnit, ordering: .releasing)
  }

  /// Does a share of the work, if help is wanted.
  func help() -> Bool {
    var old = state.load(ordering: .relaxed)
    while old & Self.wantedMask != 0 {
      let (exchanged, found) = state.compareExchange(
        expected: old, desired: old - Self.wantedUnit + Self.activeUnit, ordering: .acquiring)
      if exchanged {
        call(helperCount + 1 - Int(old & Self.wantedMask) / Int(Self.wantedUnit))
        leave()
        return true
      }
      old = found
    }
    return false
  }

  // A function of its own, so that nothing of the closure is held when it returns.
  @inline(never)
  private func call(_ worker: Int) { body?(worker) }

  /// Notes that nothing is left to do, so that no further helper begins.
  private func leave() {
    var old = state.load(ordering: .relaxed)
    while true {
      let new = old & ~Self.wantedMask - Self.activeUnit
      let (exchanged, found) = state.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing)
      if exchanged {
        if new < Self.activeUnit && new & Self.callerSleeps != 0 { left.withLock { left.broadcast() } }
        return
      }
      old = found
    }
  }

  /// Returns when no helper is at the job any more, and none will be; then the job is free.
  func close() {
    state.bitwiseAnd(~Self.wantedMask, ordering: .relaxed)
    for _ in 0..<Crew.spinCount where isActive { gas_pause() }
    if isActive {
      left.withLock {
        state.bitwiseOr(Self.callerSleeps, ordering: .relaxed)
        while isActive { left.wait() }
      }
    }
    body = nil
    state.store(0, ordering: .releasing)
  }

  private var isActive: Bool { state.load(ordering: .acquiring) >= Self.activeUnit }
}
