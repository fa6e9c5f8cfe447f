import CGasKernels
import GasAutodiff
import GasBase
import Glibc

/// Probabilities of nodes that have one class each, and their ranks.
///
/// Ranks are those of the probability of a class against all others, p = softmax(x)_c in double; with two classes of
/// class 1 alone, by x₁ − x₀, which has the same order and no probabilities that round to 1.
///
/// Threads share the nodes of a block. What is found of a node depends on its own outputs alone, and is handed on in
/// the order of the nodes.
final class ClassProbabilities {
  /// About how many outputs a block has, and a thread takes at a time.
  private static let (outputsInBlock, outputsInPiece) = (1 << 16, 1 << 12)

  private let classCount: Int
  private let parallel: Parallel
  /// What 1 is in sums of whole numbers: as much as leaves room for all classes.
  private let scale: Double
  private let keys = Buffer<RankKey>()
  private let nodes = Buffer<ProbabilityTally.Node>()
  /// Memory for the probabilities of one node, for each thread.
  private let softmax = Buffer<Double>()

  /// Keys of a node: with two classes one, else one for each class.
  private var keyCount: Int { classCount == 2 ? 1 : classCount }

  /// Takes no memory yet.
  init(classCount: Int, _ parallel: Parallel) {
    (self.classCount, self.parallel) = (classCount, parallel)
    scale = Double(1 << (62 - (Int.bitWidth - classCount.leadingZeroBitCount)))
  }

  /// Shows what is found of some rows, in their order, a block at a time.
  ///
  /// - Parameters:
  ///   - rows: rows that have a label.
  ///   - outputs: n × classes.
  ///   - labels: the class of each of the n rows.
  ///   - body: gets what each row of a block adds to scores of probabilities, and the keys of its rows, row by row.
  func forEachBlock(
    of rows: [Int], _ outputs: Matrix, _ labels: UnsafeBufferPointer<Int32>,
    _ body: (UnsafeBufferPointer<ProbabilityTally.Node>, UnsafeBufferPointer<RankKey>) throws -> Void
  ) rethrows {
    let blockRows = max(1, Self.outputsInBlock / classCount)
    for first in stride(from: 0, to: rows.count, by: blockRows) {
      let block = rows[first..<min(rows.count, first + blockRows)]
      let keys = keys.resized(to: block.count * keyCount)
      let nodes = nodes.resized(to: block.count)
      find(block, outputs, labels, nodes, keys)
      try body(UnsafeBufferPointer(nodes), UnsafeBufferPointer(keys))
    }
  }

  private func find(
    _ block: ArraySlice<Int>, _ outputs: Matrix, _ labels: UnsafeBufferPointer<Int32>,
    _ nodes: UnsafeMutableBufferPointer<ProbabilityTally.Node>, _ keys: UnsafeMutableBufferPointer<RankKey>
  ) {
    let (classCount, keyCount) = (classCount, keyCount)
    let pieceRows = max(1, Self.outputsInPiece / classCount)
    // No more threads work than there are pieces.
    let softmax = softmax.resized(to: min(parallel.threadCount, dividedUp(block.count, by: pieceRows)) * classCount)
    parallel.forEachRange(of: 0..<block.count, chunk: pieceRows) { places, worker in
      let own = UnsafeMutableBufferPointer(rebasing: softmax[worker * classCount..<(worker + 1) * classCount])
      for place in places {
        let row = block[block.startIndex + place]
        let (logits, label) = (outputs.row(row), Int(labels[row]))
        var prediction: Int32 = 0
        gas_argmax_rows(1, Int64(classCount), logits, &prediction)
        Self.setSoftmax(own, logits, top: logits[Int(prediction)], scale)
        nodes[place] = ProbabilityTally.Node(UnsafeBufferPointer(own), label: label, prediction: Int(prediction))
        let target = UnsafeMutableBufferPointer(rebasing: keys[place * keyCount..<(place + 1) * keyCount])
        if classCount == 2 {
          target[0] = RankKey(Double(logits[1]) - Double(logits[0]), applies: label == 1)
        } else {
          for column in 0..<keyCount { target[column] = RankKey(own[column], applies: column == label) }
        }
      }
    }
  }

  /// Computes the probabilities. The sum does not depend on the order of the logits, so that nodes whose logits are
  /// equal but for their order have equal probabilities of equal logits: it is one of whole numbers.
  private static func setSoftmax(
    _ softmax: UnsafeMutableBufferPointer<Double>, _ logits: UnsafePointer<Float>, top: Float, _ scale: Double
  ) {
    var sum: Int64 = 0
    for place in softmax.indices {
      softmax[place] = exp(Double(logits[place]) - Double(top))
      sum &+= Int64(softmax[place] * scale)
    }
    let factor = Double(sum) / scale
    for place in softmax.indices { softmax[place] /= factor }
  }
}
