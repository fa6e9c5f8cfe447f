/// What halo rows that come by mail take of memory (`HaloMail`), whatever the graph.
public struct MailMemory: Codable, Equatable, Sendable {
  /// Rows of a window, of all columns that they come from; two windows are in memory. One batch's are a window at least.
  public var windowBytes: Int
  /// Of each window of two passes for each column.
  public var bufferBytes: Int
  /// What may be on its way to the disk.
  public var waitingBytes: Int
  /// All of it, with what is listed.
  public var byteCount: Int

  /// Where no budget says how much.
  package static let standard = MailMemory(
    windowBytes: 128 << 20, bufferBytes: 256 << 10, waitingBytes: 32 << 20, byteCount: 0)
}
