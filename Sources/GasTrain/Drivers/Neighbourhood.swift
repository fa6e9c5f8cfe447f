import GasBase
import GasStore

/// The partitions that exact inference has to compute, stage by stage, where the outputs of some partitions alone are
/// wanted. A stage needs from the one before what it computes itself and the owners of its halo.
struct Neighbourhood {
  /// The partitions of each stage, ascending. A later stage's are among those of the one before.
  let partitions: [[Int]]
  private let store: Store

  /// Finds the partitions.
  ///
  /// - Parameters:
  ///   - wanted: the partitions of the last stage.
  ///   - store: the store that they are of.
  ///   - stageCount: how many stages the model has.
  /// - Throws: `GasError` if the store is damaged.
  init(of wanted: [Int], in store: Store, stageCount: Int) throws {
    self.store = store
    var reached = Set(wanted)
    var stages = [reached.sorted()]
    for _ in 1..<max(1, stageCount) {
      if reached.count < store.partitions.count { reached.formUnion(try Self.haloOwners(of: reached, in: store)) }
      stages.insert(reached.sorted(), at: 0)
    }
    partitions = stages
  }

  /// Whether it is so much smaller than the graph that computing it alone is worth more than what a pass over the whole
  /// graph has to offer, which reads halo rows in order.
  var isSmall: Bool {
    2 * partitions.reduce(0) { $0 + $1.count } <= partitions.count * store.partitions.count
  }

  /// The partitions that own the halo rows of some partitions.
  static func haloOwners(of partitions: Set<Int>, in store: Store) throws -> Set<Int> {
    let reader = PartitionReader(store)
    let rows = Buffer<UInt32>()
    let degrees = Buffer<Float>()
    var owners = Set<Int>()
    for partition in partitions.sorted() {
      let count = store.partitions.halo(partition).count
      let halo = rows.resized(to: count)
      try reader.readHalo(of: partition, rows: halo, degrees: degrees.resized(to: count))
      var ownedEnd = 0
      for row in halo where Int(row) >= ownedEnd {
        let owner = store.partitions.owner(of: Int(row))
        ownedEnd = store.partitions.nodes(owner).upperBound
        owners.insert(owner)
      }
    }
    store.release()
    return owners
  }
}
