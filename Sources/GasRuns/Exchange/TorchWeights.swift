import GasBase
import GasFormats
import GasNN
import GasSettings

/// A model's weights under the names and in the layout of PyTorch Geometric, out and in.
package struct TorchWeights {
  fileprivate struct Place {
    let matrix: Matrix
    let name: String
    let layout: TorchLayout
    var shape: [Int] { layout.shape(matrix.rows, matrix.columns) }
  }

  private let places: [Place]
  private let aggregation: PNA?

  /// Finds the places of a model's tensors; the model keeps its memory.
  ///
  /// - Parameters:
  ///   - model: made with the settings.
  ///   - settings: the settings of the model.
  /// - Throws: `GasError` if the model is one's own, so that the table does not have it.
  package init(_ model: any GraphModel, _ settings: RunSettings) throws {
    places = try model.namedWeights.map { own, matrix in
      guard let counterpart = TorchName.counterpart(of: own, settings) else {
        throw GasError("\"\(own.excerpt)\" of model \(settings.model.excerpt) has no counterpart in PyTorch Geometric")
      }
      return Place(matrix: matrix, name: counterpart.name, layout: counterpart.layout)
    }
    aggregation = ((model as? StandardisedModel)?.base ?? model) as? PNA
  }

  /// Copies of the tensors, by their names there.
  package var tensors: [String: Safetensors.Tensor] {
    var tensors = Dictionary(uniqueKeysWithValues: places.map { ($0.name, $0.layout.tensor($0.matrix)) })
    if let meanLogDegree {
      tensors[TorchName.meanLogDegree] = .init(shape: [1], values: [Float(meanLogDegree)])
    }
    return tensors
  }

  /// Copies tensors into the model. Outputs of a model of real values whose tensors have no mean and deviation of
  /// targets are in the units of the labels already, so these become 0 and 1.
  ///
  /// - Parameters:
  ///   - tensors: by their names there.
  ///   - file: the file that they come from, for messages.
  /// - Throws: `GasError` naming the first tensor that is missing, superfluous, of another shape, or not finite.
  package func take(_ tensors: [String: Safetensors.Tensor], file: String) throws {
    let hasTargets = TorchName.targets.contains { tensors[$0] != nil }
    let wanted = places.filter { hasTargets || !TorchName.targets.contains($0.name) }
    if hasTargets { try checkTargets(tensors, file) }
    try checkNames(tensors, wanted, file)
    for place in wanted { try place.copy(tensors[place.name], file) }
    for place in places where !hasTargets && TorchName.targets.contains(place.name) {
      place.matrix.fill(with: place.name == TorchName.targets[0] ? 0 : 1)
    }
    try takeMeanLogDegree(tensors[TorchName.meanLogDegree], file)
  }

  /// Mean and deviation of targets come together. That the labels are real values was checked before.
  private func checkTargets(_ tensors: [String: Safetensors.Tensor], _ file: String) throws {
    guard let missing = TorchName.targets.first(where: { tensors[$0] == nil }) else { return }
    throw GasError(
      "there is \"\(TorchName.targets.first { $0 != missing }!)\" and no \"\(missing)\"", file: file,
      advice: "pass both, or neither: outputs are then in the units of the labels already")
  }

  private func checkNames(_ tensors: [String: Safetensors.Tensor], _ wanted: [Place], _ file: String) throws {
    let names = Set(wanted.map(\.name) + (aggregation == nil ? [] : [TorchName.meanLogDegree]))
    if let other = tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw GasError(
        expected: "no tensor \"\(other.excerpt)\", which the model with these settings lacks",
        found: "one of shape \(tensors[other]!.shape)".excerpt, file: file,
        advice: "another --model, --norm, --linear or --layers may have it; docs/pyg.md has all names")
    }
  }

  private var meanLogDegree: Double? { (aggregation?.convolutions.first as? PNAConvolution)?.meanLogDegree }

  /// Scalers of PNA divide by δ, the mean of log(d + 1) over the nodes that a model was trained on, or multiply by it.
  /// Weights that were trained with another δ than the store's compute the same here once the layer behind the scaler
  /// has taken up the quotient of both.
  private func takeMeanLogDegree(_ tensor: Safetensors.Tensor?, _ file: String) throws {
    guard let aggregation, let own = meanLogDegree else { return }
    let name = TorchName.meanLogDegree
    guard let tensor else {
      throw GasError(
        expected: "a tensor \"\(name)\" of shape [1]", found: "none of that name", file: file,
        advice: "it is the mean of log(degree + 1) over the nodes that were trained on; "
          + "gas_gnn.pyg.layers.mean_log_degree computes it")
    }
    guard tensor.shape == [1], tensor.values[0].isFinite, tensor.values[0] > 0 || own == 0 else {
      throw GasError(
        expected: "\"\(name)\" of shape [1], a number above 0", found: "\(tensor.values) of \(tensor.shape)".excerpt,
        file: file)
    }
    guard tensor.values[0] != Float(own), own > 0 else { return }
    let quotient = own / Double(tensor.values[0])
    for case let convolution as PNAConvolution in aggregation.convolutions {
      for tower in convolution.towers {
        switch tower.scaler {
        case .identity: continue
        case .amplification: tower.after.weight.value.scale(by: quotient)
        case .attenuation: tower.after.weight.value.scale(by: 1 / quotient)
        }
      }
    }
  }
}

extension TorchWeights.Place {
  fileprivate static func missing(_ name: String, _ shape: [Int], _ file: String) -> GasError {
    GasError(
      expected: "a tensor \"\(name)\" of shape \(shape)", found: "none of that name", file: file,
      advice: "docs/pyg.md has all names; another --model, --norm, --linear or --layers may do without it")
  }

  fileprivate func copy(_ tensor: Safetensors.Tensor?, _ file: String) throws {
    guard let tensor else { throw Self.missing(name, shape, file) }
    guard tensor.shape == shape else {
      throw GasError(
        expected: "\"\(name)\" of shape \(shape)", found: "\(tensor.shape)".excerpt, file: file,
        advice: tensor.shape == shape.reversed()
          ? "it lies transposed: PyTorch keeps the matrix of a linear layer as [outputs, inputs]"
          : TorchName.targets.contains(name)
            ? "it has a number for each column of labels; the store has \(shape[0])"
            : "the model has other widths, or the store another number of features or classes")
    }
    try tensor.checkFinite(name, file: file)
    if name.hasSuffix(".running_var"), let least = tensor.values.min(), least < 0 {
      throw GasError(expected: "variances of at least 0 in \"\(name)\"", found: "\(least)", file: file)
    }
    _ = matrix.elements.update(fromContentsOf: layout.values(tensor))
  }
}

extension Matrix {
  fileprivate func scale(by factor: Double) {
    for place in elements.indices { elements[place] = Float(Double(elements[place]) * factor) }
  }
}
