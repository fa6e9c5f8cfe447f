import GasBase

/// The published settings of a model on a graph (Fey et al., GNNAutoScale, ICML 2021), named `GRAPH-MODEL`.
public struct Preset: Encodable, Sendable {
  /// The name, `GRAPH-MODEL`.
  public let name: String
  /// The name of the graph.
  public let graph: String
  /// The place of the settings in https://github.com/rusty1s/pyg_autoscale.
  public let source: String
  /// The number of runs that the published mean is over.
  public let repeats: Int
  /// The number of partitions that the store should have, which ingest decides.
  public let partitions: Int
  /// The flags that `gas-ingest` should get, apart from those for the edges.
  public let ingest: String
  /// The settings of a run.
  public let settings: RunSettings

  /// All presets, in the order of the table.
  public static let all = try! sections.flatMap { try $0.presets() }

  /// The preset of a name.
  ///
  /// - Parameter name: the name, `GRAPH-MODEL`.
  /// - Returns: the preset.
  /// - Throws: `GasError` if there is none.
  public static func named(_ name: String) throws -> Preset {
    guard let preset = all.first(where: { $0.name == name }) else {
      let guess = name.suggestion(of: all.map(\.name)).map { "\($0) " } ?? ""
      throw GasError(
        expected: "the name of a preset", found: "\"\(name.excerpt)\"", advice: "\(guess)gas-run presets lists them")
    }
    return preset
  }

  /// A part of the table: settings that its rows share, then a line of column names, then a line for each graph.
  /// Columns are settings (some by the short names below), `graph`, `parts` and `repeats`; "-" leaves a setting at its
  /// default.
  struct Section {
    let model: String
    let source: String
    let common: String
    let rows: String

    private static let shortNames = [
      "batch": "batch-partitions", "input": "drop-input", "norm": "batch-norm", "shared": "shared-weights",
      "steps": "max-steps", "edges": "edge-dropout", "decay": "weight-decay",
    ]

    func presets() throws -> [Preset] {
      let lines = rows.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      let shared = common.split(separator: " ").map { $0.split(separator: "=").map(String.init) }
      return try lines.dropFirst().map { cells in
        try preset(Array(zip(lines[0], cells)) + shared.map { ($0[0], $0[1]) })
      }
    }

    private func preset(_ cells: [(String, String)]) throws -> Preset {
      func value(_ name: String) -> String? { cells.first { $0.0 == name }?.1 }
      guard let graph = value("graph"), let partitions = value("parts").flatMap(Int.init) else {
        throw GasError("a preset without graph or parts")
      }
      var settings = [(key: "model", text: model)]
      for (name, text) in cells where text != "-" && !["graph", "parts", "repeats"].contains(name) {
        settings.append((Self.shortNames[name] ?? name, text))
      }
      let name = "\(graph)-\(model)"
      settings.append(("preset", name))
      // Published scores are those of the weights with the best accuracy or micro-F1.
      settings.append(("select", "plain"))
      return Preset(
        name: name, graph: graph, source: source, repeats: value("repeats").flatMap(Int.init) ?? 1,
        partitions: partitions, ingest: Preset.ingestFlags(graph, partitions),
        settings: try RunSettings(texts: settings))
    }
  }

  private static func ingestFlags(_ graph: String, _ partitions: Int) -> String {
    let parts = "--train train.npy --val val.npy --test test.npy"
    let inputs =
      switch graph {
      case "cora", "citeseer", "pubmed": "--feature-norm row \(parts)"
      case "reddit", "yelp": "--feature-norm standard \(parts)"
      case "ppi", "flickr", "arxiv", "products": parts
      default: "--splits splits.npz"
      }
    return "--partitions \(partitions) --features features.npz --labels labels.npy \(inputs)"
  }
}
