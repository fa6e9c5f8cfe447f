import GasBase

import GasAutodiff

/// Random matrices and graphs for tests, from a seed.
package struct Samples {
  private var random: SeededRandom

  package init(seed: UInt64) {
    random = SeededRandom(seed: seed)
  }

  package mutating func integer(below bound: Int) -> Int { random.below(bound) }

  package mutating func number(in range: ClosedRange<Double> = -1...1) -> Float {
    Float(range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform())
  }

  package mutating func numbers(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Float] {
    (0..<count).map { _ in number(in: range) }
  }

  /// A random matrix. No element is nearer to zero than `gap`, which keeps finite differences away from kinks.
  package mutating func matrix(_ rows: Int, _ columns: Int, gap: Float = 0) -> Matrix {
    Matrix(rows: rows, columns: columns, numbers(rows * columns).map { $0 + ($0 < 0 ? -gap : gap) })
  }

  /// A sparse matrix whose rows have 0 to `greatest` entries; row 0 is empty and the last row a hub that has every
  /// column.
  package mutating func sparse(
    _ rowCount: Int, _ columnCount: Int, greatest: Int = 4, weighted: Bool, hub: Bool = true
  ) -> SparseMatrix {
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
    return SparseMatrix(rows: rows, columnCount: columnCount, values: values)
  }
}

/// Memory of all test matrices, kept to the end of the process: handles do not own theirs. XCTest runs one test at a
/// time.
nonisolated(unsafe) private let memory = Arena()

extension Matrix {
  package init(rows: Int, columns: Int, _ numbers: [Float]) {
    precondition(numbers.count == rows * columns)
    self = memory.matrix(rows: rows, columns: columns)
    base.update(from: numbers, count: numbers.count)
  }

  package init(rows: Int, columns: Int, repeating number: Float) {
    self.init(rows: rows, columns: columns, Array(repeating: number, count: rows * columns))
  }

  package var array: [Float] { Array(elements) }
  package var bits: [UInt32] { elements.map(\.bitPattern) }
}

extension SparseMatrix {
  package init(rows: [[UInt32]], columnCount: Int, values: [Float]? = nil) {
    let starts = rows.reduce(into: [Int64(0)]) { $0.append($0[$0.count - 1] + Int64($1.count)) }
    self.init(
      rowCount: rows.count, columnCount: columnCount, offsets: Self.stored(starts),
      columns: Self.stored(rows.flatMap { $0 }), values: values.map(Self.stored))
  }

  private static func stored<T: BitwiseCopyable>(_ array: [T]) -> UnsafePointer<T> {
    let place = memory.allocate(T.self, count: array.count)
    place.update(from: array, count: array.count)
    return UnsafePointer(place)
  }

  /// With the transposed form that a data loader would have prepared.
  package var withTranspose: SparseMatrix { withTranspose(columnCount: columnCount) }

  /// The same of the first columns alone.
  package func withTranspose(columnCount: Int) -> SparseMatrix { withTranspose(columnCount, numbered: true) }

  /// The same without the numbers of entries.
  package var withUnnumberedTranspose: SparseMatrix { withTranspose(columnCount, numbered: false) }

  private func withTranspose(_ columnCount: Int, numbered: Bool) -> SparseMatrix {
    var copy = self
    copy.transposed = SparseTranspose(of: self, columnCount: columnCount, numbered: numbered, in: memory)
    return copy
  }
}
