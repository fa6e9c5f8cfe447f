import CGasKernels
import GasBase
import GasBatch
import GasFiles
import GasFormats
import GasMetrics
import GasNN
import GasStore

/// The open output files of an export.
final class OutputArrays {
  private let nodeCount: Int
  private let stageCount: Int
  private let files: Exporter.CheckedFiles
  private let embeddings: NpyOutput<Float>?
  private let classes: NpyOutput<Int64>?
  private let labels: NpyOutput<UInt8>?
  private let values: NpyOutput<Float>?
  private let logits: NpyOutput<Float>?
  private let places: OriginalPlaces
  /// x₁ − x₀ with two classes, all logits with multiple labels, in original order, where the threshold of predictions
  /// is not known before all are computed.
  private var decisions: FlatArray<Double>?
  /// How many of them a node has.
  let decisionWidth: Int

  /// - Parameters:
  ///   - files: the files to write.
  ///   - store: the store that is computed on.
  ///   - model: the model that computes.
  ///   - kind: what labels say of a node.
  ///   - nodes: the nodes that are wanted, if not all are.
  /// - Throws: `GasError` if a file cannot be made, or there are no embeddings and these are wanted.
  init(
    _ files: Exporter.CheckedFiles, _ store: Store, _ model: any GraphModel, _ kind: Manifest.Labels.Kind,
    _ nodes: NodeList?
  ) throws {
    places = OriginalPlaces(store)
    nodeCount = store.nodeCount
    let isReserved = nodes == nil
    let stages = model.stages
    stageCount = stages.count
    let classCount = stages[stageCount - 1].width
    self.files = files
    embeddings = try files.embeddings.map { file in
      guard stages.count > 1 else {
        throw GasError(
          "the model has no hidden layer between stages, so there are no embeddings", file: file.path,
          advice: "ask for --logits instead")
      }
      return try NpyOutput(
        creating: file.path, rowCount: store.nodeCount, width: stages[stages.count - 2].width, isReserved: isReserved)
    }
    func predictions<T: NpyElement>(of wanted: Manifest.Labels.Kind, width: Int?) throws -> NpyOutput<T>? {
      guard kind == wanted, let path = files.predictions?.path else { return nil }
      return try NpyOutput(creating: path, rowCount: store.nodeCount, width: width, isReserved: isReserved)
    }
    classes = try predictions(of: .single, width: nil)
    labels = try predictions(of: .multi, width: classCount)
    values = try predictions(of: .values, width: classCount == 1 ? nil : classCount)
    decisionWidth = kind == .multi ? classCount : 1
    logits = try files.logits.map {
      try NpyOutput(creating: $0.path, rowCount: store.nodeCount, width: classCount, isReserved: isReserved)
    }
  }

  /// Keeps what predictions depend on, instead of predicting at once.
  func decideLater(in folder: String) throws {
    guard classes != nil || labels != nil else { return }
    decisions = try ScratchFolder(at: folder).zeros(count: nodeCount * decisionWidth)
  }

  /// Predicts class 1, or each label, where the output is above its threshold.
  func decide(above thresholds: [Double]) {
    guard let decisions else { return }
    let limits = thresholds.map { RankKey($0, applies: false).place }
    for first in stride(from: 0, to: nodeCount, by: Self.decidedAtOnce) {
      for place in first..<min(nodeCount, first + Self.decidedAtOnce) {
        for column in 0..<decisionWidth {
          let output = decisions[place * decisionWidth + column]
          let isPredicted = RankKey(output, applies: false).place < limits[column]
          classes?.row(place)[0] = isPredicted ? 1 : 0
          labels?.row(place)[column] = isPredicted ? 1 : 0
        }
      }
      classes?.release()
      labels?.release()
      decisions.release(0..<decisions.count)
    }
  }

  /// Nodes whose pages are in memory while predictions are made.
  private static let decidedAtOnce = 1 << 16

  private func keep(_ batch: Batch, _ rows: Matrix, in decisions: FlatArray<Double>) throws {
    try forEachRow(batch) { row, place in
      if classes != nil {
        decisions[place] = Double(rows[row, 1]) - Double(rows[row, 0])
      } else {
        for column in 0..<decisionWidth { decisions[place * decisionWidth + column] = Double(rows[row, column]) }
      }
    }
    decisions.release(0..<decisions.count)
  }

  func write(_ layer: Int, _ batch: Batch, _ rows: Matrix) throws {
    if layer == stageCount - 1 { try copy(batch, rows, to: embeddings) }
    guard layer == stageCount else { return }
    try copy(batch, rows, to: logits)
    if let decisions { return try keep(batch, rows, in: decisions) }
    try copy(batch, rows, to: values)
    if let classes {
      try forEachRow(batch) { row, place in
        var best: Int32 = 0
        gas_argmax_rows(1, Int64(rows.columns), rows.row(row), &best)
        classes.row(place)[0] = Int64(best)
      }
      classes.release()
    }
    if let labels {
      try forEachRow(batch) { row, place in
        for column in 0..<rows.columns { labels.row(place)[column] = rows[row, column] > 0 ? 1 : 0 }
      }
      labels.release()
    }
  }

  /// The files, with the rows of a list's nodes alone if there is one.
  func ready(_ nodes: NodeList?) throws -> [ReadyFile] {
    func ready<Element>(_ output: NpyOutput<Element>?, as file: OutputFile?) throws -> ReadyFile? {
      guard let output, let file else { return nil }
      let wanted = try nodes.map { try output.selecting($0.count, $0.place) } ?? output
      return try wanted.ready(replaces: file.replacement)
    }
    return try [
      ready(embeddings, as: files.embeddings), ready(classes, as: files.predictions),
      ready(labels, as: files.predictions), ready(values, as: files.predictions), ready(logits, as: files.logits),
    ].compactMap { $0 }
  }

  private func copy(_ batch: Batch, _ rows: Matrix, to output: NpyOutput<Float>?) throws {
    guard let output else { return }
    try forEachRow(batch) { row, place in
      output.row(place).baseAddress!.update(from: rows.row(row), count: rows.columns)
    }
    output.release()
  }

  private func forEachRow(_ batch: Batch, _ body: (_ row: Int, _ place: Int) -> Void) throws {
    try places.forEachRow(of: batch, body)
  }
}
