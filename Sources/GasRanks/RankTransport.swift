/// How ranks reach each other: processes that work together on one store, on one machine or on several.
///
/// Ranks are numbered from 0. All of them call `exchange` in the same order; each call belongs to the same one of the
/// other ranks. It is called from one thread at a time.
public protocol RankTransport: AnyObject, Sendable {
  /// The number of this rank.
  var rank: Int { get }
  /// How many ranks there are.
  var count: Int { get }
  /// What carries the messages, for people.
  var name: String { get }

  /// Sends bytes to each rank and receives bytes from each. Both ends know the sizes. Ranks that have nothing for each
  /// other do not wait for each other.
  ///
  /// - Parameters:
  ///   - sent: what each rank gets; what this rank has for itself is copied.
  ///   - received: memory for what each rank sends.
  /// - Throws: `GasError` if a message cannot be sent, or it was interrupted; on rank 0 `RankFailure` if another rank
  ///   has reported one.
  func exchange(_ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer]) throws

  /// Tells rank 0 that this rank has failed. Rank 0 finds it out in an exchange.
  ///
  /// - Throws: `GasError` if that cannot be sent.
  func report(_ failure: RankFailure) throws

  /// Ends an exchange that is going on, and all later ones, as failed. May be called from any thread.
  func interrupt()

  /// Ends this process and all other ranks, whatever they are doing.
  func abort() -> Never

  /// Leaves the other ranks when all is done; returns when they have come as far.
  func leave()
}
