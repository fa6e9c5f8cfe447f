import GasMain

/// The whole tool with a model of one's own: `OwnModel train STORE --model skip-gcn`.
@main
struct OwnModel {
  static func main() {
    ModelFactory.register("skip-gcn") { settings, shape in
      SkipGCN(features: shape.features, hidden: settings.hidden, classes: shape.classes, seed: settings.seed)
    }
    GasMain.run()
  }
}
