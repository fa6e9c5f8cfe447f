import GasBase
import GasFiles
import GasStore

extension BatchBuilder {
  /// Fewer entries are read before the batch's rows, since handing them to a thread would take as long.
  private static let fewestAhead = 1 << 16

  /// Reads what never changes of a batch besides its rows: the halo, and the adjacency. The latter is read on a thread
  /// of its own while the caller reads rows: one decodes while the other waits for the disk.
  ///
  /// - Returns: the adjacency's reading, if it goes on.
  /// - Throws: `GasError` if the store is damaged, or the batch has too many entries.
  func readGraph(
    _ batch: Batch, _ group: [Int], graph: Bool, _ contents: BatchContents, in lane: Trace.Lane
  ) throws -> Pending? {
    let held = Batch.Held(
      builder: self, group: group, hasGraph: graph, transposed: contents.transposed,
      numbersEntries: contents.numbersEntries)
    guard graph else {
      batch.haloCount = 0
      batch.edgeCount = 0
      batch.adjacency = batch.memory.edgeless(rowCount: batch.rowCount)
      batch.edgeFeatures = nil
      batch.held = held
      return nil
    }
    for partition in group { reader.prefetch(partition) }
    let stored = try storedEdgeCount(batch)
    let joined = try trace.span("read halo", in: lane) {
      try haloReader.read(
        batch.segments, rowCount: batch.rowCount, halo: batch.memory.haloRows, haloDegrees: batch.memory.haloDegrees)
    }
    batch.haloCount = joined.count
    let pending = stored < Self.fewestAhead ? nil : Pending()
    if let pending {
      let work = Unchecked((self, batch, joined, contents))
      graphThread.async {
        let (builder, batch, joined, contents) = work.value
        pending.finish(Result { try builder.readAdjacency(batch, joined, stored, contents, in: .reader) })
      }
    } else {
      try readAdjacency(batch, joined, stored, contents, in: lane)
    }
    batch.held = held
    return pending
  }

  private func storedEdgeCount(_ batch: Batch) throws -> Int {
    let stored = batch.segments.reduce(0) { $0 + store.partitions.edges($1.partition).count }
    // Self-loops count too; entries are numbered in 32 bits.
    guard stored + batch.rowCount <= Int(UInt32.max) else {
      throw GasError(
        "a batch of \(stored) adjacency entries; at most 2³² − 1 are possible", file: store.path,
        advice: "use fewer --batch-partitions, or ingest with more --partitions")
    }
    return stored
  }

  private func readAdjacency(
    _ batch: Batch, _ joined: HaloReader.Joined, _ stored: Int, _ contents: BatchContents, in lane: Trace.Lane
  ) throws {
    try trace.span("read graph", in: lane) {
      var builder = AdjacencyBuilder(
        form: form, weights: store.manifest.weighted ? edgeWeightUse : .none,
        edgeFeatureWidth: usesEdgeFeatures ? store.manifest.edgeFeatures?.width ?? 0 : 0,
        size: (batch.rowCount, batch.haloCount), storedEdgeCount: stored, memory: batch.memory)
      for (segment, columns) in zip(batch.segments, joined.columns) {
        builder.append(
          try reader.adjacency(of: segment.partition), haloColumns: columns,
          weightedDegrees: normalisesByWeights ? try weightedDegrees.elements(segment.nodes, as: Float.self) : nil)
        if dropsPages { reader.drop(segment.partition) }
      }
      let haloDegrees = batch.memory.haloDegrees.resized(to: batch.haloCount)
      try readUnitDegrees(batch, into: haloDegrees)
      batch.adjacency = builder.finish(
        haloDegrees: UnsafeBufferPointer(haloDegrees), transposed: contents.transposed,
        numbersEntries: contents.numbersEntries)
      batch.edgeCount = builder.edgeCount
      batch.edgeFeatures = builder.edgeFeatureRows
    }
  }

  private var normalisesByWeights: Bool { form == .symmetric && store.manifest.weighted && edgeWeightUse == .values }
  private var weightedDegrees: MappedElements { store.column(.weightedDegrees).values }

  /// Replaces the halo's degrees by those without weights, where the model leaves the weights out.
  private func readUnitDegrees(_ batch: Batch, into degrees: UnsafeMutableBufferPointer<Float>) throws {
    guard UnitDegrees.areNeeded(store, form, edgeWeightUse) else { return }
    let folder = try scratchFolder ?? ScratchPlace.folder(beside: [], or: [store.path])
    let known = try unitDegrees ?? UnitDegrees(store, in: folder)
    unitDegrees = known
    try known.read(batch.haloRows, into: degrees)
  }
}
