import GasAutodiff

/// A model of real values whose outputs are in the values' own units: y = mean + deviation ⊙ x, x the outputs of
/// another model, column by column.
///
/// A model learns best where what it has to say is about as large as its first outputs. Mean and deviation are state of
/// the model (`buffers`), so whoever has its weights has outputs in the right units, without knowing of this.
public final class StandardisedModel: GraphModel {
  /// The model whose outputs are scaled.
  public let base: any GraphModel
  private let means: OwnedMatrix
  private let deviations: OwnedMatrix

  /// Makes a model of another one.
  ///
  /// - Parameters:
  ///   - base: the model whose outputs are scaled, k columns.
  ///   - means: what is added to each of the k columns.
  ///   - deviations: what each column is multiplied by before, above 0.
  public init(_ base: any GraphModel, means: [Float], deviations: [Float]) {
    let width = base.stages.last?.width
    precondition(means.count == width && deviations.count == width, "a mean and a deviation for each output")
    self.base = base
    self.means = OwnedMatrix(rows: 1, columns: means.count)
    self.deviations = OwnedMatrix(rows: 1, columns: deviations.count)
    self.means.matrix.base.update(from: means, count: means.count)
    self.deviations.matrix.base.update(from: deviations, count: deviations.count)
  }

  /// The trained parameters of the other model.
  public var parameters: [Parameter] { base.parameters }
  /// The state of the other model, and mean and deviation, 1 × k each.
  public var buffers: [NamedMatrix] {
    base.buffers + [("targets.mean", means.matrix), ("targets.deviation", deviations.matrix)]
  }
  /// The form of the adjacency that the other model's stages get.
  public var graphForm: GraphForm { base.graphForm }
  /// Whether the other model's stages read features of edges.
  public var usesEdgeFeatures: Bool { base.usesEdgeFeatures }
  /// How the other model's stages get the weights of edges.
  public var edgeWeightUse: EdgeWeightUse { base.edgeWeightUse }
  /// Whether the other model's gradients go to single entries.
  public var usesEntryNumbers: Bool { base.usesEntryNumbers }

  /// The stages of the other model; the last one scales what it returns.
  public var stages: [Stage] {
    var stages = base.stages
    let last = stages.removeLast()
    stages.append(
      Stage(width: last.width, carries: last.carries, inputUse: last.inputUse) { [self] x, context in
        last.forward(x, context).scaledColumns(by: deviations.matrix, plus: means.matrix)
      })
    return stages
  }
}
