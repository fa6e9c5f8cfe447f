import GasAutodiff
import GasBase
import GasBatch
import GasFiles
import GasFormats
import GasStore

/// Keeps a model's outputs until all are there, and then writes the table of their probabilities: a stretch of rows
/// after the other, in constant memory.
final class ScoreSink {
  private let table: ScoreTable
  private let file: OutputFile?
  private let store: Store
  private let nodes: NodeList?
  private let labels: Manifest.Labels
  private var lines: ScoreLines
  private let outputs: OutputRows
  private let width: Int
  private let scratch: String
  private let parallel: Parallel

  /// How many numbers are turned into text between two writes, and in how many pieces.
  private static let (stretchNumbers, pieceCount) = (1 << 20, 64)

  /// - Parameters:
  ///   - table: what to write.
  ///   - file: its file, which was checked; `nil` for standard output.
  ///   - store: the store that is computed on.
  ///   - training: the store that the run belongs to, whose classes they are.
  ///   - nodes: the nodes that are wanted; all if `nil`.
  ///   - width: the width of the model's outputs.
  ///   - places: where the rows of batches belong.
  ///   - bucketBytes: how many bytes of the outputs are put in order in memory at a time (`OutputSizes`).
  ///   - scratch: the folder whose disk takes scratch files.
  ///   - parallel: the threads that make the text.
  /// - Throws: `GasError` if the disk is too full.
  init(
    _ table: ScoreTable, to file: OutputFile?, _ store: Store, trainedOn training: Store, nodes: NodeList?, width: Int,
    places: OriginalPlaces, bucketBytes: Int, scratchIn scratch: String, _ parallel: Parallel
  ) throws {
    guard let labels = training.manifest.labels else { preconditionFailure("a run is of a store with labels") }
    (self.table, self.file, self.store, self.nodes) = (table, file, store, nodes)
    (self.width, self.scratch, self.parallel) = (width, scratch, parallel)
    self.labels = labels
    lines = ScoreLines(labels, names: try training.classNames(), table.format)
    outputs = try OutputRows(places, width: width, scratchIn: scratch, bucketBytes: bucketBytes)
  }

  /// Keeps the outputs of a batch.
  func keep(_ batch: Batch, _ rows: Matrix) throws { try outputs.keep(rows, of: batch) }

  /// Predicts class 1 of two classes above a threshold of x₁ − x₀. It must be called before anything is written.
  func predicts(above thresholds: [Double]) {
    if labels.kind == .single { lines.predictsClass(above: thresholds[0]) }
  }

  /// Writes the file; nothing where the table goes to standard output.
  ///
  /// - Returns: the file, to be published.
  func ready() throws -> [ReadyFile] {
    guard let file else { return [] }
    let text = try TextOutput(drafting: file.path, isPacked: table.isPacked)
    try write(to: text)
    return [try text.ready(replaces: file.replacement)].compactMap { $0 }
  }

  /// Writes to standard output, if the table goes there: when all files have their names, since what is printed cannot
  /// be taken back.
  func print() throws {
    if file == nil { try write(to: TextOutput()) }
  }

  private func write(to text: TextOutput) throws {
    try outputs.arrange()
    let rows = try rows()
    try text.write(lines.header)
    let stretch = max(Self.pieceCount, Self.stretchNumbers / width)
    var pieces = [[UInt8]](repeating: [], count: Self.pieceCount)
    for range in (0..<rows.count).chunks(ofCount: stretch) {
      fill(&pieces, rows, range)
      for piece in pieces { try text.write(piece) }
      outputs.release()
      rows.release()
    }
  }

  /// Turns rows into text, a part in each piece.
  private func fill(_ pieces: inout [[UInt8]], _ rows: NamedRows, _ range: Range<Int>) {
    let partCount = dividedUp(range.count, by: pieces.count)
    pieces.withUnsafeMutableBufferPointer { pieces in
      let target = Unchecked(pieces)
      parallel.forEach(count: pieces.count) { piece in
        var text = target.value[piece]
        target.value[piece] = []
        text.removeAll(keepingCapacity: true)
        var memory: [Double] = []
        let first = min(range.upperBound, range.lowerBound + piece * partCount)
        for row in first..<min(range.upperBound, first + partCount) {
          lines.append(outputs[rows.place(row)], to: &text, using: &memory) { rows.appendId(row, &$0, table.format) }
        }
        target.value[piece] = text
      }
    }
  }

  private func rows() throws -> NamedRows {
    let rows = try nodes.map(NamedRows.init) ?? NamedRows(all: store, OrderedIds(store, scratchIn: scratch))
    guard let top = table.top else { return rows }
    var (best, memory) = (TopRows(min(top.count, rows.count)), [Double]())
    for range in (0..<rows.count).chunks(ofCount: max(1, Self.stretchNumbers / width)) {
      for row in range {
        best.add(lines.probability(of: top.classNumber, outputs[rows.place(row)], using: &memory), row: row)
      }
      outputs.release()
    }
    return rows.selecting(best.rows())
  }
}
