import Foundation
import GasBase
import GasRanks

/// Ranks that are threads of one process, for tests of all but the transport.
package final class ThreadRanks: @unchecked Sendable {
  private let count: Int
  private let condition = NSCondition()
  /// Messages that were sent and not yet received, by sender and receiver.
  private var waiting: [[[Data]]]
  private var failure: (any Error)?

  package init(_ count: Int) {
    self.count = count
    waiting = Array(repeating: Array(repeating: [], count: count), count: count)
  }

  /// Calls `body` as each rank, on a thread of its own.
  ///
  /// - Returns: what each rank has returned.
  /// - Throws: what the first rank that failed has thrown; the others are ended.
  package func run<Outcome>(_ body: @escaping (RankGroup) throws -> Outcome) throws -> [Outcome] {
    let results = Locked([Outcome?](repeating: nil, count: count))
    let work = Unchecked(body)
    let threads = (0..<count).map { rank in
      let pending = Pending()
      let thread = Thread { [self] in
        do {
          let result = try work.value(RankGroup(ThreadTransport(self, rank)))
          results.withLock { $0[rank] = result }
        } catch {
          fail(error)
        }
        pending.finish(.success(()))
      }
      thread.stackSize = 8 << 20
      thread.start()
      return pending
    }
    threads.forEach { $0.wait() }
    if let failure { throw failure }
    return results.withLock { $0.compactMap { $0 } }
  }

  fileprivate func fail(_ error: any Error) {
    condition.withLock { failure = failure ?? error }
    condition.broadcast()
  }

  fileprivate func send(_ message: Data, from sender: Int, to receiver: Int) {
    condition.withLock { waiting[sender][receiver].append(message) }
    condition.broadcast()
  }

  fileprivate func receive(from sender: Int, to receiver: Int) throws -> Data {
    condition.lock()
    defer { condition.unlock() }
    while waiting[sender][receiver].isEmpty && failure == nil { condition.wait() }
    if let failure { throw failure }
    return waiting[sender][receiver].removeFirst()
  }

  fileprivate var rankCount: Int { count }
}

private final class ThreadTransport: RankTransport {
  let rank: Int
  private let ranks: ThreadRanks
  var count: Int { ranks.rankCount }
  let name = "threads"

  init(_ ranks: ThreadRanks, _ rank: Int) { (self.ranks, self.rank) = (ranks, rank) }

  func exchange(_ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer]) throws {
    for (peer, bytes) in sent.enumerated() where !bytes.isEmpty {
      ranks.send(Data(bytes), from: rank, to: peer)
    }
    for (peer, memory) in received.enumerated() where !memory.isEmpty {
      let message = try ranks.receive(from: peer, to: rank)
      precondition(message.count == memory.count, "\(message.count) bytes came for \(memory.count)")
      memory.copyBytes(from: message)
    }
  }

  func report(_ failure: RankFailure) { ranks.fail(failure) }
  func interrupt() {}
  func abort() -> Never { preconditionFailure("a rank has ended the others") }
  func leave() {}
}
