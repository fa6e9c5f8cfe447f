import ArgumentParser
import GasRuns

/// Settings that only some models use; given with another model they are refused.
struct ModelFlags: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Drop out features too (all but appnp, which always does). Default: yes.")
  var dropInput: Bool?
  @Flag(inversion: .prefixedNo, help: "Batch norm behind convolutions (all but appnp and mlp). Default: no.")
  var batchNorm: Bool?
  @Flag(
    inversion: .prefixedNo, help: "Add a layer's input to its output (gcn, sage, gat, gcnii, pna, pna-jk). Default: no."
  )
  var residual: Bool?
  @Flag(inversion: .prefixedNo, help: "A linear layer before and behind the convolutions (gcn, sage). Default: no.")
  var linear: Bool?
  @Option(help: "Attention heads of hidden layers (gat). Default 8.")
  var heads: Int?
  @Option(help: "Attention heads of the last layer (gat). Default 1.")
  var outHeads: Int?
  @Option(help: "How much of the first output each layer keeps (appnp, gcnii). Default 0.1.")
  var alpha: Double?
  @Option(help: "Layer l weighs its matrix with ln(theta / l + 1) (gcnii). Default 0.5.")
  var theta: Double?
  @Flag(inversion: .prefixedNo, help: "One matrix for a layer's input and the first output (gcnii). Default: yes.")
  var sharedWeights: Bool?
  @Option(help: "Some of mean,max,min,std (pna, pna-jk). Default: all.")
  var aggregators: String?
  @Option(help: "Some of identity,amplification,attenuation (pna, pna-jk). Default: all.")
  var scalers: String?
  @Option(help: "Weight of the Lipschitz term in the loss (gin). Default 0.")
  var lipschitz: Double?

  var values: [(RunSettings.CodingKeys, (any Sendable)?)] {
    [
      (.dropInput, dropInput), (.batchNorm, batchNorm), (.residual, residual), (.linear, linear), (.heads, heads),
      (.outHeads, outHeads), (.alpha, alpha), (.theta, theta), (.sharedWeights, sharedWeights),
      (.aggregators, aggregators), (.scalers, scalers), (.lipschitz, lipschitz),
    ]
  }
}

/// How the learning rate changes; what the schedule does not use is refused.
struct ScheduleFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      plateau: lower the rate when the validation score stays; cosine: from lr to lr-min over all epochs; step: lower it every so \
      many epochs. Default none.
      """, valueName: "none|plateau|cosine|step"))
  var schedule: String?
  @Option(help: "Evaluations without a better score before the rate falls (plateau). Default 10.")
  var schedulePatience: Int?
  @Option(help: "What the rate is multiplied with (plateau, step). Default 0.1.")
  var scheduleFactor: Double?
  @Option(help: "Epochs between two changes (step). Default 50.")
  var scheduleStep: Int?
  @Option(help: "The least rate (plateau, cosine). Default 0.")
  var lrMin: Double?

  var values: [(RunSettings.CodingKeys, (any Sendable)?)] {
    [
      (.schedule, schedule), (.schedulePatience, schedulePatience), (.scheduleFactor, scheduleFactor),
      (.scheduleStep, scheduleStep), (.leastLearningRate, lrMin),
    ]
  }
}
