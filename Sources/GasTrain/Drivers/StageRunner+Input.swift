import GasBatch
import GasNN
import GasStore

extension StageRunner {
  /// What batches bring for the first stage. The features' aggregation is made when this is first asked for.
  func featureInput() throws -> BatchContents.Input {
    if builder.featureAggregate == nil { try makeFeatureAggregate() }
    return passes.featureInput
  }

  /// Aggregates the features, if passes read that instead of them.
  ///
  /// - Parameter sample: the only partition to aggregate features for; `nil` for all of them.
  /// - Throws: `GasError` if the store is damaged or the disk too full.
  func makeFeatureAggregate(sample: Int? = nil) throws {
    guard case .aggregatedFeatures = passes.featureInput, let (aggregator, _) = passes.featureAggregation
    else { return }
    builder.featureAggregate = try FeatureAggregate(
      store, form: model.graphForm, weights: model.edgeWeightUse, by: aggregator, batchSize: batchSize,
      in: histories.folder, execution: execution,
      writing: writing, precision: precision, partitions: part?.own, sample: sample)
  }

  /// The input of stage `index`.
  func input(of batch: Batch, at index: Int, _ context: StageContext) -> Variable {
    let tape = context.tape
    switch batch.input {
    case .dense(let rows):
      let x = tape.constant(rows)
      guard index == 0, let (aggregator, own) = passes.featureAggregation else { return x }
      let aggregate = x.aggregated(over: context.adjacency, by: aggregator).kept().dense
      return known(aggregate, own: own ? rows.rowRange(0..<batch.rowCount) : nil, aggregator, context)
    case .joined(let own, let halo): return tape.constant(own).appendingRows(halo)
    case .sparse(let matrix): return tape.constant(matrix)
    case .aggregate(let aggregate, let own):
      guard let (aggregator, _) = passes.featureAggregation else { preconditionFailure("the stage reads rows") }
      return known(aggregate, own: own, aggregator, context)
    case .none: preconditionFailure("a batch without input")
    }
  }

  private func known(
    _ aggregate: DenseRows, own: DenseRows?, _ aggregator: Aggregator, _ context: StageContext
  ) -> Variable {
    context.tape.constant(
      KnownAggregate(
        rowCount: context.adjacency.columnCount, aggregator: aggregator, aggregate: aggregate, own: own))
  }
}
