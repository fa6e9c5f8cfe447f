import GasBase

/// R-MAT (Chakrabarti, Zhan, Faloutsos, "R-MAT: A recursive model for graph mining", SDM 2004): the adjacency matrix is
/// halved both ways again and again, and an edge falls into one of the four quadrants with probabilities a, b, c, d
/// each time.
///
/// The matrix has the next power of two of rows; loops, and edges of nodes that do not exist, are drawn again. With
/// noise μ drawn for each level from −noise … noise, its probabilities are a − 2μa/(a+d), b + μ, c + μ, d −
/// 2μd/(a+d): degrees then do not go up and down (Seshadhri, Pinar, Kolda, "An in-depth study of stochastic Kronecker
/// graphs", ICDM 2011).
struct RMATEdges: EdgeDraw {
  private let nodeCount: Int
  /// One table for up to four levels at once, the topmost first: a draw gives the bits of the row above those of the
  /// column.
  private let tables: [AliasTable]
  private let lastLevels: Int
  private static let levelsPerTable = 4

  init(_ options: GeneratorOptions) {
    nodeCount = options.nodeCount
    let levelCount = Int.bitWidth - (options.nodeCount - 1).leadingZeroBitCount
    var random = SeededRandom(seed: options.seed, stream: GeneratorStream.noise)
    let levels = (0..<levelCount).map { _ in options.quadrants.shifted(by: (2 * random.uniform() - 1) * options.noise) }
    let groups = stride(from: 0, to: levelCount, by: Self.levelsPerTable).map {
      Array(levels[$0..<min(levelCount, $0 + Self.levelsPerTable)])
    }
    tables = groups.map { AliasTable(Self.weights($0)) }
    lastLevels = groups.last!.count
  }

  /// The probabilities of all outcomes of some levels.
  static func weights(_ levels: [Quadrants]) -> [Double] {
    let side = 1 << levels.count
    return (0..<side * side).map { outcome in
      levels.indices.reduce(1) { product, level in
        let bit = levels.count - 1 - level
        let (row, column) = (outcome >> (levels.count + bit) & 1, outcome >> bit & 1)
        return product * levels[level].probabilities[2 * row + column]
      }
    }
  }

  func fill(_ pairs: UnsafeMutableBufferPointer<UInt32>, _ random: inout SeededRandom) {
    let upper = tables.dropLast().map(\.drawing)
    let last = tables[tables.count - 1].drawing
    for edge in 0..<pairs.count / 2 {
      var ends: (Int, Int)
      repeat {
        ends = (0, 0)
        for table in upper { descend(&ends, table, Self.levelsPerTable, &random) }
        descend(&ends, last, lastLevels, &random)
      } while ends.0 == ends.1 || max(ends.0, ends.1) >= nodeCount
      pairs[2 * edge] = UInt32(truncatingIfNeeded: ends.0)
      pairs[2 * edge + 1] = UInt32(truncatingIfNeeded: ends.1)
    }
  }

  @inline(__always)
  private func descend(
    _ ends: inout (Int, Int), _ table: AliasTable.Drawing, _ levels: Int, _ random: inout SeededRandom
  ) {
    let outcome = table.draw(&random)
    ends.0 = ends.0 &<< levels | outcome &>> levels
    ends.1 = ends.1 &<< levels | outcome & ((1 &<< levels) &- 1)
  }
}
