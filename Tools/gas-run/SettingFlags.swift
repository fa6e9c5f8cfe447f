import ArgumentParser
import GasRuns
import GasStore

/// The settings of a run as flags: each overrides the configuration file, which overrides the default.
struct SettingFlags: ParsableArguments {
  @Option(help: "Published settings to start from, such as cora-gcn; gas-run presets lists them.")
  var preset: String?
  @Option(
    help: "Model: gcn, sage, gat, appnp, gcnii, gin, pna, pna-jk, or mlp (features alone, no graph). Default gcn.")
  var model: String?
  @Option(help: "Layers of the model. Default 2.")
  var layers: Int?
  @Option(help: "Width of hidden layers. Default 64.")
  var hidden: Int?
  @Option(help: "Probability that an input of a layer drops out in training. Default 0.5.")
  var dropout: Double?
  @OptionGroup var modelFlags: ModelFlags
  @Option(help: "Epochs to train. Default 100.")
  var epochs: Int?
  @Option(help: "Learning rate of Adam. Default 0.01.")
  var lr: Double?
  @OptionGroup var scheduleFlags: ScheduleFlags
  @Option(help: "Weight decay of the convolutions (of a GCN: all but the last). Default 0.0005.")
  var weightDecay: Double?
  @Option(help: "Weight decay of the other parameters. Default 0.")
  var outerWeightDecay: Double?
  @Option(help: "Largest norm of all gradients together. Default: no limit.")
  var clip: Double?
  @Option(
    help: ArgumentHelp(
      """
      Weights of classes in the loss (of positive targets, with multiple labels): none, balanced (rare classes count more), a .npy \
      file, or numbers with commas between. Default none.
      """, valueName: "none|balanced|FILE|w,w,…"))
  var classWeights: String?
  @Option(
    help: ArgumentHelp(
      """
      What of the store's edges is used: weights (by all models but mlp; by gat in its attention), features (by gat), none, or auto: \
      all that the model can use; what it cannot use is said. Default auto.
      """, valueName: "auto|weights|features|none"))
  var edgeValues: String?
  @Option(help: "Probability that an entry of a batch's adjacency is left out in training. Default 0.")
  var edgeDropout: Double?
  @Option(
    help: """
      Partitions in a batch, or "all" for full-batch training. More memory, fresher histories. Default: auto, 4 or fewer if --memory \
      has no room for them.
      """)
  var batchPartitions: String?
  @Option(
    help: """
      How histories are kept: float32, float16, bfloat16, or int8 with a scale for each row. Less than float32 takes less disk and page \
      cache, and evaluations between epochs read rounded rows too; gas-run infer does not. Default float32.
      """)
  var historyType: String?
  @Option(
    help: """
      How halo rows reach batches. 0: each batch reads its own. mail: batches send their rows to the later ones that read them, for \
      histories that the page cache cannot hold; the same rows, so the same results. A number: they are copied together for so many \
      parts of an epoch, which takes less disk space; rows are up to two parts older. Default: auto, mail if --memory has no room for \
      the histories (4 if disk or budget have none for mail), else 0.
      """)
  var haloWindows: String?
  @Option(help: "Steps after which an epoch ends early, so that histories are refreshed sooner. Default: never.")
  var maxSteps: Int?
  @Option(help: "Seed of weights, visit order and dropout. Same seed, same bits. Default 1.")
  var seed: UInt64?
  @Option(help: "Which of the store's splits to train on. Default 0.")
  var split: Int?
  @Option(help: "Epochs between exact evaluations, which also refresh the histories. Default 1.")
  var evaluateEvery: Int?
  @Option(
    help: """
      Stop after so many evaluations without a better one: a greater validation score, or the same with a lower validation loss. Never \
      without validation nodes. Default: never.
      """)
  var patience: Int?
  @Option(help: "Threads that compute; results do not depend on it. Default: all cores.")
  var threads: Int?
  @Flag(
    inversion: .prefixedNo,
    help: "Prepare the next batch during the current one; results do not depend on it. Default: yes.")
  var prefetch: Bool?
  @Flag(
    inversion: .prefixedNo,
    help: """
      Aggregate dense features once, on disk during the run, where the first layer (of gcn or sage) reads nothing else of its \
      neighbours: with --no-drop-input or --dropout 0, without --linear and --edge-dropout. Results do not depend on \
      it. Default: yes.
      """)
  var keepAggregate: Bool?
  @Option(help: "Least seconds between checkpoints. Default 10.")
  var checkpointSeconds: Double?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Measure with the last evaluation how far histories' outputs are from exact ones: one pass more. Default: yes.")
  var measureError: Bool?
  @Option(
    help: """
      Another store that validation scores come from: its validation nodes, or all its labelled nodes if it has no splits. Default: \
      the store that is trained on.
      """, completion: .directory)
  var valStore: String?
  @Option(help: "Another store that test scores come from, likewise.", completion: .directory)
  var testStore: String?

  func validate() throws {
    if let batchPartitions, RunSettings.BatchSize(batchPartitions) == nil {
      throw ValidationError("--batch-partitions takes a count of at least 1, auto or all; found \"\(batchPartitions)\"")
    }
    if let haloWindows, RunSettings.HaloWindows(haloWindows) == nil {
      throw ValidationError("--halo-windows takes a count of at least 0, mail or auto; found \"\(haloWindows)\"")
    }
    if let historyType, RowEncoding(rawValue: historyType) == nil {
      let names = RowEncoding.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--history-type takes \(names); found \"\(historyType)\"")
    }
    if let edgeValues, RunSettings.EdgeValues(rawValue: edgeValues) == nil {
      let names = RunSettings.EdgeValues.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--edge-values takes \(names); found \"\(edgeValues)\"")
    }
    if let classWeights, RunSettings.ClassWeights(classWeights) == nil {
      throw ValidationError("--class-weights takes none, balanced, a .npy file or numbers; found \"\(classWeights)\"")
    }
  }

  /// The flags that were given.
  var values: [RunSettings.CodingKeys: any Sendable] {
    let all: [(RunSettings.CodingKeys, (any Sendable)?)] = [
      (.preset, preset), (.model, model), (.layers, layers), (.hidden, hidden), (.dropout, dropout), (.epochs, epochs),
      (.learningRate, lr), (.weightDecay, weightDecay), (.outerWeightDecay, outerWeightDecay), (.clip, clip),
      (.classWeights, classWeights), (.edgeValues, edgeValues), (.edgeDropout, edgeDropout),
      (.batchPartitions, batchPartitions), (.historyType, historyType), (.haloWindows, haloWindows),
      (.maxSteps, maxSteps), (.seed, seed), (.split, split),
      (.evaluateEvery, evaluateEvery),
      (.patience, patience), (.threads, threads), (.prefetch, prefetch), (.keepAggregate, keepAggregate),
      (.checkpointSeconds, checkpointSeconds), (.measureError, measureError),
      (.valStore, valStore), (.testStore, testStore),
    ]
    let everything = all + modelFlags.values + scheduleFlags.values
    return Dictionary(uniqueKeysWithValues: everything.compactMap { key, value in value.map { (key, $0) } })
  }
}
