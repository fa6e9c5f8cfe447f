import GasNN
import GasSettings

/// A row of the table of names: what a tensor of a model is called here and in the `state_dict` of PyTorch Geometric.
///
/// Export, import and the table of docs/pyg.md follow from these rows. Names are those of PyTorch Geometric's own
/// models and layers (torch_geometric.nn.GCN, GraphSAGE, GAT, MLP, GINConv, GCN2Conv, BatchNorm, LayerNorm) where there
/// are such; others are those of Tools/python/src/gas_gnn/pyg.
package struct TorchName: Sendable {
  /// The models that have it.
  package let models: [String]
  /// The norm that has it; `nil` for what is no norm's.
  package let norm: NormKind?
  /// The name here; `#` stands for a number.
  package let own: String
  /// The name there; each `#` is the number of the name here.
  package let torch: String
  /// How it lies there.
  package let layout: TorchLayout

  /// The mean of log(d + 1) over nodes, which scalers of PNA divide by: a buffer there, a number of the store here.
  package static let meanLogDegree = "mean_log_degree"
  /// Mean and deviation of labels that are real values, by which outputs are scaled.
  static let targets = ["targets.mean", "targets.deviation"]

  /// Names that are passed over, since only training of batch norm without momentum reads them.
  static func isIgnored(_ torch: String) -> Bool { torch.hasSuffix(".num_batches_tracked") }

  /// All rows.
  package static let all: [TorchName] = [
    linear("lins.#", "lins.#", graphModels),
    linear("layers.#", "lins.#", ["mlp"]),
    row("convolutions.#.weight", "convs.#.lin.weight", .transposed, ["gcn", "gat"]),
    row("convolutions.#.bias", "convs.#.bias", .vector, ["gcn", "gat"]),
    row("convolutions.#.attention-source", "convs.#.att_src", .heads, ["gat"]),
    row("convolutions.#.attention-target", "convs.#.att_dst", .heads, ["gat"]),
    row("convolutions.#.edge-weight", "convs.#.lin_edge.weight", .transposed, ["gat"]),
    row("convolutions.#.attention-edge", "convs.#.att_edge", .heads, ["gat"]),
    linear("convolutions.#.neighbours", "convs.#.lin_l", ["sage"]),
    row("convolutions.#.root.weight", "convs.#.lin_r.weight", .transposed, ["sage"]),
    row("convolutions.#.weight", "convs.#.weight1", .same, ["gcnii"]),
    row("convolutions.#.initial.weight", "convs.#.weight2", .same, ["gcnii"]),
    row("convolutions.#.epsilon", "convs.#.eps", .vector, ["gin"]),
    linear("convolutions.#.first", "convs.#.nn.lins.0", ["gin"]),
    linear("convolutions.#.second", "convs.#.nn.lins.1", ["gin"]),
    norms("convolutions.#.norm", "convs.#.nn.norms.0", ["gin"]),
    linear("convolutions.#.before.#", "convs.#.pre_lins.#", ["pna", "pna-jk"]),
    linear("convolutions.#.after.#", "convs.#.post_lins.#", ["pna", "pna-jk"]),
    linear("convolutions.#.root", "convs.#.lin", ["pna", "pna-jk"]),
    norms("norms.#", "norms.#", ["gcn", "sage", "gat", "gcnii", "pna", "pna-jk"]),
    targets.flatMap { row($0, $0, .vector, RunSettings.modelNames) },
  ].flatMap { $0 }

  /// The name and layout there of a tensor here.
  ///
  /// - Parameters:
  ///   - own: the name here.
  ///   - settings: the settings of the model.
  /// - Returns: `nil` if the table has no such tensor, as with a model of one's own.
  static func counterpart(of own: String, _ settings: RunSettings) -> (name: String, layout: TorchLayout)? {
    let parts = own.split(separator: ".")
    let numbers = parts.filter(isNumber)
    let pattern = parts.map { isNumber($0) ? "#" : String($0) }.joined(separator: ".")
    let row = all.first {
      $0.own == pattern && $0.models.contains(settings.model) && ($0.norm == nil || $0.norm == settings.usedNorm)
    }
    return row.map { (numbers.reduce($0.torch, fill), $0.layout) }
  }

  private static func isNumber(_ part: Substring) -> Bool { Int(part) != nil }

  private static func fill(_ pattern: String, _ number: Substring) -> String {
    pattern.replacing("#", with: number, maxReplacements: 1)
  }

  private static let graphModels = RunSettings.modelNames.filter { $0 != "mlp" }

  private static func row(
    _ own: String, _ torch: String, _ layout: TorchLayout, _ models: [String], norm: NormKind? = nil
  ) -> [TorchName] {
    [TorchName(models: models, norm: norm, own: own, torch: torch, layout: layout)]
  }

  private static func linear(_ own: String, _ torch: String, _ models: [String]) -> [TorchName] {
    row(own + ".weight", torch + ".weight", .transposed, models) + row(own + ".bias", torch + ".bias", .vector, models)
  }

  private static func norms(_ own: String, _ torch: String, _ models: [String]) -> [TorchName] {
    let batch = [
      ("weight", "weight"), ("bias", "bias"), ("running-mean", "running_mean"), ("running-variance", "running_var"),
    ]
    return batch.flatMap { row("\(own).\($0)", "\(torch).module.\($1)", .vector, models, norm: .batch) }
      + ["weight", "bias"].flatMap { row("\(own).\($0)", "\(torch).\($0)", .vector, models, norm: .layer) }
  }

  /// The table as Markdown, as docs/pyg.md has it.
  package static var page: String {
    let head = "| models | in PyTorch Geometric | shape there | here | shape here |\n| --- | --- | --- | --- | --- |\n"
    return all.reduce(into: head) { text, row in
      let words = row.layout.shapeWords
      text +=
        "| \(row.modelWords)\(row.norm.map { ", norm \($0.rawValue)" } ?? "") | `\(row.torch)` | \(words.torch) "
        + "| `\(row.own)` | \(words.own) |\n"
    }
  }

  private var modelWords: String {
    switch models {
    case RunSettings.modelNames: "all, real values"
    case Self.graphModels: "all but mlp"
    default: models.joined(separator: ", ")
    }
  }
}
