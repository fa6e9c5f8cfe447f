import GasBase

extension StoreVerifier {
  /// Checks that lists ascend and stay inside partition and halo, that halo rows belong to others and are in use, and
  /// that degrees and counts are right; an undirected graph must have each edge in both directions, with the same
  /// weight and features. Of a shard, the lists that it has are checked; of a whole store, those of the share.
  ///
  /// - Returns: what was found, of which all shares together say whether it is right (`verifySums`).
  /// - Throws: `GasError` naming file and offset of the first thing that is wrong.
  func verifyAdjacency() throws -> Share {
    let reader = PartitionReader(store, edgeFeatures: true)
    let table = store.partitions
    let held = share.isAll ? store.heldPartitions : RankShares.divided(table, among: share.count)[share.number]
    let haloRows = Buffer<UInt32>()
    let haloDegrees = Buffer<Float>()
    var symmetry = SymmetrySum()
    var loops = LoopWindow()
    var found = Share(partitionCount: held.count)
    for partition in held {
      let count = table.halo(partition).count
      let halo = haloRows.resized(to: count)
      try reader.readHalo(of: partition, rows: halo, degrees: haloDegrees.resized(to: count))
      let adjacency = try reader.adjacency(of: partition)
      try verifyWeights(partition, adjacency)
      loops.open(table.nodes(partition))
      let inner = try verifyLists(partition, adjacency, halo, &symmetry, &loops)
      guard inner == table.innerEdgeCounts[partition] else {
        throw manifestError("\(table.innerEdgeCounts[partition]) inner edges in partition \(partition)", "\(inner)")
      }
      if store.manifest.shard != nil {
        try verifyLoops(of: partition, loops)
        try verifyHaloDegrees(of: partition, halo, haloDegrees.resized(to: count))
        loops.clear()
      } else if loops.isFull || partition == held.upperBound - 1 {
        try verifyHaloDegrees(loops, reader)
        found.selfLoopCount += loops.count
        loops.clear()
      }
      store.release()
    }
    found.symmetry = symmetry.sum
    return found
  }

  /// Checks the lists of a partition, and adds them to sums over the whole store.
  ///
  /// - Returns: the entries that stay inside the partition.
  /// - Throws: `GasError` naming the offset of a wrong entry.
  private func verifyLists(
    _ partition: Int, _ adjacency: PartitionAdjacency, _ halo: UnsafeMutableBufferPointer<UInt32>,
    _ symmetry: inout SymmetrySum, _ loops: inout LoopWindow
  ) throws -> Int {
    let nodeStart = store.partitions.nodes(partition).lowerBound
    let known = store.partitions.nodes(of: store.heldPartitions)
    let edgeStart = store.partitions.edges(partition).lowerBound
    var isUsed = [Bool](repeating: false, count: halo.count)
    var inner = 0
    var entry = 0
    for row in 0..<adjacency.nodeCount {
      var previous = -1
      for _ in 0..<adjacency.degrees[row] {
        let code = Int(adjacency.neighbours[entry])
        guard code > previous else {
          throw damaged(
            .neighbours, element: edgeStart + entry,
            expected: "an entry above \(previous) in the list of row \(nodeStart + row)", found: "\(code)")
        }
        var source = nodeStart + code
        if code < adjacency.nodeCount {
          inner += 1
          if code == row { loops.insert(source) }
        } else {
          isUsed[code - adjacency.nodeCount] = true
          source = Int(halo[code - adjacency.nodeCount])
        }
        // What comes from a row whose list is not here has its other direction there.
        if known.contains(source) {
          symmetry.add(from: source, to: nodeStart + row, mark: adjacency.mark(of: entry))
        }
        previous = code
        entry += 1
      }
    }
    try verifyHalo(partition, halo, isUsed)
    return inner
  }

  private func verifyHalo(_ partition: Int, _ rows: UnsafeMutableBufferPointer<UInt32>, _ isUsed: [Bool]) throws {
    let own = store.partitions.nodes(partition)
    let start = store.partitions.halo(partition).lowerBound
    if let place = rows.firstIndex(where: { own.contains(Int($0)) }) {
      throw damaged(
        .halo, element: start + place, expected: "a row of another partition than \(partition)", found: "\(rows[place])"
      )
    }
    if let place = isUsed.firstIndex(of: false) {
      throw damaged(
        .halo, element: start + place, expected: "a row that stands in a list of partition \(partition)",
        found: "\(rows[place])")
    }
  }

  func manifestError(_ expected: String, _ found: String) -> GasError {
    GasError(expected: expected, found: found, file: store.path + "/" + Manifest.fileName)
  }
}

/// Σ hash(u, v, m) − hash(v, u, m) over all edges, where m is a mark of weight and features. The sum is zero if each
/// edge is there in both directions with the same mark, and otherwise by chance once in 2⁶⁴.
///
/// It does in constant memory what comparing the graph with its transpose would do.
private struct SymmetrySum {
  private(set) var sum: UInt64 = 0

  mutating func add(from source: Int, to target: Int, mark: UInt64) {
    sum &+= Self.hash(mark ^ UInt64(source), target) &- Self.hash(mark ^ UInt64(target), source)
  }

  private static func hash(_ a: UInt64, _ b: Int) -> UInt64 {
    var random = SeededRandom(seed: a, stream: UInt64(b))
    return random.next()
  }
}

extension PartitionAdjacency {
  /// A number that tells entries of different weight or features apart. Without features, its lower half is zero, for
  /// node numbers.
  fileprivate func mark(of entry: Int) -> UInt64 {
    var mark = UInt64((weights.isEmpty ? 1 : weights[entry]).bitPattern) << 32
    guard !edgeFeatures.isEmpty else { return mark }
    let width = edgeFeatures.count / neighbours.count
    for value in edgeFeatures[entry * width..<(entry + 1) * width] {
      var random = SeededRandom(seed: mark, stream: UInt64(value.bitPattern))
      mark = random.next()
    }
    return mark
  }
}
