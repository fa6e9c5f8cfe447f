import GasFormats
import GasNN
import GasSettings

/// What the names and shapes of a model's tensors in PyTorch Geometric tell of its settings, so that nobody has to
/// repeat it.
struct TorchShapes {
  private let model: String
  private let tensors: [String: Safetensors.Tensor]

  /// - Parameters:
  ///   - model: one of `RunSettings.modelNames`.
  ///   - tensors: by their names there.
  init(_ model: String, _ tensors: [String: Safetensors.Tensor]) {
    (self.model, self.tensors) = (model, tensors)
  }

  /// Settings that decide what a model computes and that no tensor shows. They must be given.
  var untold: [String] {
    let table = RunSettings.table
    switch model {
    case "appnp": return [table.layers.key, table.alpha.key]
    case "gcnii": return [table.alpha.key, table.theta.key]
    case "pna", "pna-jk": return [table.aggregators.key, table.scalers.key]
    default: return []
    }
  }

  /// The settings that are told. Tensors that do not fit them are found when they are taken.
  func settings(edgeFeatures: Int, weighted: Bool) -> [String: any SettingValue] {
    let table = RunSettings.table
    var told: [String: any SettingValue] = [:]
    if let layers, model != "appnp" { told[table.layers.key] = layers }
    if let hidden { told[table.hidden.key] = hidden }
    if model != "appnp" && model != "mlp" { told[table.norm.key] = norm }
    if ["gcn", "sage", "gat", "pna"].contains(model) { told[table.linear.key] = hasOuterLinears }
    if model == "gcnii" { told[table.sharedWeights.key] = tensors["convs.0.weight2"] == nil }
    if model == "gat" { attention(edgeFeatures, weighted, into: &told) }
    return told
  }

  private func attention(_ edgeFeatures: Int, _ weighted: Bool, into told: inout [String: any SettingValue]) {
    let table = RunSettings.table
    if let layers, layers > 1, let heads = extent("convs.0.att_src", 1) { told[table.heads.key] = heads }
    if let layers, let heads = extent("convs.\(layers - 1).att_src", 1) { told[table.outHeads.key] = heads }
    // A matrix for what an edge has says by its width whether that is features, a weight, or both.
    guard let width = extent("convs.0.lin_edge.weight", 1) else {
      told[table.edgeValues.key] = RunSettings.EdgeValues.none
      return
    }
    guard weighted && edgeFeatures > 0 else { return }
    if width == edgeFeatures {
      told[table.edgeValues.key] = RunSettings.EdgeValues.features
    } else if width == 1 {
      told[table.edgeValues.key] = RunSettings.EdgeValues.weights
    }
  }

  private var layers: Int? {
    let prefix = model == "mlp" ? "lins." : "convs."
    let numbers = tensors.keys.filter { $0.hasPrefix(prefix) }.compactMap { Int($0.split(separator: ".")[1]) }
    return numbers.max().map { min($0, 1 << 16) + 1 }
  }

  private var hasOuterLinears: Bool { tensors["lins.0.weight"] != nil }

  private var hidden: Int? {
    if model == "mlp" { return layers == 1 ? nil : extent("lins.0.weight", 0) }
    if hasOuterLinears { return extent("lins.0.weight", 0) }
    guard let layers, layers > 1 else { return nil }
    switch model {
    case "gcn", "pna": return extent("convs.0.lin.weight", 0)
    case "sage": return extent("convs.0.lin_l.weight", 0)
    case "gat": return extent("convs.0.att_src", 2)
    default: return nil
    }
  }

  private var norm: NormKind {
    let prefix = model == "gin" ? "convs.0.nn.norms.0." : "norms.0."
    if tensors[prefix + "module.weight"] != nil { return .batch }
    return tensors[prefix + "weight"] == nil ? .none : .layer
  }

  private func extent(_ name: String, _ dimension: Int) -> Int? {
    guard let shape = tensors[name]?.shape, shape.count > dimension else { return nil }
    return shape[dimension]
  }
}
