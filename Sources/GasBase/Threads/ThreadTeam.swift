import CGasKernels
import Foundation
import Synchronization

/// Threads that help whoever has work in pieces, as many as there are cores beside the caller's at most.
///
/// They are started when they are first wanted and wait for more from then on. A caller does its work itself, with those that come
/// meanwhile: it never waits for a helper that has not begun, so that any number of callers get on at the same time, helpers among
/// them, and so does one that no helper could be started for.
final class ThreadTeam: Sendable {
  static let shared = ThreadTeam(greatestHelperCount: ProcessInfo.processInfo.activeProcessorCount - 1)

  private let state: State

  init(greatestHelperCount: Int) {
    state = State(greatestHelperCount: greatestHelperCount)
  }

  deinit { state.end() }

  /// Calls `body(0)` here and, on helpers, `body` with some of the numbers 1 ..< workers, each at most once, and returns when all calls that
  /// began are done.
  ///
  /// - Parameter body: takes pieces of the work until there are none. When the first call returns, nobody else is asked to begin.
  func run(workers: Int, _ body: (_ worker: Int) -> Void) {
    guard workers > 1, state.hasHelper(workers - 1) else { return body(0) }
    withoutActuallyEscaping(body) { body in
      let job = Job(body, helperLimit: workers - 1)
      state.open(job)
      body(0)
      state.close(job)
    }
  }
}

/// Work whose caller is at it.
private final class Job: @unchecked Sendable {
  let body: (Int) -> Void
  let helperLimit: Int
  /// Those that have begun; under the team's lock.
  var joined = 0
  /// Set when somebody found no piece left; under the team's lock.
  var isDone = false
  /// Whether the caller sleeps until nobody is at it; under the team's lock.
  var callerSleeps = false
  /// Those that are at it; changed under the team's lock.
  let active = Atomic(0)

  init(_ body: @escaping (Int) -> Void, helperLimit: Int) {
    self.body = body
    self.helperLimit = helperLimit
  }

  var wantsHelp: Bool { !isDone && joined < helperLimit }
}

/// What callers and helpers share; helpers keep it alive, not the team.
private final class State: @unchecked Sendable {
  private let monitor = Monitor()
  /// There is a job that wants help, or the team has ended.
  private let wanted: Monitor.Condition
  /// Nobody is at some job any more.
  private let left: Monitor.Condition
  private var jobs: [Job] = []
  private var sleeperCount = 0
  private var helperCount = 0
  private var greatestHelperCount: Int
  private var isEnded = false
  /// How many jobs were opened: what a helper looks at before it sleeps.
  private let openedCount = Atomic(0)

  /// How often one looks again before one sleeps, which takes longer than most jobs.
  private static let spinCount = 1000

  init(greatestHelperCount: Int) {
    self.greatestHelperCount = max(0, greatestHelperCount)
    wanted = Monitor.Condition(of: monitor)
    left = Monitor.Condition(of: monitor)
  }

  /// Whether there are helpers; starts those that are missing, if that is possible.
  func hasHelper(_ count: Int) -> Bool {
    monitor.withLock {
      while helperCount < min(count, greatestHelperCount) {
        // What cannot be started now is not tried again with every job.
        guard PosixThread.start({ self.help() }) else {
          greatestHelperCount = helperCount
          break
        }
        helperCount += 1
      }
      return helperCount > 0
    }
  }

  func open(_ job: Job) {
    monitor.lock()
    jobs.append(job)
    openedCount.add(1, ordering: .releasing)
    if sleeperCount > 0 { if job.helperLimit == 1 { wanted.wakeOne() } else { wanted.wakeAll() } }
    monitor.unlock()
  }

  /// Returns when no helper is at the job any more, and none will be.
  func close(_ job: Job) {
    monitor.withLock {
      job.isDone = true
      jobs.removeAll { $0 === job }
    }
    for _ in 0..<Self.spinCount where job.active.load(ordering: .acquiring) > 0 { gas_pause() }
    guard job.active.load(ordering: .acquiring) > 0 else { return }
    monitor.withLock {
      job.callerSleeps = true
      while job.active.load(ordering: .acquiring) > 0 { left.wait() }
    }
  }

  func end() {
    monitor.withLock {
      isEnded = true
      wanted.wakeAll()
    }
  }

  /// What a helper does all its life.
  private func help() {
    while let (job, worker) = nextJob() { help(job, worker) }
  }

  // Nothing of the job's closure may be held when its caller goes on.
  @inline(never)
  private func help(_ job: Job, _ worker: Int) {
    call(job, worker)
    monitor.withLock {
      job.isDone = true
      let isLast = job.active.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
      if isLast && job.callerSleeps { left.wakeAll() }
    }
  }

  @inline(never)
  private func call(_ job: Job, _ worker: Int) { job.body(worker) }

  /// Waits for a job that wants help.
  ///
  /// - Returns: the job and the number to do it with; `nil` when the team has ended.
  private func nextJob() -> (Job, Int)? {
    while true {
      let seen = openedCount.load(ordering: .acquiring)
      if let found = monitor.withLock({ join() }) { return found }
      for _ in 0..<Self.spinCount where openedCount.load(ordering: .acquiring) == seen { gas_pause() }
      monitor.lock()
      while openedCount.load(ordering: .acquiring) == seen && !isEnded {
        sleeperCount += 1
        wanted.wait()
        sleeperCount -= 1
      }
      let isOver = isEnded
      monitor.unlock()
      if isOver { return nil }
    }
  }

  private func join() -> (Job, Int)? {
    guard let job = jobs.first(where: \.wantsHelp) else { return nil }
    job.joined += 1
    job.active.add(1, ordering: .relaxed)
    return (job, job.joined)
  }
}
