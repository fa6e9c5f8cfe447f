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
  private let stageCount: Int
  private let files: Exporter.CheckedFiles
  private let nodes: NodeList?
  private let embeddings: OrderedFile<Float>?
  private let classes: OrderedFile<Int64>?
  private let labels: OrderedFile<UInt8>?
  private let values: OrderedFile<Float>?
  private let logits: OrderedFile<Float>?
  private let places: OriginalPlaces
  private let bucketBytes: Int
  /// x₁ − x₀ with two classes, all logits with multiple labels, in original order, where the threshold of predictions
  /// is not known before all are computed.
  private var decisions: (values: FlatArray<Double>, rows: OrderedRows<Double>)?
  /// How many of them a node has.
  let decisionWidth: Int

  /// - Parameters:
  ///   - files: the files to write.
  ///   - places: where the rows of batches belong.
  ///   - model: the model that computes.
  ///   - kind: what labels say of a node.
  ///   - nodes: the nodes that are wanted, if not all are.
  ///   - decidesLater: whether predictions are made when all outputs are there (`decideLater`).
  ///   - bucketBytes: how many bytes of an output are put in order in memory at a time (`OutputSizes`).
  /// - Throws: `GasError` if a file cannot be made, or there are no embeddings and these are wanted.
  init(
    _ files: Exporter.CheckedFiles, _ places: OriginalPlaces, _ model: any GraphModel, _ kind: Manifest.Labels.Kind,
    _ nodes: NodeList?, decidesLater: Bool, bucketBytes: Int
  ) throws {
    (self.files, self.places, self.nodes, self.bucketBytes) = (files, places, nodes, bucketBytes)
    stageCount = model.stages.count
    let classCount = model.stages[stageCount - 1].width
    func open<T: NpyElement>(_ path: String, width: Int?, at once: Bool = false) throws -> OrderedFile<T> {
      try OrderedFile(
        creating: path, rowCount: places.count, width: width, bucketBytes: once ? .max : bucketBytes, from: places.path)
    }
    embeddings = try files.embeddings.map { file in
      guard let width = model.embeddingWidth else {
        throw GasError(
          "the model has no hidden layer between stages, so there are no embeddings", file: file.path,
          advice: "ask for --logits instead")
      }
      return try open(file.path, width: width)
    }
    func predictions<T: NpyElement>(of wanted: Manifest.Labels.Kind, width: Int?) throws -> OrderedFile<T>? {
      guard kind == wanted, let path = files.predictions?.path else { return nil }
      return try open(path, width: width, at: decidesLater)
    }
    classes = try predictions(of: .single, width: nil)
    labels = try predictions(of: .multi, width: classCount)
    values = try predictions(of: .values, width: classCount == 1 ? nil : classCount)
    decisionWidth = kind == .multi ? classCount : 1
    logits = try files.logits.map { try open($0.path, width: classCount) }
  }

  /// Keeps what predictions depend on, instead of predicting at once.
  func decideLater(in folder: String) throws {
    guard classes != nil || labels != nil else { return }
    let values: FlatArray<Double> = try ScratchFolder(at: folder).zeros(count: places.count * decisionWidth)
    let rows = try OrderedRows<Double>(
      in: values.bytes, width: decisionWidth, scratchIn: folder, bucketBytes: bucketBytes, from: places.path)
    decisions = (values, rows)
  }

  /// Predicts class 1, or each label, where the output is above its threshold.
  ///
  /// - Throws: `GasError` if the disk fails.
  func decide(above thresholds: [Double]) throws {
    guard let (decisions, rows) = decisions else { return }
    try rows.arrange()
    let limits = thresholds.map { RankKey($0, applies: false).place }
    for range in (0..<places.count).chunks(ofCount: Self.decidedAtOnce) {
      for place in range {
        let (ofClass, ofLabels) = (try classes?.row(at: place), try labels?.row(at: place))
        for column in 0..<decisionWidth {
          let output = decisions[place * decisionWidth + column]
          let isPredicted = RankKey(output, applies: false).place < limits[column]
          ofClass?[0] = isPredicted ? 1 : 0
          ofLabels?[column] = isPredicted ? 1 : 0
        }
      }
      classes?.release()
      labels?.release()
      decisions.release(0..<decisions.count)
    }
  }

  /// Nodes whose pages are in memory while predictions are made.
  private static let decidedAtOnce = 1 << 16

  private func keep(_ batch: Batch, _ outputs: Matrix, in decisions: OrderedRows<Double>) throws {
    try places.forEachRow(of: batch) { row, place in
      let kept = try decisions.row(at: place)
      if classes != nil {
        kept[0] = Double(outputs[row, 1]) - Double(outputs[row, 0])
      } else {
        for column in 0..<decisionWidth { kept[column] = Double(outputs[row, column]) }
      }
    }
    decisions.release()
  }

  func write(_ layer: Int, _ batch: Batch, _ rows: Matrix) throws {
    if layer == stageCount - 1 { try copy(batch, rows, to: embeddings) }
    guard layer == stageCount else { return }
    try copy(batch, rows, to: logits)
    if let decisions { return try keep(batch, rows, in: decisions.rows) }
    try copy(batch, rows, to: values)
    if let classes {
      try places.forEachRow(of: batch) { row, place in
        var best: Int32 = 0
        gas_argmax_rows(1, Int64(rows.columns), rows.row(row), &best)
        try classes.row(at: place)[0] = Int64(best)
      }
      classes.release()
    }
    if let labels {
      try places.forEachRow(of: batch) { row, place in
        let own = try labels.row(at: place)
        for column in 0..<rows.columns { own[column] = rows[row, column] > 0 ? 1 : 0 }
      }
      labels.release()
    }
  }

  private func copy(_ batch: Batch, _ rows: Matrix, to output: OrderedFile<Float>?) throws {
    guard let output else { return }
    try places.forEachRow(of: batch) { row, place in
      try output.row(at: place).baseAddress!.update(from: rows.row(row), count: rows.columns)
    }
    output.release()
  }

  /// The files, with a row for each node of the list if there is one, put in order.
  ///
  /// - Throws: `GasError` if the disk fails.
  func ready() throws -> [ReadyFile] {
    func ready<Element>(_ output: OrderedFile<Element>?, as file: OutputFile?) throws -> ReadyFile? {
      guard let output, let file else { return nil }
      return try output.ready(nodes, replaces: file.replacement)
    }
    return try [
      ready(embeddings, as: files.embeddings), ready(classes, as: files.predictions),
      ready(labels, as: files.predictions), ready(values, as: files.predictions), ready(logits, as: files.logits),
    ].compactMap { $0 }
  }
}

extension GraphModel {
  /// The width of the last hidden layer that a stage reads; `nil` where there is none.
  var embeddingWidth: Int? { stages.count > 1 ? stages[stages.count - 2].width : nil }
}
