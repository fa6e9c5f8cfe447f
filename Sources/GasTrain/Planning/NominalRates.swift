import GasNN
import GasSettings
import GasStore

/// Speeds that a plan compares its ways with. They are constants and not measured: what is chosen decides about the
/// numbers that training finds, so the same counts have to give the same choice on any machine at any moment.
///
/// They are those of a small server of these years, in round numbers. What matters is how they relate to each other.
enum NominalRates {
  /// Additions and multiplications of dense products in a second: two cores with AVX2 reach 100 G, with AVX-512 200 G.
  static let operations = 1e11
  /// Bytes of rows that sparse products read in a second, of which some are in a cache.
  static let rowBytes = 1e10
  /// Bytes that a disk reads in a second, in long pieces: half of what an NVMe disk does alone, since others read too.
  static let readBytes = 1e9
  /// Bytes that it writes in a second; cloud disks write about as fast as they read, disks of flash half as fast.
  static let writtenBytes = 7e8
  /// Bytes of single pages that it reads in a second: neighbouring ones are asked for together.
  static let pageBytes = 9e8
  /// Bytes of mail and copies that a core moves in a second: looked up, written to buffers, handed to the disk.
  static let movedBytes = 2e9
  /// Seconds of a step or a batch besides: threads that wait for each other, and what is done once for all rows.
  static let batchSeconds = 1e-3
}

/// How much work batches are, in nominal seconds of their products. Seconds that were measured of some batches are
/// scaled by it to those of others, which have another number of entries a row.
struct BatchWork {
  /// Of a batch's own row, and of an entry, over all stages.
  let row: Double
  let entry: Double

  init(row: Double, entry: Double) { (self.row, self.entry) = (row, entry) }

  init(_ store: Store, _ model: any GraphModel) {
    var (operations, row, entry) = (0.0, 0.0, 0.0)
    var width = store.manifest.features?.width ?? 0
    for stage in model.stages {
      operations += 2 * Double(width) * Double(stage.width)
      row += Double(4 * (width + stage.width))
      // What is multiplied before it is summed has the width of the output.
      entry += Double(4 * min(max(1, width), stage.width))
      width = stage.width
    }
    self.row = operations / NominalRates.operations + row / NominalRates.rowBytes
    self.entry = model.graphForm == .nodesOnly ? 0 : entry / NominalRates.rowBytes
  }

  /// The seconds of so many rows and entries.
  func seconds(rows: Int, entries: Int) -> Double { Double(rows) * row + Double(entries) * entry }

  /// The seconds of a batch of these partitions.
  func seconds(of group: [Int], _ table: PartitionTable) -> Double {
    group.reduce(0) { $0 + seconds(rows: table.nodes($1).count, entries: table.edges($1).count) }
  }
}
