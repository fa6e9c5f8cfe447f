/// How much memory is used for halo rows that come by mail (`HaloMail`), whatever the graph.
public struct MailMemory: Codable, Equatable, Sendable {
  /// Bytes of a window's rows, over all columns that they come from; two windows are in memory. A window holds the rows
  /// of at least one batch.
  public var windowBytes: Int
  /// Bytes of one buffer of outgoing rows. Each column has one for each window of two passes.
  public var bufferBytes: Int
  /// How many bytes may be on their way to the disk.
  public var waitingBytes: Int
  /// Bytes of everything together, the lists of rows included.
  public var byteCount: Int

  /// The sizes that are used where no budget gives any.
  package static let standard = MailMemory(
    windowBytes: 128 << 20, bufferBytes: 256 << 10, waitingBytes: 32 << 20, byteCount: 0)
}
