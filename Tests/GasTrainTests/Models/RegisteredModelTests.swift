import GasBase
import GasNN
import GasRuns
import RunSupport
import XCTest

@testable import GasTrain

/// A model that a program registers is one that settings can name.
final class RegisteredModelTests: XCTestCase {
  private static let isRegistered: Bool = {
    ModelFactory.register("registered-skip") { settings, shape in
      SkipGCN(features: shape.features, hidden: settings.hidden, classes: shape.classes, seed: settings.seed)
    }
    return true
  }()

  override func setUp() { XCTAssertTrue(Self.isRegistered) }

  private let settings = RunFixture.settings { $0.model = "registered-skip" }

  func testTrainingResumingInferenceAndStatistics() throws {
    let fixture = try RunFixture()
    let whole = try fixture.train("whole", settings)
    var short = settings
    short.epochs = 2
    try fixture.train("parts", short)
    let resumed = try fixture.resume("parts", settings)
    XCTAssertEqual(resumed.testAccuracy, whole.testAccuracy)
    XCTAssertEqual(resumed.loss, whole.loss, "the same bits")
    let folder = try RunFolder.open(in: fixture.store, name: "whole")
    XCTAssertEqual(try Exporter(fixture.store, folder).export(.init(), threads: 1).testAccuracy, whole.testAccuracy)
    XCTAssertEqual(try RunStatistics(fixture.store, folder).now.map(\.layer), [1])
  }

  /// A run tells which program has its model, and keeps that through a resumption.
  func testTheProgramIsNamed() throws {
    let fixture = try RunFixture()
    try fixture.train("own", settings)
    let folder = try RunFolder.open(in: fixture.store, name: "own")
    XCTAssertEqual(try folder.settings().program, GasError.toolName)
    try fixture.train("gcn", RunFixture.settings())
    XCTAssertNil(try RunFolder.open(in: fixture.store, name: "gcn").settings().program)

    var foreign = settings
    (foreign.model, foreign.program) = ("of-another", "other-tool")
    XCTAssertThrowsError(try ModelFactory.make(foreign, for: fixture.store)) {
      XCTAssertEqual(
        "\($0)",
        "model \"of-another\" is none of \(GasError.toolName)'s: the run was written by a program with models of its "
          + "own, \"other-tool\"; use that program for this run")
    }
    foreign.program = nil
    foreign.model = "registered-skp"
    XCTAssertThrowsError(try ModelFactory.make(foreign, for: fixture.store)) {
      let said = "mlp, registered-skip, found \"registered-skp\"; did you mean registered-skip?"
      XCTAssertTrue("\($0)".contains(said), "\($0)")
    }
  }

  /// PyTorch Geometric has no module for it.
  func testItIsNotExported() throws {
    let fixture = try RunFixture()
    try fixture.train("own", settings)
    XCTAssertThrowsError(try PyGExport(fixture.store, RunFolder.open(in: fixture.store, name: "own"))) {
      XCTAssertTrue("\($0)".contains("has no module for \"registered-skip\""), "\($0)")
    }
  }
}

/// Names that no model can be registered under. Each is a program's own mistake, which it reports when it begins.
final class ModelNamesTests: XCTestCase {
  func testRefusedNames() {
    for (name, reason) in [
      ("gcn", "is a name of gcn already"), ("GraphSAGE", "is a name of sage already"), ("Auto", "already"),
      ("", "expected a model's name"), ("my model", "expected a model's name"), ("../up", "expected a model's name"),
      ("-x", "expected a model's name"),
    ] {
      XCTAssertTrue("\(ModelFactory.problem(of: name, among: []).map { "\($0)" } ?? "none")".contains(reason), name)
    }
    XCTAssertNil(ModelFactory.problem(of: "my-model_2.1", among: ["other"]))
    XCTAssertTrue("\(ModelFactory.problem(of: "mine", among: ["mine"])!)".contains("two models"))
  }
}
