import GasBatch
import GasNN
import GasStore

extension StageRunner {
  /// The aggregation that the first stage reads of the features, where it reads nothing else of the halo.
  ///
  /// Dense features are then aggregated before anything else, whether the result is kept or not, so that keeping it does not change a
  /// bit. Where edges drop out it would be another one in every step; the layer chooses its order itself then.
  private var featureAggregation: (aggregator: Aggregator, own: Bool)? {
    guard edgeDropout == 0, store.manifest.features?.storage == .dense,
      case .aggregate(let aggregator, let own) = stages[0].inputUse
    else { return nil }
    return (aggregator, own)
  }

  /// What batches bring for the first stage. The features' aggregation is made when it is first asked for.
  func featureInput() throws -> BatchContents.Input {
    guard execution.keepsAggregate, let (_, own) = featureAggregation else { return .features }
    if builder.featureAggregate == nil { try makeFeatureAggregate() }
    return .aggregatedFeatures(own: own)
  }

  /// - Parameter sample: the only partition to aggregate features for.
  func makeFeatureAggregate(sample: Int? = nil) throws {
    guard execution.keepsAggregate, let (aggregator, _) = featureAggregation else { return }
    builder.featureAggregate = try FeatureAggregate(
      store, form: model.graphForm, weights: model.edgeWeightUse, by: aggregator, batchSize: batchSize,
      in: histories.folder, execution: execution,
      writing: writing, sample: sample)
  }

  /// Histories of which their stage only sums the halo's rows.
  var summedLayers: Set<Int> {
    Set(histories.layerNumbers.filter { stages[$0].inputUse != .rows })
  }

  /// What the backward pass needs of the transposed adjacency. The halo's rows get a gradient where they are multiplied before they are
  /// summed, which may be wherever a layer's matrix narrows (`isAggregatedFirst`); what is missing after all is made when it is needed.
  /// Where edges drop out each step has another adjacency.
  var transposedColumns: BatchContents.Transposed {
    if edgeDropout > 0 { return .none }
    let sums = featureAggregation != nil && stages.allSatisfy { $0.inputUse != .rows }
    let narrows = zip(stages, stages.dropFirst()).contains { $1.width < $0.width }
    return sums && !narrows ? .own : .all
  }

  /// The input of stage `index`.
  func input(of batch: Batch, at index: Int, _ context: StageContext) -> Variable {
    let tape = context.tape
    switch batch.input {
    case .dense(let matrix):
      let x = tape.constant(matrix)
      guard index == 0, let (aggregator, own) = featureAggregation else { return x }
      let aggregate = x.aggregated(over: context.adjacency, by: aggregator).value
      return known(aggregate, own: own ? matrix.rowRange(0..<batch.rowCount) : nil, aggregator, context)
    case .joined(let own, let halo): return tape.constant(own).appendingRows(halo)
    case .sparse(let matrix): return tape.constant(matrix)
    case .aggregate(let aggregate, let own):
      guard let (aggregator, _) = featureAggregation else { preconditionFailure("the stage reads rows") }
      return known(aggregate, own: own, aggregator, context)
    case .none: preconditionFailure("a batch without input")
    }
  }

  private func known(_ aggregate: Matrix, own: Matrix?, _ aggregator: Aggregator, _ context: StageContext) -> Variable {
    context.tape.constant(
      KnownAggregate(
        rowCount: context.adjacency.columnCount, aggregator: aggregator, aggregate: aggregate, own: own))
  }
}
