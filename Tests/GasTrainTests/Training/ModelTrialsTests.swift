import GasBase
import GasRuns
import RunSupport
import XCTest

@testable import GasTrain

/// How several models share a time, and which of them is the best.
final class ModelTrialsTests: XCTestCase {
  func testWhatIsLeftGoesToTheNext() throws {
    let fixture = try RunFixture()
    var asked: [(model: String, seconds: Double)] = []
    let trials = try ModelTrials(seconds: 100) { model, seconds in
      asked.append((model, seconds))
      return try fixture.train(model, RunFixture.settings { $0.model = model == "gat" ? "gcn" : model })
    }
    XCTAssertEqual(asked.map(\.model), ModelTrials.models)
    // Each takes much less than its fifth, and the last has nearly all that there was.
    XCTAssertEqual(asked[0].seconds, 20, accuracy: 1)
    XCTAssertGreaterThan(asked[asked.count - 1].seconds, 50)
    let scores = trials.trials.map { $0.result?.valAccuracy ?? -1 }
    let best = try XCTUnwrap(trials.trials.firstIndex { $0.model == trials.best })
    XCTAssertEqual(scores[best], scores.max())
  }

  func testAModelThatFailsIsPassedOver() throws {
    let fixture = try RunFixture()
    let trials = try ModelTrials(seconds: 10) { model, _ in
      guard model == "sage" else { throw GasError("\(model) does not work here") }
      return try fixture.train(model, RunFixture.settings { $0.model = model })
    }
    XCTAssertEqual(trials.best, "sage")
    XCTAssertEqual(trials.trials.filter { $0.problem != nil }.map(\.model), ["mlp", "gcn", "appnp", "gat"])
    XCTAssertThrowsError(try ModelTrials(seconds: 10) { model, _ in throw GasError("\(model) does not work here") }) {
      XCTAssertEqual("\($0)", "mlp does not work here")
    }
  }

  func testAStopEndsThem() throws {
    let fixture = try RunFixture()
    var count = 0
    let trials = try ModelTrials(seconds: 10, shouldStop: { count == 2 }) { model, _ in
      count += 1
      return try fixture.train(model, RunFixture.settings { $0.model = model })
    }
    XCTAssertEqual(trials.trials.map(\.model), ["mlp", "gcn"])
  }
}
