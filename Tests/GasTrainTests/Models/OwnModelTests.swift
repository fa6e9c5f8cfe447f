import Foundation
import GasBase
import GasNN
import GasRuns
import GasStore
import GasTrain
import RunSupport
import TestSupport
import XCTest

// This class stands in docs/own-model.md too; a test below compares the two.
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

/// A model of a user's own, trained with the library products alone.
final class OwnModelTests: XCTestCase {
  func testOwnModelTrains() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 8, partitions: 5))
    let settings = RunFixture.settings {
      $0.epochs = 30
      $0.model = "skip-gcn"
    }
    let model = SkipGCN(features: 8, hidden: 16, classes: 3, seed: 1)
    let folder = try RunFolder.create(in: fixture.store, name: "own", settings: settings, replaceExisting: false)
    let result = try Trainer(store: fixture.store, folder: folder, settings: settings, model: model).train()
    XCTAssertGreaterThan(result.testAccuracy ?? 0, 0.6, "three classes: chance is a third")

    let twin = SkipGCN(features: 8, hidden: 16, classes: 3, seed: 2)
    let report = try Exporter(fixture.store, folder, model: twin).export(.init(), threads: 1)
    XCTAssertEqual(report.testAccuracy, result.testAccuracy, "the best weights come from the run's file")
    let statistics = try RunStatistics(fixture.store, folder, model: twin)
    XCTAssertEqual(statistics.now.map(\.layer), [1])
  }

  func testDocumentationShowsThisModel() throws {
    let page = try String(contentsOf: Repository.root.appendingPathComponent("docs/own-model.md"), encoding: .utf8)
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let start = try XCTUnwrap(source.range(of: "final class SkipGCN"))
    let end = try XCTUnwrap(source.range(of: "\n}\n", range: start.lowerBound..<source.endIndex))
    let code = String(source[start.lowerBound..<end.upperBound])
    XCTAssertTrue(page.contains(code), "docs/own-model.md shows another model than the one tested here")
    XCTAssertLessThanOrEqual(code.split(separator: "\n").count + 5, 26, "with the five imports")
  }
}
