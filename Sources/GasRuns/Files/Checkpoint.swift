import FoundationEssentials
import GasBase
import GasFiles
import GasFormats
import GasMetrics
import GasNN
import GasSettings
import GasStore

/// Everything that a run needs to go on as if it had never stopped: weights, Adam's moments, the best weights so far,
/// and counters.
///
/// Histories are not part of it. A checkpoint is taken right after an evaluation, when every history is exact. A run
/// that is resumed fills them again from the weights and gets the same bits.
package struct Checkpoint {
  /// The number of epochs that were trained.
  package var epoch = 0
  /// The number of steps of all epochs together.
  package var step = 0
  /// The number of steps that the optimiser has taken.
  package var adamStep = 0
  /// The scores of the weights that are kept as the best.
  package var best = Best()
  /// The number of evaluations after that of the best weights.
  package var evaluationsSinceBest = 0
  /// The state that the learning rate depends on beside the epoch; absent where there is none.
  package var plateau: ScheduledRate.Plateau?
  /// The kind of labels that it was trained on; absent in checkpoints from before this was kept.
  package var labels: Manifest.Labels.Kind?
  /// The kernels that computed it; absent in checkpoints from before this was kept.
  package var kernels: ComputeKernels?
  /// How many ranks trained it, whose batches make up a step; absent where one process did alone.
  package var ranks: Int?
  /// Whether the file that it was read from has a checksum.
  private(set) var isSealed = false
  /// Parameters and buffers of the model, by name.
  package var weights: [String: Safetensors.Tensor] = [:]
  /// The optimiser's moments, by name.
  package var moments: [String: Safetensors.Tensor] = [:]
  /// The weights with the best scores, by name.
  package var bestWeights: [String: Safetensors.Tensor] = [:]

  /// An epoch and what its weights scored; a part without labelled nodes has no score.
  package struct Best: Codable, Equatable {
    /// The epoch, or 0 for the weights before training.
    package var epoch = 0
    var train: Double?
    /// The validation score, which decides which weights are best.
    package var val: Double?
    /// The test score, which plays no part in choosing.
    package var test: Double?
    /// The validation loss; absent in checkpoints from before this was kept.
    var valLoss: Double?
    /// The selected score of validation nodes, turned such that greater is better; absent where that is `val`.
    var rank: Double?

    /// Groups an epoch and its scores. By default these are weights before training, without scores.
    package init(
      epoch: Int = 0, train: Double? = nil, val: Double? = nil, test: Double? = nil, valLoss: Double? = nil,
      rank: Double? = nil
    ) {
      (self.epoch, self.train, self.val, self.test, self.valLoss) = (epoch, train, val, test, valLoss)
      self.rank = rank
    }

    /// The scores of an epoch.
    package init(epoch: Int, _ scores: SplitScores, by selection: ScoreSelection) {
      self.init(
        epoch: epoch, train: scores.train?.main, val: scores.val?.main, test: scores.test?.main,
        valLoss: scores.validationLoss)
      guard let table = scores.val, table.mainScore != selection.score else { return }
      // An undefined score, as a loss beyond all numbers, loses against every other.
      rank = selection.rank(table) ?? -.greatestFiniteMagnitude
    }

    /// Whether these scores, of a later epoch, take the place of `other`. Weights before training always give way. A
    /// better selected score wins, then a lower validation loss, then the earlier epoch. Without a validation score the
    /// later epoch wins.
    package func isBetter(than other: Best) -> Bool {
      guard other.epoch > 0, let own = rank ?? val, let others = other.rank ?? other.val else { return true }
      guard own == others else { return own > others }
      guard let valLoss, let otherLoss = other.valLoss else { return false }
      return valLoss < otherLoss
    }
  }

  /// Whether training is over: all epochs are done, or patience has ended.
  package func isComplete(_ settings: RunSettings) -> Bool {
    epoch >= settings.epochs || settings.patience.map { evaluationsSinceBest >= $0 } ?? false
  }

  /// The state before training.
  package init() {}

  /// Replaces the file, whole or not at all.
  ///
  /// - Throws: `GasError` where the disk fails.
  package func write(to path: String) throws { try ready(at: path).publish() }

  /// Writes the file, which is to be published.
  package func ready(at path: String) throws -> ReadyFile {
    var file = Safetensors()
    for (part, tensors) in [(Part.weights, weights), (.moments, moments), (.best, bestWeights)] {
      for (name, tensor) in tensors { file.tensors["\(part.rawValue)/\(name)"] = tensor }
    }
    let encoder = JSONEncoder()
    // Keys are sorted, so that equal states are equal files.
    encoder.outputFormatting = [.sortedKeys]
    file.metadata = [Self.key: String(decoding: try encoder.encode(Counters(self)), as: UTF8.self)]
    file.metadata[LabelMark.key] = labels?.rawValue
    return try file.ready(at: path)
  }

  /// Reads a checkpoint and checks it.
  ///
  /// - Throws: `GasError` if there is no checkpoint, or the file is damaged, or holds numbers that training cannot have
  ///   written.
  package init(reading path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw GasError(
        "the run has no checkpoint yet", file: path,
        advice: "where a process is training it, ask again after its first epoch; else gas-run train begins it again")
    }
    let file = try Safetensors(reading: path)
    isSealed = file.isSealed
    guard let text = file.metadata[Self.key],
      let counters = try? JSONDecoder().decode(Counters.self, from: Data(text.utf8))
    else { throw GasError("not a checkpoint of gas", file: path) }
    try counters.check(path)
    counters.restore(&self)
    labels = try LabelMark.read(file.metadata, file: path)
    for (name, tensor) in file.tensors {
      let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let part = Part(rawValue: parts[0]) else {
        throw GasError(
          expected: "tensors weights/…, adam/… and best/…", found: "\"\(name.excerpt)\"", file: path,
          advice: "the file is damaged")
      }
      switch part {
      case .weights: weights[parts[1]] = tensor
      case .moments: moments[parts[1]] = tensor
      case .best: bestWeights[parts[1]] = tensor
      }
    }
    try checkTensors(path)
  }

  private static let key = "gas"

  private enum Part: String {
    case weights
    case moments = "adam"
    case best
  }
}
