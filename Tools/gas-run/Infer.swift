import ArgumentParser
import Foundation
import GasBase
import GasStore
import GasTool
import GasTrain

struct Infer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes a run's embeddings and predictions for all nodes, exactly, with its best weights.",
    discussion: """
      Row i of every file belongs to the i-th node in original order: the order of the ids file or of the feature rows, of
      ascending integer ids, or of the first appearance of names. --ids writes that order down.
      """)

  @Argument(help: "The store that the run belongs to.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Name of the run.")
  var runName: String
  @Option(help: "Write the last hidden layer: float32 [nodes, hidden].")
  var embeddings: String?
  @Option(help: "Write classes: int64 [nodes]; with multiple labels uint8 [nodes, labels].")
  var predictions: String?
  @Option(help: "Write the model's outputs before softmax or sigmoid: float32 [nodes, classes].")
  var logits: String?
  @Option(help: "Write the original ids, row by row: .npy for integers, text with an id a line for names.")
  var ids: String?
  @Option(help: "Threads that compute; results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads takes 1 to 1024; found \(threads)") }
  }

  func run() throws {
    try output.reportingErrors {
      let opened = try StoreOpener.open(store)
      let exporter = try Exporter(opened, RunFolder.open(in: opened, name: runName))
      let report = try exporter.export(
        Exporter.Files(embeddings: embeddings, predictions: predictions, logits: logits), threads: threads)
      if let ids { try IdExport(opened).write(to: ids) }
      try output.print(json: report) { text(report) }
    }
  }

  private func text(_ report: Exporter.Report) -> String {
    func score(_ value: Double?) -> String { value.map { Units.percent($0) } ?? "–" }
    let written = [embeddings, predictions, logits, ids].compactMap { $0 }
    return """
      run            \(report.run), \(report.nodeCount) nodes in \(Units.seconds(report.seconds))
      test           \(score(report.testAccuracy)) \(report.metric)
      val            \(score(report.valAccuracy)) \(report.metric)
      written        \(written.isEmpty ? "nothing (see --help for --predictions, --embeddings, --logits)" : written.joined(separator: ", "))
      peak memory    \(Units.bytes(report.peakResidentBytes))
      """
  }
}
