import FoundationEssentials
import GasNN
import GasStore

/// The settings of a run, one row each. A new setting is a row here and a line in gas-run's `SettingFlags`; all else
/// follows.
public struct SettingTable: Sendable {
  // MARK: The model

  /// Name of the `Preset` that the settings started from.
  public let preset = Setting<String?>(
    "preset", absent: "none", help: "Published settings to start from, such as cora-gcn; gas-run presets lists them.")
  /// One of `RunSettings.modelNames`, or the name of a model of one's own.
  public let model = Setting(
    "model", "gcn",
    help: """
      Model: gcn, sage, gat, appnp, gcnii, gin, pna, pna-jk, mlp (features alone, no graph), or auto, which tries a few for --time; other spellings, such as GraphSAGE or GCN2, \
      are understood.
      """)
  /// The number of layers; of APPNP, of propagation steps.
  public let layers = Setting("layers", 2, .from(1...mostLayers), help: "Layers of the model.")
  /// The number of columns of hidden layers.
  public let hidden = Setting(
    "hidden", 64, .from(1...mostHidden),
    help: "Width of hidden layers; of gat, of each head, so that hidden rows are heads times as wide.")
  /// The probability that an input of a layer drops out in training.
  public let dropout = Setting(
    "dropout", 0.5, .belowOne, help: "Probability that an input of a layer drops out in training.")
  /// Whether the features are dropped out as the inputs of later layers are.
  public let dropInput = Setting(
    "drop-input", true, models: stacks + ["mlp"], help: "Drop out features too. APPNP always does.")
  /// Whether batch norm follows convolutions.
  public let batchNorm = Setting("batch-norm", false, models: stacks, help: "The same as norm batch.")
  /// The norm behind convolutions; `RunSettings.usedNorm` is what it and `batchNorm` come to.
  public let norm = Setting(
    "norm", NormKind.none, models: stacks,
    help: """
      Norm behind convolutions: none; batch, each column over the rows of a batch; layer, each row over its columns, which does not depend \
      on what else is in the batch.
      """)
  /// Whether a layer's input is added to its output.
  public let residual = Setting(
    "residual", false, models: stacks.filter { $0 != "gin" }, help: "Add a layer's input to its output.")
  /// Whether there is a linear layer before the convolutions and one after them.
  public let linear = Setting(
    "linear", false, models: stacks,
    help: "A linear layer before and one behind the convolutions. gcnii, gin and pna-jk always have them.")
  /// The number of attention heads of hidden layers, which are concatenated.
  public let heads = Setting(
    "heads", 8, .from(1...mostHeads), models: ["gat"], help: "Attention heads of hidden layers.")
  /// The number of attention heads of the last layer, which are averaged.
  public let outHeads = Setting(
    "out-heads", 1, .from(1...mostHeads), models: ["gat"], help: "Attention heads of the last layer.")
  /// The share of the first layer's output that each later one keeps.
  public let alpha = Setting(
    "alpha", 0.1, .upToOne, models: ["appnp", "gcnii"], help: "How much of the first output each layer keeps.")
  /// θ of GCNII: β of layer l is ln(θ / l + 1).
  public let theta = Setting(
    "theta", 0.5, .atLeast(0), models: ["gcnii"], help: "Layer l weighs its matrix with ln(theta / l + 1).")
  /// Whether GCNII has one matrix for X and X₀, instead of one each.
  public let sharedWeights = Setting(
    "shared-weights", true, models: ["gcnii"], help: "One matrix for a layer's input and the first output.")
  /// Some of `RunSettings.aggregatorNames`.
  public let aggregators = Setting(
    "aggregators", RunSettings.aggregatorNames, .some(of: RunSettings.aggregatorNames), standardText: "all",
    models: ["pna", "pna-jk"], help: "Some of mean,max,min,std.")
  /// Some of `RunSettings.scalerNames`.
  public let scalers = Setting(
    "scalers", RunSettings.scalerNames, .some(of: RunSettings.scalerNames), standardText: "all",
    models: ["pna", "pna-jk"], help: "Some of identity,amplification,attenuation.")
  /// The weight of the Lipschitz term in the loss.
  public let lipschitz = Setting(
    "lipschitz", 0.0, .atLeast(0), models: ["gin"], help: "Weight of the Lipschitz term in the loss.")

  // MARK: Training

  /// The number of epochs to train.
  public let epochs = Setting("epochs", 100, .atLeast(0), help: "Epochs to train.")
  /// The learning rate of Adam, at first.
  public let learningRate = Setting("lr", 0.01, .aboveZero, help: "Learning rate of Adam.")
  /// How the learning rate changes.
  public let schedule = Setting(
    "schedule", RunSettings.Schedule.none,
    help: """
      plateau: lower the rate when the validation score stays; cosine: from lr to lr-min over all epochs; step: lower it every so many \
      epochs.
      """)
  /// The number of evaluations without a better validation score that a plateau waits for before the rate falls.
  public let schedulePatience = Setting(
    "schedule-patience", 10, .atLeast(0), schedules: [.plateau],
    help: "Evaluations without a better score before the rate falls.")
  /// The factor that plateau and step multiply the rate with.
  public let scheduleFactor = Setting(
    "schedule-factor", 0.1, .betweenZeroAndOne, schedules: [.plateau, .step], help: "What the rate is multiplied with.")
  /// The number of epochs between two changes of step.
  public let scheduleStep = Setting(
    "schedule-step", 50, .atLeast(1), schedules: [.step], help: "Epochs between two changes of the rate.")
  /// The least rate of plateau and cosine.
  public let leastLearningRate = Setting(
    "lr-min", 0.0, AllowedValues("from 0 to lr") { $0 >= 0 }, schedules: [.plateau, .cosine], help: "The least rate.")
  /// The weight decay of the regularised parameters (convolutions).
  public let weightDecay = Setting(
    "weight-decay", 5e-4, .atLeast(0), help: "Weight decay of the convolutions (of a GCN: all but the last).")
  /// The weight decay of the others (the last convolution of a GCN, outer linear layers).
  public let outerWeightDecay = Setting(
    "outer-weight-decay", 0.0, .atLeast(0), help: "Weight decay of the other parameters.")
  /// The largest norm of all gradients together; larger ones are scaled.
  public let clip = Setting<Double?>(
    "clip", absent: "no limit", .aboveZero, help: "Largest norm of all gradients together.")
  /// The weights of classes in the loss, or of positive targets with multiple labels.
  public let classWeights = Setting(
    "class-weights", RunSettings.ClassWeights.none,
    AllowedValues("numbers of at least 0, not all of them 0") { $0.isValid },
    help: """
      Weights of classes in the loss (of positive targets, with multiple labels): none, balanced (rare classes count more), a .npy file, \
      or numbers with commas between.
      """)
  /// γ of the focal loss (Lin et al. 2017); 0 for plain cross-entropy.
  public let focalGamma = Setting(
    "focal-gamma", 0.0, AllowedValues("from 0 to 100") { 0...100 ~= $0 },
    help: """
      Focal loss: each term of the cross-entropy is multiplied by (1 - p) to this power, p the probability that the model gives what is \
      true, so that what it knows already counts less. 0: plain cross-entropy. Not for real values.
      """)
  /// The values of the store's edges that are used beside their ends.
  public let edgeValues = Setting(
    "edge-values", RunSettings.EdgeValues.auto,
    help: """
      What of the store's edges is used: weights (by all models but mlp; by gat in its attention), features (by gat), none, or auto: all \
      that the model can use; what it cannot use is said.
      """)
  /// The probability that an entry of a training batch's adjacency is left out.
  public let edgeDropout = Setting(
    "edge-dropout", 0.0, .belowOne, models: graphModels,
    help: "Probability that an entry of a batch's adjacency is left out in training.")
  /// The number of partitions in a batch.
  public let batchPartitions = Setting(
    "batch-partitions", RunSettings.BatchSize.auto,
    standardText: "auto, all of a small graph and 4 of a larger one, or fewer if --memory has no room for them",
    help: "Partitions in a batch, or \"all\" for full-batch training. More memory, fresher histories.")
  /// What activations and the operands of products are.
  public let precision = Setting(
    "precision", Precision.float32,
    help: """
      What rows that are gathered, activations and the operands of products are: float32, or bfloat16, which halves their bytes and \
      rounds them to 8 binary digits; sums and weights stay float32. Faster where the processor has AVX512-BF16, and more so with AMX; gas-run --plan says \
      whether it does.
      """)
  /// How hidden rows are kept between batches, and from layer to layer of the evaluations in between.
  public let historyType = Setting(
    "history-type", RowEncoding.float32, standardText: "float32; with precision bfloat16, bfloat16",
    models: graphModels,
    help: """
      How histories are kept: float32, float16, bfloat16, or int8 with a scale for each row. Less than float32 takes less disk and page \
      cache, and evaluations between epochs read rounded rows too; gas-run infer rounds them only as --precision does.
      """)
  /// How halo rows reach batches.
  public let haloWindows = Setting(
    "halo-windows", RunSettings.HaloWindows.auto,
    standardText:
      "auto, mail if --memory has no room for the histories (4 if disk or budget have none for mail), else 0",
    models: graphModels,
    help: """
      How halo rows reach batches. 0: each batch reads its own. mail: batches send their rows to the later ones that read them, for \
      histories that the page cache cannot hold; the same rows, so the same results. A number: they are copied together for so many parts \
      of an epoch, which takes less disk space; rows are up to two parts older.
      """)
  /// When rows that ranks have pushed travel to others.
  public let exchange = Setting(
    "exchange", RunSettings.Exchange.synchronous, models: graphModels, help: RunSettings.Exchange.help)
  /// The number of steps after which an epoch ends early.
  public let maxSteps = Setting<Int?>(
    "max-steps", absent: "never", .atLeast(1),
    help: "Steps after which an epoch ends early, so that histories are refreshed sooner.")
  /// The seed of weights, visit order and dropout.
  public let seed = Setting("seed", UInt64(1), help: "Seed of weights, visit order and dropout. Same seed, same bits.")
  /// The number of the store's split to train on, from 0.
  public let split = Setting("split", 0, .atLeast(0), help: "Which of the store's splits to train on.")
  /// The number of epochs between exact evaluations.
  public let evaluateEvery = Setting(
    "evaluate-every", 1, .atLeast(1), help: "Epochs between exact evaluations, which also refresh the histories.")
  /// Which score of validation nodes decides which weights are kept.
  public let select = Setting(
    "select", RunSettings.ScoreChoice.auto,
    help: """
      The score of validation nodes that decides which weights are kept, when a plateau lowers the rate and when patience ends. auto: \
      accuracy of classes, micro-F1 of multiple labels, R2 of real values; where the rarest class has fewer than a tenth of the most frequent one's \
      training and validation nodes, average precision of class 1 (of two classes; ROC-AUC if class 0 is the rarer one) or macro-F1 (of \
      more). plain: accuracy, micro-F1 or R2 in any case.
      """)
  /// The number of evaluations without a better one after which training ends.
  public let patience = Setting<Int?>(
    "patience", absent: "never", .atLeast(1),
    help: """
      Stop after so many evaluations without a better one: a better validation score, or the same with a lower validation loss. Never \
      without validation nodes.
      """)

  // MARK: How it is carried out

  /// The number of threads that compute. Results do not depend on it.
  public let threads = Setting(
    "threads", ProcessInfo.processInfo.activeProcessorCount, .from(1...1024), standardText: "all cores",
    changesResults: false, help: "Threads that compute; results do not depend on it.")
  /// Whether the next batch is prepared during the current one. Results do not depend on it.
  public let prefetch = Setting(
    "prefetch", true, changesResults: false,
    help: "Prepare the next batch during the current one; results do not depend on it.")
  /// Whether the features are aggregated once instead of in every epoch.
  public let keepAggregate = Setting(
    "keep-aggregate", true, models: ["gcn", "sage"], changesResults: false,
    help: """
      Aggregate dense features once, on disk during the run, where the first layer reads nothing else of its neighbours: with \
      --no-drop-input or --dropout 0, without --linear and --edge-dropout. Results do not depend on it.
      """)
  /// The least time between checkpoints, in seconds.
  public let checkpointSeconds = Setting(
    "checkpoint-seconds", 10.0, .atLeast(0), changesResults: false, help: "Least seconds between checkpoints.")
  /// Whether the error that histories cause is measured with the last evaluation.
  public let measureError = Setting(
    "measure-error", true, changesResults: false,
    help: "Measure with the last evaluation how far histories' outputs are from exact ones: one pass more.")
  /// Which scores evaluations measure.
  public let measureScores = Setting(
    "measure-scores", RunSettings.MeasuredScores.auto, changesResults: false,
    help: """
      Scores that evaluations measure. all: all of them. auto: all of two classes or one label; of more, all in the last evaluation and where \
      one of ranks or probabilities decides, else only those that count predictions, which is faster. gas-run infer measures all.
      """)
  /// The store that validation scores come from, as an absolute path.
  public let valStore = Setting<String?>(
    "val-store", absent: "the store that is trained on", .path, kind: "a path",
    help:
      "Another store that validation scores come from: its validation nodes, or all its labelled nodes if it has no splits."
  )
  /// The store that test scores come from, as an absolute path.
  public let testStore = Setting<String?>(
    "test-store", absent: "the store that is trained on", .path, kind: "a path",
    help: "Another store that test scores come from, likewise.")
}
