/// How much memory is used for halo rows that come by mail (`HaloMail`), whatever the graph.
public struct MailMemory: Codable, Equatable, Sendable {
  /// Bytes of a window's rows, of all columns that they come from; two windows are in memory. A window holds at least
  /// one batch's rows.
  public var windowBytes: Int
  /// Bytes of one buffer of outgoing rows. Each column has one for each window of two passes.
  public var bufferBytes: Int
  /// How many bytes may be on their way to the disk.
  public var waitingBytes: Int
  /// Bytes of everything together, with the lists of rows.
  public var byteCount: Int

  /// What is used if no budget says how much.
  package static let standard = MailMemory(
    windowBytes: 128 << 20, bufferBytes: 256 << 10, waitingBytes: 32 << 20, byteCount: 0)
}
