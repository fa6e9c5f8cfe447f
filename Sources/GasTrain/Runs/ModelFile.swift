import Foundation
import GasBase
import GasNN
import GasStore

/// `model.safetensors`: the weights with the best validation score, under the parameters' names, and their scores as metadata.
public enum ModelFile {
  static func write(_ weights: [String: Safetensors.Tensor], best: Checkpoint.Best, to path: String) throws {
    var file = Safetensors()
    file.tensors = weights
    file.metadata = ["epoch": "\(best.epoch)"]
    for (name, score) in [("train", best.train), ("val", best.val), ("test", best.test)] {
      if let score { file.metadata[name] = "\(score)" }
    }
    if let loss = best.valLoss { file.metadata["val-loss"] = "\(loss)" }
    try file.write(to: path)
  }

  /// Puts a run's best weights into a model.
  public static func read(_ path: String, into model: any GraphModel) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw GasError("the run has no weights yet", file: path, advice: "train it with gas-run train or resume")
    }
    try WeightTransfer.write(Safetensors(reading: path).tensors, to: model.namedWeights, file: path)
  }
}

/// `refresh.json`: the staleness that the latest evaluation found, just before it made every history exact.
public struct Refresh: Codable, Equatable, Sendable {
  public var step: Int
  public var layers: [LayerStaleness]
  /// Measured by the evaluation that was to be the last; absent before.
  public var error: OutputError?

  init(step: Int, layers: [LayerStaleness], error: OutputError?) {
    self.step = step
    self.layers = layers
    self.error = error
  }

  public init(reading path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw GasError("cannot be read", file: path)
    }
    do {
      self = try JSONDecoder.ofNumbers.decode(Refresh.self, from: data)
    } catch {
      throw GasError("not what gas-run writes", file: path, advice: "the file is damaged")
    }
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try AtomicFile.write(path, text: String(decoding: encoder.encode(self), as: UTF8.self) + "\n")
  }
}
