import GasBase
import GasNN

/// Two GCN layers; the first has a linear connection that skips the graph. docs/own-model.md shows it.
final class SkipGCN: GraphModel {
  let first: GCNConvolution, skip: Linear, last: GCNConvolution
  let graphForm = GraphForm.symmetric
  var parameters: [Parameter] { first.parameters + skip.parameters + last.parameters }

  init(features: Int, hidden: Int, classes: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    first = GCNConvolution("first", inputs: features, outputs: hidden, random: &random)
    skip = Linear("skip", inputs: features, outputs: hidden, random: &random)
    last = GCNConvolution("last", inputs: hidden, outputs: classes, random: &random)
  }

  var stages: [Stage] {
    [
      Stage(width: first.outputs) { [self] x, batch in
        first(x.dropout(0.5), in: batch).adding(skip(x.prefixRows(batch.batchRowCount))).relu()
      },
      Stage(width: last.outputs) { [self] x, batch in last(x.dropout(0.5), in: batch) },
    ]
  }
}
