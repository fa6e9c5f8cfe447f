import GasBase
import GasNN
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasStore

/// The adjacency of random batches, beside a dense matrix in plain arrays.
final class AdjacencyBuilderTests: XCTestCase {
  /// A stored entry: below the partition's number of rows the code is one of these, above it is a place in the
  /// partition's halo.
  private struct Entry {
    var part: Int
    var row: Int
    var code: Int
    var weight: Float
    var features: [Float]
  }

  private struct Case {
    /// How many rows each partition has.
    var sizes: [Int]
    /// For each partition, the column of the batch that each of its halo rows has.
    var halo: [[Int]]
    /// What symmetric normalisation divides by, of the batch's halo rows.
    var haloDegrees: [Float]
    /// By partition and row; codes ascend in a row.
    var entries: [Entry]
    var form: GraphForm
    var weights: EdgeWeightUse
    var featureWidth: Int
    var transposed: BatchContents.Transposed
    var numbersEntries: Bool

    var rowCount: Int { sizes.reduce(0, +) }
    func start(_ part: Int) -> Int { sizes[..<part].reduce(0, +) }
    func list(_ part: Int, _ row: Int) -> [Entry] { entries.filter { $0.part == part && $0.row == row } }
    func column(_ entry: Entry) -> Int {
      entry.code < sizes[entry.part] ? start(entry.part) + entry.code : halo[entry.part][entry.code - sizes[entry.part]]
    }
  }

  private func draw(_ random: inout SeededRandom) -> Case {
    let sizes = (0..<1 + random.below(3)).map { _ in 1 + random.below(5) }
    let haloDegrees = (0..<random.below(5)).map { _ in Float(1 + random.below(12)) / 4 }
    var drawn = Case(
      sizes: sizes, halo: [], haloDegrees: haloDegrees, entries: [],
      form: [.plain, .selfLoops, .symmetric][random.below(3)], weights: [.values, .feature, .none][random.below(3)],
      featureWidth: random.below(3), transposed: [.none, .own, .all][random.below(3)],
      numbersEntries: random.below(2) == 0)
    for (part, size) in sizes.enumerated() {
      let own = drawn.start(part)..<drawn.start(part) + size
      var others = (0..<drawn.rowCount + haloDegrees.count).filter { !own.contains($0) }
      random.shuffle(&others)
      drawn.halo.append(Array(others.prefix(random.below(others.count + 1))))
      for row in 0..<size {
        for code in 0..<size + drawn.halo[part].count where random.below(3) == 0 {
          // Quarters, whose sums are exact.
          let features = (0..<drawn.featureWidth).map { _ in Float(random.below(9)) / 4 }
          drawn.entries.append(
            Entry(part: part, row: row, code: code, weight: Float(1 + random.below(8)) / 4, features: features))
        }
      }
    }
    return drawn
  }

  private func smaller(_ found: Case) -> [Case] {
    Property.shorter(found.entries).map {
      var fewer = found
      fewer.entries = $0
      return fewer
    }
  }

  func testAdjacencyIsTheDenseMatrix() throws {
    for seed in [1, 2, 3] as [UInt64] {
      // One memory for all, so that what an earlier batch left in it would be seen.
      let memory = BatchMemory()
      let found = Property.counterexample(seed: seed, draw: draw, smaller: smaller) { problem($0, memory) }
      if let found { XCTFail("\(found.value): \(found.problem)") }
    }
  }

  private func problem(_ drawn: Case, _ memory: BatchMemory) -> String? {
    var builder = AdjacencyBuilder(
      form: drawn.form, weights: drawn.weights, edgeFeatureWidth: drawn.featureWidth,
      size: (drawn.rowCount, drawn.haloDegrees.count), storedEdgeCount: drawn.entries.count, memory: memory)
    for part in drawn.sizes.indices { append(part, of: drawn, to: &builder) }
    let matrix = drawn.haloDegrees.withUnsafeBufferPointer {
      builder.finish(haloDegrees: $0, transposed: drawn.transposed, numbersEntries: drawn.numbersEntries)
    }
    return entryProblem(drawn, matrix, builder) ?? transposeProblem(drawn, matrix)
  }

  private func append(_ part: Int, of drawn: Case, to builder: inout AdjacencyBuilder) {
    let lists = (0..<drawn.sizes[part]).map { drawn.list(part, $0) }
    let own = lists.flatMap { $0 }
    var degrees = lists.map { UInt32($0.count) }
    var neighbours = own.map { UInt32($0.code) }
    var weights = own.map(\.weight)
    var features = own.flatMap(\.features)
    let columns = drawn.halo[part].map { UInt32($0) }
    let sums = lists.map { list in list.reduce(Float(0)) { $0 + $1.weight } }
    let divides = drawn.form == .symmetric && drawn.weights == .values
    degrees.withUnsafeMutableBufferPointer { degrees in
      neighbours.withUnsafeMutableBufferPointer { neighbours in
        weights.withUnsafeMutableBufferPointer { weights in
          features.withUnsafeMutableBufferPointer { features in
            let partition = PartitionAdjacency(
              nodeCount: drawn.sizes[part], degrees: degrees, neighbours: neighbours, weights: weights,
              edgeFeatures: features)
            columns.withUnsafeBufferPointer { columns in
              sums.withUnsafeBufferPointer {
                builder.append(partition, haloColumns: columns, weightedDegrees: divides ? $0 : nil)
              }
            }
          }
        }
      }
    }
  }

  /// A row as it has to be: columns in order, values and features beside them. An added self-loop stands first.
  private func row(_ row: Int, _ part: Int, _ drawn: Case) -> [(column: Int, value: Double, features: [Float])] {
    let batchRow = drawn.start(part) + row
    let list = drawn.list(part, row)
    var found = list.map { entry in
      (
        column: drawn.column(entry), value: drawn.weights == .values ? Double(entry.weight) : 1,
        features: entry.features + (drawn.weights == .feature ? [entry.weight] : [])
      )
    }
    if drawn.form != .plain && !found.contains(where: { $0.column == batchRow }) {
      let mean = list.isEmpty ? 0 : list.reduce(0) { $0 + Double($1.weight) } / Double(list.count)
      let features = [Float](repeating: 0, count: drawn.featureWidth) + (drawn.weights == .feature ? [Float(mean)] : [])
      found.insert((batchRow, 1, features), at: 0)
    }
    return found
  }

  private func entryProblem(_ drawn: Case, _ matrix: SparseMatrix, _ builder: AdjacencyBuilder) -> String? {
    let rows = drawn.sizes.indices.flatMap { part in (0..<drawn.sizes[part]).map { row($0, part, drawn) } }
    guard matrix.rowCount == rows.count, matrix.columnCount == rows.count + drawn.haloDegrees.count else {
      return "\(matrix.rowCount) × \(matrix.columnCount)"
    }
    let entryCount = rows.reduce(0) { $0 + $1.count }
    guard matrix.entryCount == entryCount, builder.edgeCount == entryCount else {
      return "\(matrix.entryCount) entries instead of \(entryCount)"
    }
    let divisors = rows.map { row in row.reduce(0.0) { $0 + $1.value } } + drawn.haloDegrees.map { Double($0) }
    let hasValues = drawn.weights == .values || drawn.form == .symmetric
    guard (matrix.values != nil) == hasValues else { return "values where none belong, or none" }
    let width = drawn.featureWidth + (drawn.weights == .feature ? 1 : 0)
    guard builder.edgeFeatureRows?.columns ?? 0 == width else { return "features of another width" }
    for (number, wanted) in rows.enumerated() {
      guard matrix.entries(of: number).count == wanted.count else { return "row \(number) has another length" }
      for (entry, wanted) in zip(matrix.entries(of: number), wanted) {
        guard Int(matrix.columns[entry]) == wanted.column else { return "entry \(entry) stands elsewhere" }
        let scale = drawn.form == .symmetric ? (divisors[number] * divisors[wanted.column]).squareRoot() : 1
        let value = matrix.values.map { Double($0[entry]) } ?? wanted.value
        guard abs(value - wanted.value / scale) <= 1e-6 * wanted.value else {
          return "entry \(entry) is \(value) and not \(wanted.value / scale)"
        }
        for (column, value) in wanted.features.enumerated() where builder.edgeFeatureRows![entry, column] != value {
          return "feature \(column) of entry \(entry) is not \(value)"
        }
      }
    }
    return nil
  }

  /// Each listed column has its entries in the order of their rows.
  private func transposeProblem(_ drawn: Case, _ matrix: SparseMatrix) -> String? {
    guard let transposed = matrix.transposed else { return drawn.transposed == .none ? nil : "not transposed" }
    let count = drawn.transposed == .all ? matrix.columnCount : matrix.rowCount
    guard drawn.transposed != .none, transposed.rowCount == count else {
      return "\(transposed.rowCount) columns are listed"
    }
    guard (transposed.values == nil) == (matrix.values == nil) else { return "values on one side only" }
    guard (transposed.entries != nil) == drawn.numbersEntries else { return "numbers where none belong, or none" }
    for column in 0..<count {
      let listed = Int(transposed.offsets[column])..<Int(transposed.offsets[column + 1])
      let wanted = (0..<matrix.rowCount).flatMap { row in
        matrix.entries(of: row).filter { matrix.columns[$0] == column }.map { (row: row, entry: $0) }
      }
      let numbers = transposed.entries.map { entries in listed.map { Int(entries[$0]) } }
      guard numbers ?? wanted.map(\.entry) == wanted.map(\.entry),
        listed.map({ Int(transposed.rows[$0]) }) == wanted.map(\.row)
      else { return "column \(column) has other entries" }
      for (place, wanted) in zip(listed, wanted) where transposed.values?[place] != matrix.values?[wanted.entry] {
        return "a value of column \(column) differs"
      }
    }
    return nil
  }
}
