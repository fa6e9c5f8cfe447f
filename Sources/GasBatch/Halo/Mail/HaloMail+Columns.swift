import GasStore

extension HaloMail {
  /// Sends the rows that no batch pushes before they are read: they come from the columns.
  func sendColumns() throws {
    guard let current, !current.pass.unsentPartitions.isEmpty else { return }
    receivers = current.windows.map { ($0, .column) }
    let pieces = pieces(of: current.pass.unsentPartitions)
    defer { for reader in readers { reader.release() } }
    func read(_ index: Int) {
      guard index < pieces.count else { return }
      readers[index % 2].start(pieces[index].nodes, of: sources, once: dropsPages)
    }
    read(0)
    for (index, piece) in pieces.enumerated() {
      let bytes = try readers[index % 2].result()
      read(index + 1)
      try take(piece.segments)
      for (source, bytes) in bytes.enumerated() {
        try send(bytes.assumingMemoryBound(to: UInt8.self).baseAddress!, source)
      }
    }
    receivers = []
  }

  /// How many bytes of a source are read at a time.
  private static let pieceBytes = 4 << 20

  /// Groups neighbouring partitions into pieces of up to `pieceBytes`; a partition that is larger is a piece of its
  /// own.
  private func pieces(of partitions: [Int]) -> [(nodes: Range<Int>, segments: [Batch.Segment])] {
    let rowLimit = Self.pieceBytes / sources.map(\.rowBytes).max()!
    return partitions.reduce(into: []) { pieces, partition in
      let nodes = store.partitions.nodes(partition)
      let last = pieces.indices.last
      if let last, pieces[last].nodes.upperBound == nodes.lowerBound, pieces[last].nodes.count + nodes.count <= rowLimit
      {
        let start = nodes.lowerBound - pieces[last].nodes.lowerBound
        pieces[last].segments.append(Batch.Segment(partition: partition, nodes: nodes, start: start))
        pieces[last].nodes = pieces[last].nodes.lowerBound..<nodes.upperBound
      } else {
        pieces.append((nodes, [Batch.Segment(partition: partition, nodes: nodes, start: 0)]))
      }
    }
  }
}
