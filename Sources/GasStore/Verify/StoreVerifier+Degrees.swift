import GasBase

extension StoreVerifier {
  /// Checks that weights are finite and add up to the weighted degrees, up to the rounding of a sum in single
  /// precision.
  func verifyWeights(_ partition: Int, _ adjacency: PartitionAdjacency) throws {
    guard store.manifest.weighted else { return }
    let nodes = store.partitions.nodes(partition)
    let edgeStart = store.partitions.edges(partition).lowerBound
    let known = try store.column(.weightedDegrees).values.elements(nodes, as: Float.self)
    var entry = 0
    for row in 0..<adjacency.nodeCount {
      var sum = 0.0
      var size = 0.0
      for _ in 0..<adjacency.degrees[row] {
        let weight = adjacency.weights[entry]
        guard weight.isFinite else {
          throw damaged(.edgeWeights, element: edgeStart + entry, expected: "a finite weight", found: "\(weight)")
        }
        sum += Double(weight)
        size += abs(Double(weight))
        entry += 1
      }
      let tolerance = size * Double(adjacency.degrees[row]) * Double(Float.ulpOfOne)
      // Large weights may add up to more than a float holds.
      guard known[row] == Float(sum) || abs(Double(known[row]) - sum) <= tolerance else {
        throw damaged(
          .weightedDegrees, element: nodes.lowerBound + row, expected: "weights that add up to \(sum)",
          found: "\(known[row])")
      }
    }
  }

  func verifyEdgeFeatures() throws {
    guard store.manifest.edgeFeatures != nil else { return }
    try scan(.edgeFeatures, as: Float.self) { start, values in
      if let place = values.firstIndex(where: { !$0.isFinite }) {
        throw damaged(.edgeFeatures, element: start + place, expected: "a finite value", found: "\(values[place])")
      }
    }
  }

  /// Checks that the degrees in halos, for the rows of a window, are those of the rows, plus 1 where a row has no
  /// self-loop.
  func verifyHaloDegrees(_ window: LoopWindow, _ reader: PartitionReader) throws {
    let rowBuffer = Buffer<UInt32>()
    let degreeBuffer = Buffer<Float>()
    for partition in store.partitions.indices {
      let range = store.partitions.halo(partition)
      let rows = rowBuffer.resized(to: range.count)
      let degrees = degreeBuffer.resized(to: range.count)
      try reader.readHalo(of: partition, rows: rows, degrees: degrees)
      for (place, row) in rows.enumerated() where window.rows.contains(Int(row)) {
        let expected = try degree(ofRow: Int(row)) + (window.contains(Int(row)) ? 0 : 1)
        guard degrees[place] == expected else {
          throw damaged(
            .haloDegrees, element: range.lowerBound + place, expected: "degree \(expected) of row \(row)",
            found: "\(degrees[place])")
        }
      }
    }
  }

  func degree(ofRow row: Int) throws -> Float {
    if store.manifest.weighted { return try store.column(.weightedDegrees).values.elements(row..<row + 1)[0] }
    return Float(try store.column(.degrees).values.elements(row..<row + 1, as: UInt32.self)[0])
  }
}

/// Which rows have a self-loop, a bit each, for as many successive partitions as fit: 8 MiB, or one partition.
struct LoopWindow {
  private(set) var rows = 0..<0
  /// Rows with a self-loop.
  private(set) var count = 0
  private var bits: [UInt64] = []
  private static let rowCount = 1 << 26

  var isFull: Bool { rows.count >= Self.rowCount }

  /// Adds the rows of the next partition to the window.
  mutating func open(_ next: Range<Int>) {
    rows = (rows.isEmpty ? next.lowerBound : rows.lowerBound)..<next.upperBound
    bits.append(contentsOf: repeatElement(0, count: dividedUp(rows.count, by: 64) - bits.count))
  }

  mutating func insert(_ row: Int) {
    let place = row - rows.lowerBound
    bits[place / 64] |= 1 << UInt64(place % 64)
    count += 1
  }

  func contains(_ row: Int) -> Bool {
    let place = row - rows.lowerBound
    return bits[place / 64] >> UInt64(place % 64) & 1 == 1
  }

  mutating func clear() {
    rows = 0..<0
    count = 0
    bits.removeAll(keepingCapacity: true)
  }
}
