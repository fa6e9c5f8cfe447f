import GasBase

@testable import GasNN

/// Random matrices and graphs for tests, from a seed.
struct Samples {
  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  mutating func integer(below bound: Int) -> Int { random.below(bound) }

  mutating func number(in range: ClosedRange<Double> = -1...1) -> Float {
    Float(range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform())
  }

  mutating func numbers(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Float] {
    (0..<count).map { _ in number(in: range) }
  }

  /// - Parameter gap: no element is nearer to zero than this; keeps finite differences away from kinks.
  mutating func matrix(_ rows: Int, _ columns: Int, gap: Float = 0) -> OwnedMatrix {
    let owned = OwnedMatrix(rows: rows, columns: columns)
    for index in 0..<owned.matrix.count {
      let x = number()
      owned.matrix.base[index] = x + (x < 0 ? -gap : gap)
    }
    return owned
  }

  /// A sparse matrix whose rows have 0 to `greatest` entries; row 0 is empty and the last row a hub that has every column.
  mutating func sparse(
    _ rowCount: Int, _ columnCount: Int, greatest: Int = 4, weighted: Bool, hub: Bool = true
  ) -> OwnedSparse {
    var rows: [[UInt32]] = []
    for row in 0..<rowCount {
      if hub && row == rowCount - 1 && row > 0 {
        rows.append((0..<columnCount).map { UInt32($0) })
      } else {
        let count = row == 0 || columnCount == 0 ? 0 : integer(below: greatest + 1)
        rows.append(Set((0..<count).map { _ in UInt32(integer(below: columnCount)) }).sorted())
      }
    }
    let values = weighted ? numbers(rows.reduce(0) { $0 + $1.count }, in: 0.2...1.2) : nil
    return OwnedSparse(rows: rows, columnCount: columnCount, values: values)
  }
}

/// A sparse matrix with memory of its own.
final class OwnedSparse {
  let matrix: SparseMatrix
  private let arena: Arena

  init(rows: [[UInt32]], columnCount: Int, values: [Float]? = nil) {
    let arena = Arena()
    self.arena = arena
    let columns = rows.flatMap { $0 }
    let offsets = arena.allocate(Int64.self, count: rows.count + 1)
    offsets[0] = 0
    for (row, entries) in rows.enumerated() { offsets[row + 1] = offsets[row] + Int64(entries.count) }
    let columnMemory = arena.allocate(UInt32.self, count: columns.count)
    columnMemory.update(from: columns, count: columns.count)
    let valueMemory = values.map { values in
      let memory = arena.allocate(Float.self, count: values.count)
      memory.update(from: values, count: values.count)
      return UnsafePointer(memory)
    }
    matrix = SparseMatrix(
      rowCount: rows.count, columnCount: columnCount, offsets: offsets, columns: columnMemory, values: valueMemory)
  }

  /// With the transposed form that a data loader would have prepared.
  var withTranspose: SparseMatrix {
    var copy = matrix
    copy.transposed = SparseTranspose(of: matrix, in: arena)
    return copy
  }
}

extension Matrix {
  var array: [Float] { Array(elements) }
  var bits: [UInt32] { elements.map(\.bitPattern) }
}

extension OwnedMatrix {
  convenience init(rows: Int, columns: Int, _ numbers: [Float]) {
    precondition(numbers.count == rows * columns)
    self.init(rows: rows, columns: columns)
    matrix.base.update(from: numbers, count: numbers.count)
  }
}
