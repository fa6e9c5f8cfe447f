import GasBase
import GasNN
import GasStore

/// The models that settings can name.
public enum ModelFactory {
  public static let names = ["gcn", "sage", "mlp"]

  /// Makes the model that `settings` describe, with weights drawn from their seed, for the features and classes of `store`.
  public static func make(_ settings: RunSettings, for store: Store) throws -> any GraphModel {
    guard let features = store.manifest.features, let labels = store.manifest.labels else {
      throw GasError(
        "the store has no \(store.manifest.features == nil ? "features" : "labels")", file: store.path,
        advice: "ingest again with --features and --labels")
    }
    // A stream of its own, so that weights do not depend on what else is drawn from the seed.
    var random = SeededRandom(seed: settings.seed, stream: 0x77_65_69_67_68_74_73)
    let shape = StackShape(
      features: features.width, hidden: settings.hidden, classes: labels.classCount, layers: settings.layers,
      dropout: settings.dropout)
    switch settings.model {
    case "gcn": return GCN(shape, random: &random)
    case "sage": return GraphSAGE(shape, random: &random)
    case "mlp": return MLP(shape, random: &random)
    default:
      throw GasError(expected: "model \(names.joined(separator: ", "))", found: "\"\(settings.model)\"")
    }
  }
}
