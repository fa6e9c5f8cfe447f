import Foundation
import GasBase
import GasNN

/// All that a run needs to go on as if it had never stopped: weights, Adam's moments, the best weights so far, and counters.
///
/// Histories are not part of it. A checkpoint is taken right after an evaluation, when every history is exact: whoever resumes
/// fills them again from the weights and gets the same bits.
struct Checkpoint {
  var epoch = 0
  var step = 0
  var adamStep = 0
  var best = Best()
  var evaluationsSinceBest = 0
  /// What the learning rate depends on beside the epoch; absent where that is nothing.
  var plateau: ScheduledRate.Plateau?
  /// What computed it; absent in checkpoints of before this was kept.
  var kernels: ComputeKernels?
  var weights: [String: Safetensors.Tensor] = [:]
  var moments: [String: Safetensors.Tensor] = [:]
  var bestWeights: [String: Safetensors.Tensor] = [:]

  struct Best: Codable, Equatable {
    /// 0 for the weights before training.
    var epoch = 0
    var train: Double?
    var val: Double?
    var test: Double?
    /// Absent in checkpoints of before this was kept.
    var valLoss: Double?

    /// Whether these scores, of a later epoch, take the place of `other`. Those of weights before training always give way; a greater
    /// validation score wins, then a lower validation loss, then the earlier epoch. Without a validation score the later epoch wins.
    func isBetter(than other: Best) -> Bool {
      guard other.epoch > 0, let val, let otherVal = other.val else { return true }
      guard val == otherVal else { return val > otherVal }
      guard let valLoss, let otherLoss = other.valLoss else { return false }
      return valLoss < otherLoss
    }
  }

  private struct Counters: Codable {
    var epoch: Int
    var step: Int
    var adamStep: Int
    var best: Best
    var evaluationsSinceBest: Int
    var plateau: ScheduledRate.Plateau?
    var kernels: ComputeKernels?
  }

  /// Whether training is over: all epochs are done, or patience has ended.
  func isComplete(_ settings: RunSettings) -> Bool {
    epoch >= settings.epochs || settings.patience.map { evaluationsSinceBest >= $0 } ?? false
  }

  func write(to path: String) throws {
    var file = Safetensors()
    for (prefix, tensors) in [("weights", weights), ("adam", moments), ("best", bestWeights)] {
      for (name, tensor) in tensors { file.tensors["\(prefix)/\(name)"] = tensor }
    }
    let counters = Counters(
      epoch: epoch, step: step, adamStep: adamStep, best: best, evaluationsSinceBest: evaluationsSinceBest,
      plateau: plateau, kernels: kernels)
    let encoder = JSONEncoder()
    // Sorted, so that equal states are equal files.
    encoder.outputFormatting = [.sortedKeys]
    file.metadata = ["gas": String(decoding: try encoder.encode(counters), as: UTF8.self)]
    try file.write(to: path)
  }

  init() {}

  init(reading path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw GasError(
        "the run has no checkpoint yet", file: path, advice: "start it again with gas-run train --overwrite")
    }
    let file = try Safetensors(reading: path)
    guard let text = file.metadata["gas"],
      let counters = try? JSONDecoder().decode(Counters.self, from: Data(text.utf8))
    else { throw GasError("not a checkpoint of gas", file: path) }
    epoch = counters.epoch
    step = counters.step
    adamStep = counters.adamStep
    best = counters.best
    evaluationsSinceBest = counters.evaluationsSinceBest
    plateau = counters.plateau
    kernels = counters.kernels
    for (name, tensor) in file.tensors {
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      switch parts.first {
      case "weights": weights[parts[1]] = tensor
      case "adam": moments[parts[1]] = tensor
      case "best": bestWeights[parts[1]] = tensor
      default: break
      }
    }
  }
}

extension Safetensors.Tensor {
  init(_ matrix: Matrix) {
    self.init(shape: [matrix.rows, matrix.columns], values: Array(matrix.elements))
  }

  /// - Throws: `GasError` if the shapes differ: the file belongs to another model.
  func copy(to matrix: Matrix, name: String, file: String) throws {
    guard shape == [matrix.rows, matrix.columns] else {
      throw GasError(
        expected: "\"\(name)\" of shape [\(matrix.rows), \(matrix.columns)]", found: "\(shape)", file: file,
        advice: "the weights belong to another model or store")
    }
    _ = matrix.elements.update(fromContentsOf: values)
  }
}

/// Copies between named matrices and tensors of a file.
enum WeightTransfer {
  static func read(_ named: [(name: String, matrix: Matrix)]) -> [String: Safetensors.Tensor] {
    Dictionary(named.map { ($0.name, Safetensors.Tensor($0.matrix)) }) { _, last in last }
  }

  static func write(_ tensors: [String: Safetensors.Tensor], to named: [(name: String, matrix: Matrix)], file: String)
    throws
  {
    for (name, matrix) in named {
      guard let tensor = tensors[name] else {
        throw GasError("no tensor \"\(name)\"", file: file, advice: "the weights belong to another model")
      }
      try tensor.copy(to: matrix, name: name, file: file)
    }
  }
}
