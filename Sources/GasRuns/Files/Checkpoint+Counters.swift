import GasBase
import GasNN

extension Checkpoint {
  /// The counters of a checkpoint, which stand beside its tensors as JSON in the file's metadata.
  struct Counters: Codable {
    var epoch: Int
    var step: Int
    var adamStep: Int
    var best: Best
    var evaluationsSinceBest: Int
    var plateau: ScheduledRate.Plateau?
    var kernels: ComputeKernels?
    var ranks: Int?

    init(_ state: Checkpoint) {
      (epoch, step, adamStep) = (state.epoch, state.step, state.adamStep)
      (best, evaluationsSinceBest) = (state.best, state.evaluationsSinceBest)
      (plateau, kernels, ranks) = (state.plateau, state.kernels, state.ranks)
    }

    func restore(_ state: inout Checkpoint) {
      (state.epoch, state.step, state.adamStep) = (epoch, step, adamStep)
      (state.best, state.evaluationsSinceBest) = (best, evaluationsSinceBest)
      (state.plateau, state.kernels, state.ranks) = (plateau, kernels, ranks)
    }

    /// Refuses numbers that training cannot have counted to, since training goes on to compute with them.
    func check(_ path: String) throws {
      let most = Checkpoint.mostSteps
      // They are bounded, so that the sum below is a number whatever the file says.
      let epochs = min(max(0, epoch), most)
      let ranges = [
        ("epoch", epoch, 0...most), ("step", step, 0...most), ("adamStep", adamStep, 0...most),
        ("best.epoch", best.epoch, 0...epochs),
        ("evaluationsSinceBest", evaluationsSinceBest, 0...epochs + 1),
        ("plateau.badCount", plateau?.badCount ?? 0, 0...most),
      ]
      for (name, value, range) in ranges where !range.contains(value) {
        throw GasError(
          expected: "\(name) from \(range.lowerBound) to \(range.upperBound)", found: "\(value)", file: path,
          advice: "the file is damaged")
      }
      guard let rate = plateau?.rate, !(rate >= 0 && rate.isFinite) else { return }
      throw GasError(
        expected: "plateau.rate of at least 0", found: "\(rate)", file: path, advice: "the file is damaged")
    }
  }

  /// The greatest number of steps: histories keep the step at which a row was pushed in 32 bits.
  package static let mostSteps = Int(UInt32.max)

  /// Refuses tensors that do not belong together.
  func checkTensors(_ path: String) throws {
    func damaged(_ expected: String, _ found: String) -> GasError {
      GasError(expected: expected, found: found, file: path, advice: "the file is damaged")
    }
    guard bestWeights.mapValues(\.shape) == weights.mapValues(\.shape) else {
      throw damaged("tensors best/… like weights/…", "others")
    }
    for (part, tensors) in [("weights", weights), ("adam", moments), ("best", bestWeights)] {
      for (name, tensor) in tensors { try tensor.checkFinite("\(part)/\(name.excerpt)", file: path) }
    }
    for (name, tensor) in moments {
      guard let kind = [".adam-m", ".adam-v"].first(where: name.hasSuffix) else {
        throw damaged("tensors adam/….adam-m and adam/….adam-v", "\"adam/\(name.excerpt)\"")
      }
      let owner = String(name.dropLast(kind.count))
      guard weights[owner]?.shape == tensor.shape else {
        throw damaged("\"adam/\(name.excerpt)\" to have the shape of weights of that name", "\(tensor.shape)".excerpt)
      }
    }
  }
}
