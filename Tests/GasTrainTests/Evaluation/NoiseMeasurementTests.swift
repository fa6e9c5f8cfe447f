import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// When noise is measured, of which rows, and that measuring changes nothing.
final class NoiseMeasurementTests: NoiseMeterCase {
  func testMeasuringChangesNoBitOfTraining() throws {
    let fixture = try RunFixture()
    for model in ModelFactory.names.filter({ $0 != "mlp" }) {
      for (index, (_, change)) in noisy.prefix(3).enumerated() {
        let settings = RunFixture.settings {
          change(&$0)
          $0.model = model
          $0.batchNorm = index > 0
          $0.lipschitz = 0.5
          $0.haloWindows = [.count(0), .count(2), .mail][index]
          $0.batchPartitions = index == 1 ? .all : .partitions(2)
          $0.evaluateEvery = index == 2 ? 2 : 1
        }
        for measures in [false, true] {
          let trainer = try fixture.start("measures-\(measures)", settings)
          trainer.measuresNoise = measures
          _ = try trainer.train()
        }
        func contents(_ run: String) throws -> [String: Data] {
          let folder = fixture.folder.file("store/runs/\(run)")
          let files = try FileManager.default.contentsOfDirectory(atPath: folder)
          let compared = files.filter { $0.hasSuffix(".gascol") || $0.hasSuffix(".safetensors") }
          return Dictionary(
            uniqueKeysWithValues: compared.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")!) })
        }
        let (without, with) = (try contents("measures-false"), try contents("measures-true"))
        XCTAssertGreaterThanOrEqual(with.count, 4)
        XCTAssertEqual(without, with, model)
        let (a, b) = (try metrics(fixture, "measures-false"), try metrics(fixture, "measures-true"))
        XCTAssertEqual(a.map(\.valLoss), b.map(\.valLoss))
        XCTAssertEqual(a.map(\.loss), b.map(\.loss))
        XCTAssertTrue(a.flatMap(\.staleness).allSatisfy { $0.noise == nil && $0.staleness == nil })
        XCTAssertTrue(b.last!.staleness.allSatisfy { $0.noise != nil && $0.staleness != nil })
        XCTAssertEqual(a.flatMap(\.staleness).map(\.drift), b.flatMap(\.staleness).map(\.drift))
      }
    }
  }

  /// At the first evaluation, at every so manieth, and at the last; whatever was not measured is absent.
  func testWhenItIsMeasured() throws {
    let fixture = try RunFixture()
    for (size, epochs, expected) in [
      (RunSettings.BatchSize.all, 24, [1, 24]), (.partitions(1), 40, [1, 35, 40]), (.partitions(2), 8, [1, 8]),
    ] {
      try fixture.train(
        "run",
        RunFixture.settings {
          $0.batchPartitions = size
          $0.epochs = epochs
        })
      let measured = try metrics(fixture, "run").filter { $0.staleness.contains { $0.noise != nil } }
      XCTAssertEqual(measured.map(\.epoch), expected)
      XCTAssertTrue(measured.flatMap(\.staleness).allSatisfy { $0.noise != nil && $0.staleness != nil })
    }
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    let statistics = try RunStatistics(fixture.store, folder)
    XCTAssertEqual(
      statistics.atLastRefresh.map(\.noise), try metrics(fixture, "run").last?.staleness.map(\.noise))
    XCTAssertTrue(statistics.now.allSatisfy { $0.noise == nil })
  }

  func testSamplesAreTheMiddlesOfEqualParts() {
    func steps(_ count: Int) -> [Int] {
      NoiseMeter.sample((0..<count).map { [$0] }, firstStep: 100).map { visit in
        XCTAssertEqual(visit.group, [visit.step - 100])
        return visit.step - 100
      }
    }
    XCTAssertEqual(steps(1), [0])
    XCTAssertEqual(steps(5), [2])
    XCTAssertEqual(steps(100), [25, 75])
    XCTAssertEqual(steps(10_000).count, 16)
    XCTAssertEqual(Set(steps(10_000)).count, 16)
  }

  func testRefreshesOfBeforeAreRead() throws {
    let old = """
      {"layers":[{"age":{"max":3,"median":2,"min":1,"percentile90":3},"drift":0.5,"largestDistance":1,"layer":1,\
      "meanDistance":0.2,"partitions":[]}],"step":12}
      """
    let folder = try TemporaryFolder()
    try Data(old.utf8).write(to: URL(fileURLWithPath: folder.file("refresh.json")))
    let refresh = try Refresh(reading: folder.file("refresh.json"))
    XCTAssertEqual(refresh.layers[0].drift, 0.5)
    XCTAssertNil(refresh.layers[0].noise)
    XCTAssertNil(refresh.layers[0].staleness)
  }
}
