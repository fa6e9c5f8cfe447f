import GasBase
import GasNN

/// Graph attention whose scores depend on both ends of an edge (Brody, Alon, Yahav, ICLR 2022), head by head:
///
///     α_vu = softmax over u ∈ N(v) of a·leaky relu(x_u·W_s + x_v·W_t),  Y[v] = Σ_u α_vu (x_u·W_s)
///
/// docs/message-passing.md shows it.
final class GATv2Convolution: Convolution {
  let source: Linear, target: Linear, attention: Parameter
  var parameters: [Parameter] { source.parameters + target.parameters + [attention] }
  var outputs: Int { source.outputs }

  init(_ name: String, inputs: Int, headWidth: Int, heads: Int, random: inout SeededRandom) {
    source = Linear(name + ".source", inputs: inputs, outputs: heads * headWidth, random: &random)
    target = Linear(name + ".target", inputs: inputs, outputs: heads * headWidth, random: &random)
    attention = Parameter(
      name + ".attention", rows: heads, columns: headWidth, initialiser: .glorot(inputs: heads, outputs: headWidth),
      random: &random)
  }

  func callAsFunction(_ x: Variable, in batch: StageContext) -> Variable {
    let (z, t) = (source(x), target(x.prefixRows(batch.batchRowCount)))
    return x.tape.passMessages(over: batch.adjacency) { [attention] edges in
      let message = edges.source(z)
      let both = message.adding(edges.target(t)).leakyRelu(slope: 0.2)
      let scores = both.headProducts(edges.tape.use(attention))
      return message.scaledHeads(by: edges.softmax(scores).dropout(0.3))
    }
  }
}

/// Two of these layers.
final class GATv2: GraphModel {
  let first: GATv2Convolution, last: GATv2Convolution
  let graphForm = GraphForm.selfLoops
  var parameters: [Parameter] { first.parameters + last.parameters }

  init(features: Int, classes: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    first = GATv2Convolution("first", inputs: features, headWidth: 8, heads: 4, random: &random)
    last = GATv2Convolution("last", inputs: first.outputs, headWidth: classes, heads: 1, random: &random)
  }

  var stages: [Stage] {
    [
      Stage(width: first.outputs) { [self] x, batch in first(x.dropout(0.3), in: batch).elu() },
      Stage(width: last.outputs) { [self] x, batch in last(x.dropout(0.3), in: batch) },
    ]
  }
}
