import GasAutodiff
import GasBase

/// The sizes of a model, and which of the usual operations its layers have around them.
public struct StackShape: Sendable {
  /// Columns of the features.
  public var features: Int
  /// Columns of a hidden layer's output.
  public var hidden: Int
  /// Columns of the model's output.
  public var classes: Int
  /// The number of convolutions, or of an MLP's linear layers; at least 1.
  public var layers = 2
  /// The probability that an element of a layer's input drops out in training, 0 ≤ p < 1.
  public var dropout = 0.5
  /// Whether features drop out too.
  public var dropsInput = true
  /// The norm that stands before activations.
  public var norm = NormKind.none
  /// Whether a layer's input is added to its output, where both are equally wide.
  public var isResidual = false
  /// Whether there is a linear layer before the first convolution and one after the last, so that all convolutions are
  /// hidden × hidden.
  public var hasOuterLinears = false
  /// How layers get the weights of a weighted graph's edges.
  public var edgeWeightUse = EdgeWeightUse.values

  /// Groups the sizes; everything else has its default and can be set afterwards. There must be at least one layer.
  public init(features: Int, hidden: Int, classes: Int, layers: Int = 2, dropout: Double = 0.5) {
    precondition(layers > 0, "a model has at least one layer")
    self.features = features
    self.hidden = hidden
    self.classes = classes
    self.layers = layers
    self.dropout = dropout
  }

  /// Input and output width of each layer.
  var widths: [(inputs: Int, outputs: Int)] {
    if hasOuterLinears { return Array(repeating: (inputs: hidden, outputs: hidden), count: layers) }
    let widths = [features] + Array(repeating: hidden, count: layers - 1) + [classes]
    return zip(widths, widths.dropFirst()).map { (inputs: $0, outputs: $1) }
  }
}

extension LayerStack {
  /// Makes a stack of `shape` whose convolutions, called `convolutions.0`, `convolutions.1`, …, come from `make`, which
  /// gets a layer's index, name and widths.
  ///
  /// Outer linear layers (`lins.0`, `lins.1`) are `.unregularised`. With them, or without, parameters are drawn in the
  /// order in which data passes through them. `residual` is for models where it does not follow from the shape.
  convenience init(
    _ shape: StackShape, graphForm: GraphForm, activation: Activation = .relu, residual: Residual? = nil,
    initialName: String? = nil, usesEdgeFeatures: Bool = false, jumps: Bool = false, random: inout SeededRandom,
    make: (_ index: Int, _ name: String, _ inputs: Int, _ outputs: Int, inout SeededRandom) -> any Convolution
  ) {
    var surroundings = Surroundings(dropout: shape.dropout)
    surroundings.dropsInput = shape.dropsInput
    surroundings.activation = activation
    surroundings.residual = residual ?? (shape.isResidual ? .beforeActivation : .none)
    surroundings.initialName = initialName
    surroundings.usesEdgeFeatures = usesEdgeFeatures
    surroundings.edgeWeightUse = shape.edgeWeightUse
    surroundings.jumps = jumps
    if shape.hasOuterLinears {
      surroundings.before = Linear(
        "lins.0", inputs: shape.features, outputs: shape.hidden, decay: .unregularised, random: &random)
    }
    var convolutions: [any Convolution] = []
    for (index, width) in shape.widths.enumerated() {
      convolutions.append(make(index, "convolutions.\(index)", width.inputs, width.outputs, &random))
    }
    if shape.hasOuterLinears {
      let inputs =
        jumps ? convolutions.reduce(shape.hidden) { $0 + $1.outputs } : convolutions[shape.layers - 1].outputs
      surroundings.after = Linear(
        "lins.1", inputs: inputs, outputs: shape.classes, decay: .unregularised, random: &random)
    }
    let normalised = shape.hasOuterLinears ? convolutions[...] : convolutions.dropLast()
    surroundings.norms = normalised.enumerated().compactMap { index, convolution in
      shape.norm.make("norms.\(index)", columns: convolution.outputs, random: &random)
    }
    if jumps {
      surroundings.inputNorm = shape.norm.make("norms.\(shape.layers)", columns: shape.hidden, random: &random)
    }
    self.init(convolutions, surroundings, graphForm: graphForm)
  }
}
