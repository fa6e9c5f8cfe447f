import Foundation
import GasBase
import GasNN
import GasRuns
import GasStore
import GasTrain
import RunSupport
import TestSupport
import XCTest

// These classes stand in docs/message-passing.md too; a test below compares the two.
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

/// A layer of a user's own, its messages written edge by edge, in a model trained with the library products alone.
final class OwnLayerTests: XCTestCase {
  func testOwnLayerTrains() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 8, partitions: 5))
    var results: [RunResult] = []
    for threads in [1, 3] {
      let settings = RunFixture.settings {
        $0.epochs = 30
        $0.model = "gatv2"
        $0.threads = threads
      }
      let model = GATv2(features: 8, classes: 3, seed: 1)
      let folder = try RunFolder.create(
        in: fixture.store, name: "own-\(threads)", settings: settings, replaceExisting: false)
      results.append(try Trainer(store: fixture.store, folder: folder, settings: settings, model: model).train())
      let report = try Exporter(
        fixture.store, folder, model: GATv2(features: 8, classes: 3, seed: 2)
      ).export(.init(), threads: 1)
      XCTAssertEqual(report.testAccuracy, results.last?.testAccuracy, "the best weights come from the run's file")
    }
    XCTAssertGreaterThan(results[0].testAccuracy ?? 0, 0.6, "three classes: chance is a third")
    XCTAssertEqual(results[0].testAccuracy, results[1].testAccuracy, "on another number of threads")
  }

  func testDocumentationShowsThisModel() throws {
    let page = try String(
      contentsOf: Repository.root.appendingPathComponent("docs/message-passing.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let start = try XCTUnwrap(source.range(of: "final class GATv2Convolution"))
    let end = try XCTUnwrap(source.range(of: "/// A layer of a user's own", range: start.lowerBound..<source.endIndex))
    let code = source[start.lowerBound..<end.lowerBound].trimmingCharacters(in: .newlines)
    XCTAssertTrue(page.contains(code), "docs/message-passing.md shows another layer than the one tested here")
    XCTAssertLessThanOrEqual(code.split(separator: "\n").count, 55, "a layer and its model fit on a page")
  }
}
