import GasBase
import GasNN
import GasRuns
import GasStore
import GasTrain
import Glibc

/// Trains a model of one's own on a store and exports its predictions: `OwnModel STORE CLASSES.npy`.
@main
struct OwnModel {
  static func main() {
    do {
      let arguments = CommandLine.arguments.dropFirst()
      guard let store = arguments.first, let output = arguments.dropFirst().first else {
        throw GasError("usage: OwnModel STORE CLASSES.npy")
      }
      try run(Store(opening: store), output: output)
    } catch {
      print("OwnModel: \(error)")
      exit(1)
    }
  }

  private static func run(_ store: Store, output: String) throws {
    guard let features = store.manifest.features, let labels = store.manifest.labels else {
      throw GasError("a model needs features and labels")
    }
    var settings = RunSettings()
    settings.model = "skip-gcn"
    settings.epochs = 30
    let run = try RunFolder.create(in: store, name: "own-model", settings: settings, replaceExisting: true)
    let model = SkipGCN(features: features.width, hidden: 16, classes: labels.classCount, seed: settings.seed)
    let trainer = try Trainer(store: store, folder: run, settings: settings, model: model)
    let result = try trainer.train(report: { record in
      if record.epoch % 10 == 0 { print("epoch \(record.epoch): validation accuracy \(percent(record.val))") }
    })
    print("test accuracy \(percent(result.testAccuracy))")

    let report = try Exporter(store, run, model: model).export(.init(predictions: output), threads: 1)
    guard report.testAccuracy == result.testAccuracy else { throw GasError("the export is of other weights") }
    guard let accuracy = result.testAccuracy, accuracy > 1.5 / Double(labels.classCount) else {
      throw GasError("the model learnt nothing")
    }
  }

  private static func percent(_ share: Double?) -> String {
    share.map { "\(($0 * 1000).rounded() / 10) %" } ?? "unknown"
  }
}
