import GasBase
import GasFiles

extension Manifest {
  /// Which part of a whole store a shard is: what one of several ranks reads (docs/format.md, "Shards").
  public struct Shard: Codable, Equatable, Sendable {
    /// The version of the format that has shards. No other store is written in it.
    static let formatVersion = 4

    /// The rank that reads it, from 0.
    public var rank: Int
    /// For how many ranks the store was cut.
    public var ranks: Int
    /// The checksum in the manifest of the whole store.
    public var source: String
    /// The first of the partitions whose lists it has.
    public var partitionStart: Int
    /// The partition behind the last of them.
    public var partitionEnd: Int
    /// Rows of other partitions whose features it has.
    public var ghostCount: Int

    /// The partitions whose lists it has.
    public var partitions: Range<Int> { partitionStart..<partitionEnd }
    /// What messages call it.
    var text: String { "shard \(rank + 1) of \(ranks)" }

    /// What is wrong with the numbers, if anything; readers compute with them without further checks.
    func problem(_ partitionCount: Int) -> String? {
      guard ranks >= 1, 0..<ranks ~= rank else { return "expected a shard below \(ranks), found rank \(rank)" }
      guard partitionStart >= 0, partitionStart < partitionEnd, partitionEnd <= partitionCount else {
        return "expected a shard of some of \(partitionCount) partitions, found \(partitionStart) to \(partitionEnd)"
      }
      guard Checksum.isText(source) else { return "expected a checksum as the shard's source, found \(source.excerpt)" }
      return nil
    }
  }

  /// The checksum by which runs know their store: of a shard, that of the whole store's manifest.
  public var wholeChecksum: String { shard?.source ?? checksum }
}
