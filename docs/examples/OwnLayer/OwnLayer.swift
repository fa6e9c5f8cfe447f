import GasBase
import GasNN
import GasRuns
import GasStore
import GasTrain
import Glibc

/// Checks the gradient of a layer of one's own, and trains a model of two of them on a store: `OwnLayer STORE`.
@main
struct OwnLayer {
  static func main() {
    do {
      guard CommandLine.arguments.count == 2 else { throw GasError("usage: OwnLayer STORE") }
      try checkGradient()
      try train(Store(opening: CommandLine.arguments[1]))
    } catch {
      print("OwnLayer: \(error)")
      exit(1)
    }
  }

  /// A layer has no backward code. Finite differences show that the recorded one is right.
  private static func checkGradient() throws {
    var random = SeededRandom(seed: 7)
    let layer = GATv2Convolution("layer", inputs: 5, headWidth: 3, heads: 2, random: &random)
    for (name, distance) in GradientCheck(layer, inputs: 5).distances() {
      print("gradient of \(name): off by \(Float(distance)) of finite differences")
      guard distance < 0.01 else { throw GasError("the gradient of \(name) is wrong") }
    }
  }

  private static func train(_ store: Store) throws {
    guard let features = store.manifest.features, let labels = store.manifest.labels else {
      throw GasError("a model needs features and labels")
    }
    var settings = RunSettings()
    settings.model = "gatv2"
    settings.epochs = 20
    let run = try RunFolder.create(in: store, name: "own-layer", settings: settings, replaceExisting: true)
    let model = GATv2(features: features.width, classes: labels.classCount, seed: settings.seed)
    let result = try Trainer(store: store, folder: run, settings: settings, model: model).train()
    guard let accuracy = result.testAccuracy, accuracy > 1.5 / Double(labels.classCount) else {
      throw GasError("the model learnt nothing")
    }
    print("test accuracy \((accuracy * 1000).rounded() / 10) %")
  }
}
