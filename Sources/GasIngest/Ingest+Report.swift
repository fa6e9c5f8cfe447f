import FoundationEssentials
import GasBase
import GasEdges
import GasGraph
import GasStore

extension Ingest {
  func manifest(
    _ attributes: Attributes, _ graph: Graph, _ counts: EdgeCounts, _ nodes: NodeIds, _ splits: Splits?,
    _ table: PartitionTable, _ partitioner: PartitionerChoice
  ) -> Manifest {
    Manifest(
      nodeCount: nodes.count, edgeCount: graph.entryCount, directed: graph.isDirected, weighted: graph.weights != nil,
      selfLoopCount: counts.selfLoops, features: attributes.features?.manifest,
      edgeFeatures: attributes.edgeFeatures?.manifest, labels: attributes.labels?.manifest,
      sampleWeighted: attributes.sampleWeights != nil, splitCount: splits?.count ?? 0, idKind: nodes.kind,
      partitions: table,
      provenance: .init(
        tool: "gas-ingest", version: GasVersion.current, date: Self.date, command: options.command, seed: options.seed,
        partitioner: partitioner.description, nodeOrder: options.nodeOrder.rawValue, inputs: inputs.files,
        counts: [
          "edgesRead": counts.read, "edgesKept": counts.kept, "duplicatesRemoved": counts.duplicates,
          "conflictingDuplicates": counts.conflicting,
          "selfLoopsRead": counts.selfLoopsRead, "selfLoopsDropped": counts.selfLoopsDropped,
          "selfLoopsAdded": counts.selfLoopsAdded, "isolatedNodes": counts.isolatedNodes,
        ]))
  }

  /// The time now, or the one that `SOURCE_DATE_EPOCH` names, so that a store can be made again to the byte.
  private static var date: String {
    let fixed = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
    let date = fixed.map { Date(timeIntervalSince1970: $0) } ?? Date()
    return date.ISO8601Format()
  }

  func report(
    _ path: String, _ counts: EdgeCounts, _ graph: Graph, _ splits: Splits?, _ attributes: Attributes,
    _ emptyCount: Int, _ reason: String?, _ remarks: TextRemarks
  ) throws -> IngestReport {
    let labels = attributes.labels
    let store = try Store(opening: path)
    let manifest = store.manifest
    let table = manifest.partitions
    let partitions = table.indices.map {
      IngestReport.Partition(
        nodes: table.nodes($0).count, entries: table.edges($0).count, innerEntries: table.innerEdgeCounts[$0],
        haloRows: table.halo($0).count)
    }
    let unlabelled = try labels.flatMap { labels in
      try splits?.sizes(among: { count in try labels.forEachUnlabelled { count($0) } })
    }
    return try IngestReport(
      store: options.output, nodes: manifest.nodeCount, edges: counts, commentLines: remarks.commentCount,
      notes: inputs.notes + remarks.notes, duplicates: options.duplicates, isDirected: manifest.directed,
      isWeighted: manifest.weighted, edgeFeatureWidth: manifest.edgeFeatures?.width,
      partitioner: manifest.provenance.partitioner, partitionerReason: reason, nodeOrder: options.nodeOrder,
      emptyPartitionsRemoved: emptyCount,
      partitions: partitions, featureWidth: manifest.features?.width,
      areFeaturesSparse: manifest.features.map { $0.storage == .sparse }, labelKind: manifest.labels?.kind,
      classCount: manifest.labels?.classCount,
      classNodes: labels.flatMap { $0.kind == .values ? nil : $0.census.reportedCounts },
      unlabelledNodes: labels?.unlabelledCount,
      missingLabels: labels.flatMap { $0.kind == .multi ? $0.census.missingCount : nil },
      labelValues: labels?.moments?.reportedColumns, sampleWeights: attributes.sampleWeights?.moments,
      splits: (0..<manifest.splitCount).map { split in
        .init(
          train: splits!.size(of: .train, in: split), validation: splits!.size(of: .validation, in: split),
          test: splits!.size(of: .test, in: split),
          unlabelledTrain: unlabelled?[split][Int(SplitPart.train.rawValue)] ?? 0,
          unlabelledValidation: unlabelled?[split][Int(SplitPart.validation.rawValue)] ?? 0,
          unlabelledTest: unlabelled?[split][Int(SplitPart.test.rawValue)] ?? 0)
      },
      storeBytes: manifest.columns.reduce(0) { $0 + $1.fileBytes }, phases: clock.phases,
      cutEntries: manifest.edgeCount - table.innerEdgeCounts.reduce(0, +), bitsPerEntry: store.bitsPerEntry,
      haloRows: table.haloStarts.last!, halo: HaloLayout(store), seconds: clock.seconds, tables: tables?.report)
  }
}
