import GasBase
import GasNN
import GasStore
import GasTrain

/// Trains a model of one's own on a store and exports its predictions: `OwnModel STORE`.
@main
struct OwnModel {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else { throw GasError("usage: OwnModel STORE") }
    let store = try Store(opening: CommandLine.arguments[1])
    guard let features = store.manifest.features, let labels = store.manifest.labels else {
      throw GasError("a model needs features and labels", file: CommandLine.arguments[1])
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

    let report = try Exporter(store, run, model: model).export(
      .init(predictions: run.path + "/classes.npy"), threads: 1)
    print("written: \(run.path)/classes.npy, test accuracy \(percent(report.testAccuracy))")
    guard report.testAccuracy == result.testAccuracy, result.testAccuracy ?? 0 > 1.5 / Double(labels.classCount) else {
      throw GasError("the model learnt nothing, or the export is of another one")
    }
  }

  private static func percent(_ share: Double?) -> String {
    share.map { "\(($0 * 1000).rounded() / 10) %" } ?? "unknown"
  }
}
