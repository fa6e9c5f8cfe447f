import CGasKernels
import GasBase
import GasBatch
import GasNN
import GasStore

/// Makes sure that no number that is infinite or not a number is pushed, sent, scored, written or learnt from. Numbers
/// are checked where they are made, while they are in the processor's caches. An error is one line that names layer,
/// node and cause.
///
/// A check is used from one thread.
final class NumberCheck {
  private let store: Store
  private let model: any GraphModel
  private let parallel: Parallel
  /// The epoch that is trained, or was; `nil` where nothing is trained.
  var epoch: Int?
  /// Saves what can be saved of work that ends here, and says for the end of the message what to do with it.
  var beforeFailing: () -> String? = { nil }

  /// How many numbers a thread checks at a time.
  private static let chunk = 1 << 16
  /// From this size on weights, or rows that are read, are named as the cause of an infinite number.
  private static let largeWeight: Float = 1e3
  private static let largeRow: Float = 1e15
  /// A greater gradient cannot be squared, as Adam does for its second moment.
  private static let largestGradient = Float.greatestFiniteMagnitude.squareRoot().nextDown

  init(_ store: Store, _ model: any GraphModel, _ parallel: Parallel) {
    (self.store, self.model, self.parallel) = (store, model, parallel)
  }

  /// Checks a batch's rows, n × width.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - name: what messages call them, such as "layer 2".
  ///   - batch: the batch that they belong to.
  ///   - encoding: how they will be kept.
  ///   - x: what they were computed from.
  ///   - step: the step of training; `nil` in exact inference.
  /// - Throws: `GasError` that names the first row with a number that is not finite, or would not be when it was kept.
  func rows(
    _ rows: DenseRows, _ name: @autoclosure () -> String, of batch: Batch, keptIn encoding: RowEncoding = .float32,
    from x: @autoclosure () -> Variable, step: Int?
  ) throws {
    let place = first(in: rows, beyond: encoding.greatestMagnitude)
    guard place < rows.rows * rows.columns else { return }
    let (value, node) = (rows.number(place), try id(ofRow: place / rows.columns, batch))
    let found = "\(name()) of node \(node) is \(Self.text(value)) \(time(step))"
    guard value.isFinite else { throw error("\(found); \(cause(x()))", advice: advice(x(), step)) }
    throw error(
      "\(found), and rows in \(encoding.rawValue) hold no more than \(Self.limit(encoding))",
      advice: "pass --history-type \(encoding == .float16 ? "bfloat16 or float32" : "float32")")
  }

  /// Checks the loss of a step, whose outputs are `output`.
  func loss(_ loss: Variable, of output: Variable, _ batch: Batch, from x: Variable, layer: Int, step: Int) throws {
    guard !loss.scalar.isFinite else { return }
    try rows(output.dense, "layer \(layer)", of: batch, from: x, step: step)
    throw error(
      "the loss is \(Self.text(loss.scalar)) \(time(step)); outputs reach \(Self.text(output.greatestMagnitude))",
      advice: advice(x, step))
  }

  /// Checks the gradients that Adam is about to square.
  func gradients(_ parameters: [Parameter], step: Int) throws {
    for parameter in parameters {
      let place = first(in: parameter.gradient, beyond: Self.largestGradient)
      guard place < parameter.gradient.count else { continue }
      throw error(
        "the gradient of \(parameter.name) is \(Self.text(parameter.gradient.base[place])) \(time(step)), more than"
          + " Adam can square; \(weights)",
        advice: greatestWeight >= Self.largeWeight ? Self.lowerRate : "\(normalise), or clip gradients (--clip 1)")
    }
  }

  /// Checks the model's weights, and what it keeps beside them.
  ///
  /// - Parameter step: the step that has changed them; `nil` if they were read.
  /// - Throws: `GasError` that names the first with a number that is not finite.
  func weights(step: Int?) throws {
    for (name, matrix) in model.namedWeights where first(in: matrix, beyond: .greatestFiniteMagnitude) < matrix.count {
      throw error(
        "\(name) has a number that is not finite \(time(step))", advice: "\(Self.lowerRate), or \(normalise)")
    }
  }

  private func first(in matrix: Matrix, beyond limit: Float) -> Int { first(in: .float32(matrix), beyond: limit) }

  private func first(in rows: DenseRows, beyond limit: Float) -> Int {
    let count = rows.rows * rows.columns
    let pieces = (count + Self.chunk - 1) / Self.chunk
    guard pieces > 1 else { return rows.first(in: 0..<count, beyond: limit) }
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: pieces) { found in
      let work = Unchecked((found.baseAddress!, rows))
      parallel.forEachRange(of: count, chunk: Self.chunk) { range in
        let (places, rows) = work.value
        let place = rows.first(in: range, beyond: limit)
        places[range.lowerBound / Self.chunk] = place < range.count ? range.lowerBound + place : count
      }
      return found.min()!
    }
  }

  private func id(ofRow row: Int, _ batch: Batch) throws -> String {
    guard let segment = batch.segments.first(where: { $0.batchRows.contains(row) }) else {
      preconditionFailure("row \(row) of a batch of \(batch.rowCount)")
    }
    return try store.originalId(ofRow: segment.nodes.lowerBound + row - segment.start)
  }
}

// MARK: Words

extension NumberCheck {
  /// Tables are standardised as they are read, on the training nodes: other nodes may still be far from these.
  private var normalise: String {
    store.isOfTables
      ? "leave columns of extreme values out at ingest (--drop)"
      : "normalise features at ingest (--feature-norm standard)"
  }
  private static let lowerRate = "lower the learning rate (--lr) or clip gradients (--clip 1)"

  private var greatestWeight: Float { model.parameters.reduce(0) { max($0, $1.value.greatestMagnitude) } }

  private var weights: String { "weights reach \(Self.text(greatestWeight))" }

  private func cause(_ x: Variable) -> String {
    "what the layer reads reaches \(Self.text(x.greatestMagnitude)), \(weights)"
  }

  private func advice(_ x: Variable, _ step: Int?) -> String {
    if greatestWeight >= Self.largeWeight { return Self.lowerRate }
    if x.greatestMagnitude >= Self.largeRow { return "\(normalise), take fewer --layers, or pass --batch-norm" }
    return (step ?? 0) > 0 ? "\(Self.lowerRate), or \(normalise)" : normalise
  }

  private func error(_ problem: String, advice: String) -> GasError {
    // Numbers that come from a damaged row are not the model's fault.
    do { try store.checkUsed() } catch let damage as GasError { return damage } catch {}
    let advice = [advice, beforeFailing()].compactMap { $0 }.joined(separator: "; ")
    return GasError(problem, file: store.path, advice: advice)
  }

  private func time(_ step: Int?) -> String {
    if let step { return "at step \(step)" + (epoch.map { ", in epoch \($0)" } ?? "") }
    return "in exact inference" + (epoch.map { $0 > 0 ? " after epoch \($0)" : " before training" } ?? "")
  }

  private static func limit(_ encoding: RowEncoding) -> String {
    encoding == .float16 ? "65504" : text(encoding.greatestMagnitude)
  }

  private static func text(_ value: Float) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "-infinity" : "infinity" }
    return "\(value)"
  }
}

extension DenseRows {
  /// The place within a range of numbers of the first that is larger than `limit` or no number, or their count.
  fileprivate func first(in range: Range<Int>, beyond limit: Float) -> Int {
    switch self {
    case .float32(let matrix): Int(gas_first_beyond(Int64(range.count), limit, matrix.base + range.lowerBound))
    case .bfloat16(let matrix): Int(gas_first_beyond_bf16(Int64(range.count), limit, matrix.base + range.lowerBound))
    }
  }

  fileprivate func number(_ place: Int) -> Float {
    switch self {
    case .float32(let matrix): matrix.base[place]
    case .bfloat16(let matrix): Float(bitPattern: UInt32(matrix.base[place]) << 16)
    }
  }
}
