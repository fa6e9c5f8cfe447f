import GasBase

/// What one of several processes does of a check of a whole store, so that all together check everything once.
package struct VerifierShare: Sendable {
  /// The number of the process, from 0.
  package let number: Int
  /// How many there are.
  package let count: Int
  /// A check by one process alone.
  package static let all = VerifierShare(0, of: 1)

  /// The share of a process among several.
  package init(_ number: Int, of count: Int) {
    precondition((0..<count).contains(number), "a process below \(count)")
    (self.number, self.count) = (number, count)
  }

  /// Whether this is all of a check.
  var isAll: Bool { count == 1 }

  /// The part of something that can be divided anywhere.
  func range(of size: Int) -> Range<Int> { size * number / count..<size * (number + 1) / count }

  /// Whether a task that one process does alone is this one's.
  func includes(_ task: Task) -> Bool { task.rawValue % count == number }

  /// What cannot be divided, since each element is compared with the one before it.
  enum Task: Int {
    case features, labels, order, ids, encoding
  }
}

extension StoreVerifier {
  /// What was found in one share, for the sum of all.
  package struct Share: Codable, Sendable {
    /// Partitions whose adjacency was checked.
    var partitionCount = 0
    /// Entries that join a node to itself.
    var selfLoopCount = 0
    /// What `SymmetrySum` adds up to.
    var symmetry: UInt64 = 0

    static func + (one: Share, other: Share) -> Share {
      Share(
        partitionCount: one.partitionCount + other.partitionCount,
        selfLoopCount: one.selfLoopCount + other.selfLoopCount, symmetry: one.symmetry &+ other.symmetry)
    }
  }

  /// Checks what can only be said of all partitions together; of a shard, of those that it has.
  func verifySums(_ share: Share) throws {
    guard store.manifest.shard != nil || share.selfLoopCount == store.manifest.selfLoopCount else {
      throw manifestError("\(store.manifest.selfLoopCount) self-loops", "\(share.selfLoopCount)")
    }
    guard store.manifest.directed || share.symmetry == 0 else {
      throw GasError(
        expected: "each edge of an undirected graph in both directions", found: "some in one only",
        file: store.column(.neighbours).path)
    }
  }
}
