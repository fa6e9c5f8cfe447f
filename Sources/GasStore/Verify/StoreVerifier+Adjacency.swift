import GasBase

extension StoreVerifier {
  /// Lists ascending and inside partition and halo, halo rows foreign and their degrees right, counts as the manifest says;
  /// an undirected graph has each edge in both directions.
  func verifyAdjacency() throws {
    let reader = PartitionReader(store)
    let table = store.partitions
    let haloRows = Buffer<UInt32>()
    let haloDegrees = Buffer<Float>()
    var symmetry = SymmetrySum()
    var selfLoopCount = 0
    for partition in table.indices {
      let count = table.halo(partition).count
      let halo = (rows: haloRows.resized(to: count), degrees: haloDegrees.resized(to: count))
      try reader.readHalo(of: partition, rows: halo.rows, degrees: halo.degrees)
      try verifyHalo(partition, halo.rows, halo.degrees)
      let adjacency = try reader.adjacency(of: partition)
      let inner = try verifyLists(partition, adjacency, halo.rows, &symmetry, &selfLoopCount)
      guard inner == table.innerEdgeCounts[partition] else {
        throw manifestError("\(table.innerEdgeCounts[partition]) inner edges in partition \(partition)", "\(inner)")
      }
      store.release()
    }
    guard selfLoopCount == store.manifest.selfLoopCount else {
      throw manifestError("\(store.manifest.selfLoopCount) self-loops", "\(selfLoopCount)")
    }
    guard store.manifest.directed || symmetry.isZero else {
      throw GasError(
        expected: "each edge of an undirected graph in both directions", found: "some in one only",
        file: store.column(.neighbours).path)
    }
  }

  private func verifyHalo(
    _ partition: Int, _ rows: UnsafeMutableBufferPointer<UInt32>, _ degrees: UnsafeMutableBufferPointer<Float>
  ) throws {
    let own = store.partitions.nodes(partition)
    let start = store.partitions.halo(partition).lowerBound
    if let place = rows.firstIndex(where: { own.contains(Int($0)) }) {
      throw damaged(
        .halo, element: start + place, expected: "a row of another partition than \(partition)", found: "\(rows[place])"
      )
    }
    let known = store.column(.degrees).values
    // A weighted degree is a sum whose rounding may depend on its order; the plain degree is exact.
    guard !store.manifest.weighted else { return }
    for (place, row) in rows.enumerated() {
      let degree = Float(known.elements(Int(row)..<Int(row) + 1, as: UInt32.self)[0])
      guard degrees[place] == degree || degrees[place] == degree + 1 else {
        throw damaged(
          .haloDegrees, element: start + place, expected: "degree \(degree) of row \(row), or one more",
          found: "\(degrees[place])")
      }
    }
  }

  /// - Returns: the entries that stay inside the partition.
  private func verifyLists(
    _ partition: Int, _ adjacency: PartitionAdjacency, _ halo: UnsafeMutableBufferPointer<UInt32>,
    _ symmetry: inout SymmetrySum, _ selfLoopCount: inout Int
  ) throws -> Int {
    let nodeStart = store.partitions.nodes(partition).lowerBound
    let edgeStart = store.partitions.edges(partition).lowerBound
    var inner = 0
    var entry = 0
    for row in 0..<adjacency.nodeCount {
      var previous = -1
      for _ in 0..<adjacency.degrees[row] {
        let code = Int(adjacency.neighbours[entry])
        guard code > previous else {
          throw damaged(
            .neighbours, element: edgeStart + entry,
            expected: "an entry above \(previous) in the list of row \(nodeStart + row)",
            found: "\(code)")
        }
        let isInner = code < adjacency.nodeCount
        if isInner { inner += 1 }
        if code == row { selfLoopCount += 1 }
        symmetry.add(from: isInner ? nodeStart + code : Int(halo[code - adjacency.nodeCount]), to: nodeStart + row)
        previous = code
        entry += 1
      }
    }
    return inner
  }

  private func manifestError(_ expected: String, _ found: String) -> GasError {
    GasError(expected: expected, found: found, file: store.path + "/" + Manifest.fileName)
  }
}

/// Σ hash(u, v) − hash(v, u) over all edges: zero if each edge stands in both directions, and by chance once in 2⁶⁴ otherwise.
///
/// Says in constant memory what comparing the graph with its transpose would say.
private struct SymmetrySum {
  private var sum: UInt64 = 0
  var isZero: Bool { sum == 0 }

  mutating func add(from source: Int, to target: Int) {
    sum &+= Self.hash(source, target) &- Self.hash(target, source)
  }

  private static func hash(_ a: Int, _ b: Int) -> UInt64 {
    var random = SeededRandom(seed: UInt64(a), stream: UInt64(b))
    return random.next()
  }
}
