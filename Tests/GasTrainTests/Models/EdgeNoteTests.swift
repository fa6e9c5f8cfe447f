import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasSettings
@testable import GasTrain

/// What is said of the edges of a store that a model does not use, or uses otherwise than they stand there.
final class EdgeNoteTests: XCTestCase {
  private func store(weighted: Bool = false, features: Int = 0, loops: Int = 0) throws -> RunFixture {
    let graph = TinyGraph.random(nodes: 30, partitions: 2, selfLoops: loops, weighted: weighted)
    return try RunFixture(features > 0 ? graph.withEdgeFeatures(width: features) : graph)
  }

  private func notes(
    _ model: String, _ fixture: RunFixture, _ values: RunSettings.EdgeValues = .auto,
    trainedOn training: RunFixture? = nil
  ) throws -> [String] {
    let settings = RunFixture.settings { ($0.model, $0.edgeValues) = (model, values) }
    let own = (training ?? fixture).store
    return try EdgeNotes(settings, ModelFactory.make(settings, for: own), trainedOn: own).lines(on: fixture.store)
      .map { $0.replacingOccurrences(of: fixture.store.path, with: "OTHER") }
  }

  func testNothingToSay() throws {
    let (plain, weighted) = (try store(), try store(weighted: true))
    for model in ModelFactory.names {
      XCTAssertEqual(try notes(model, plain), [], model)
      if model != "mlp" { XCTAssertEqual(try notes(model, weighted), [], model) }
    }
  }

  func testOtherDirections() throws {
    let both = try store()
    let oneWay = try RunFixture(.random(nodes: 30, partitions: 2, directed: true))
    for model in ModelFactory.names where model != "mlp" {
      let kept =
        "the run was trained on a store whose edges go both ways; those of OTHER keep their directions, as it was "
        + "ingested"
      XCTAssertEqual(try notes(model, oneWay, trainedOn: both), [kept])
      let lost =
        "the run was trained on a store whose edges keep their directions; those of OTHER go both ways, as it was "
        + "ingested"
      XCTAssertEqual(try notes(model, both, trainedOn: oneWay), [lost])
    }
    XCTAssertEqual(try notes("mlp", oneWay, trainedOn: both), [])
  }

  func testWeightsAndFeaturesThatAreNotUsed() throws {
    let both = try store(weighted: true, features: 3)
    for model in ModelFactory.names where model != "gat" && model != "mlp" {
      let features = "\(model) does not use the edge features (3 an edge) of the store: gat does"
      XCTAssertEqual(try notes(model, both), [features])
      XCTAssertEqual(try notes(model, both, .weights), [], "on purpose")
      XCTAssertEqual(try notes(model, both, .none), [], "on purpose")
    }
    XCTAssertEqual(
      try notes("mlp", both),
      [
        "mlp uses no edges, nor the edge weights that the store has",
        "mlp does not use the edge features (3 an edge) of the store: gat does",
      ])
    for values in RunSettings.EdgeValues.allCases { XCTAssertEqual(try notes("gat", both, values), []) }
    XCTAssertEqual(try notes("mlp", both, .none), [])
  }

  func testSelfLoops() throws {
    let (plain, weighted) = (try store(loops: 4), try store(weighted: true, loops: 4))
    let count = plain.store.manifest.selfLoopCount
    XCTAssertGreaterThan(count, 1)
    for model in ["gcn", "appnp", "gcnii", "gat"] {
      let added = "\(model) adds a self-loop to each node that has none"
      let without = "\(added), so the \(count) self-loops of the store make no difference"
      XCTAssertEqual(try notes(model, plain), [without])
      XCTAssertEqual(try notes(model, weighted, .none), [without])
      let filled = model == "gat" ? "the mean of the node's weights" : "1"
      XCTAssertEqual(
        try notes(model, weighted),
        ["\(added); the \(count) self-loops of the store keep their weight (\(filled) for those that are added)"])
    }
    for model in ["sage", "gin", "pna"] {
      XCTAssertEqual(try notes(model, weighted), [], "loops are edges like others")
    }
    let features = try notes("gat", store(features: 2, loops: 4))
    let said = "keep their edge features (0 for those that are added)"
    XCTAssertTrue(features.first?.hasSuffix(said) ?? false, "\(features)")
    let one = try notes("gcn", store(loops: 1))
    XCTAssertEqual(
      one, ["gcn adds a self-loop to each node that has none, so the 1 self-loop of the store makes no difference"])
  }

  func testAnotherStore() throws {
    let (plain, weighted, featured) = (try store(), try store(weighted: true), try store(features: 2))
    XCTAssertEqual(
      try notes("gat", weighted, trainedOn: plain),
      ["gat does not use the edge weights of OTHER: the run was trained on a store without"])
    XCTAssertEqual(try notes("gat", weighted, .features, trainedOn: plain).count, 1, "a run of before")
    XCTAssertEqual(try notes("gat", weighted, .none, trainedOn: plain), [])
    XCTAssertEqual(
      try notes("gat", featured, trainedOn: plain),
      ["gat does not use the edge features (2 an edge) of OTHER: the run was trained on a store without"])
    for model in ["gcn", "sage", "pna"] {
      XCTAssertEqual(
        try notes(model, weighted, trainedOn: plain),
        ["\(model) was trained on a store without edge weights; those of OTHER are used"])
      XCTAssertEqual(
        try notes(model, plain, trainedOn: weighted),
        ["\(model) was trained on a store with edge weights; edges of OTHER, which has none, count 1"])
      XCTAssertEqual(try notes(model, weighted, .none, trainedOn: plain), [])
    }
    XCTAssertEqual(try notes("mlp", plain, trainedOn: weighted), [])
  }
}
