import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasHistories
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Training and inference with bfloat16: what is kept how, and how near the results are to those of float32.
final class PrecisionTests: XCTestCase {
  private func settings(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
    RunFixture.settings {
      ($0.hidden, $0.layers, $0.epochs, $0.dropout) = (32, 3, 8, 0)
      $0.precision = .bfloat16
      $0.historyType = .bfloat16
      change(&$0)
    }
  }

  /// A run's last loss moves by what 8 bits a number make of it, and not by nothing. Weights hardly move, since steps
  /// would make more of small differences.
  func testEveryModelLearnsAlmostTheSame() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 6))
    for model in ModelFactory.names {
      let losses = try [Precision.float32, .bfloat16].map { precision in
        try XCTUnwrap(
          fixture.train(
            "run",
            settings {
              ($0.model, $0.precision, $0.historyType) = (model, precision, .float32)
              ($0.epochs, $0.learningRate) = (2, 1e-4)
            }
          ).loss)
      }
      XCTAssertEqual(losses[1], losses[0], accuracy: 0.05 * abs(losses[0]), model)
      XCTAssertNotEqual(losses[1], losses[0], model)
    }
  }

  /// Rows of histories are what batches computed, to the bit: nothing is rounded twice. So it does not matter whether
  /// they are kept as bfloat16 or, in twice the bytes, as float32.
  func testHistoriesOfFloat32HoldTheSame() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 6, partitions: 6))
    for model in ["gcn", "sage", "gin", "gcnii", "appnp", "gat"] {
      for encoding in [RowEncoding.bfloat16, .float32] {
        try fixture.train(
          "\(encoding)",
          settings { ($0.model, $0.historyType, $0.dropout, $0.measureError) = (model, encoding, 0.3, false) })
      }
      let weights = try ["bfloat16", "float32"].map {
        try Checkpoint(reading: RunFolder.open(in: fixture.store, name: $0).checkpoint).weights
      }
      XCTAssertEqual(weights[0], weights[1], model)
    }
  }

  /// Rows of batches are bfloat16, and so are kept aggregations of features on the disk.
  func testBytes() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 6, partitions: 6))
    let trainers = try [Precision.float32, .bfloat16].map { precision in
      let trainer = try fixture.start(
        "\(precision)",
        settings {
          ($0.precision, $0.epochs, $0.dropInput, $0.measureError) = (precision, 1, false, false)
          $0.historyType = precision == .float32 ? .float32 : .bfloat16
        })
      _ = try trainer.train()
      return trainer
    }
    let types = try trainers.map { try XCTUnwrap($0.runner.builder.featureAggregate).column.header.type }
    XCTAssertEqual(types, [.float32, .bfloat16])
    let halo = try trainers.map {
      try XCTUnwrap($0.runner.stream.batch(of: [0, 1], $0.runner.passes.training.contents))
    }
    .map { $0.pulled(layer: 1) }
    XCTAssertEqual(halo.map(\.precision), [.float32, .bfloat16])
  }

  /// Features in every encoding that a store may have are gathered as bfloat16, rounded once.
  func testFeaturesOfEveryEncoding() throws {
    for encoding in RowEncoding.allCases {
      for width in [1, 5, 64, 5000] {
        let rows = 3
        var random = SeededRandom(seed: 8)
        let numbers = (0..<rows * width).map { _ in Float(random.uniform()) - 0.5 }
        var stored = [UInt8](repeating: 0, count: rows * encoding.rowBytes(width))
        encoding.encode(rows: rows, width: width, numbers, into: &stored)
        var wide = [Float](repeating: 0, count: rows * width)
        encoding.decode(rows: rows, width: width, stored, into: &wide)
        let expected = wide.map { UInt16(truncatingIfNeeded: Self.rounded($0) >> 16) }
        var decoded = [UInt16](repeating: 1, count: rows * width)
        encoding.decode(rows: rows, width: width, stored, into: &decoded, .bfloat16)
        XCTAssertEqual(decoded, expected, "\(encoding) \(width)")
        var gathered = [UInt16](repeating: 1, count: 2 * width)
        [UInt32(2), 0].withUnsafeBufferPointer {
          encoding.gather($0, width: width, stored, into: &gathered, .bfloat16)
        }
        XCTAssertEqual(gathered, Array(expected[2 * width..<3 * width] + expected[..<width]), "\(encoding) \(width)")
        // Back, of numbers that are bfloat16.
        let exact = expected.map { Float(bitPattern: UInt32($0) << 16) }
        var (again, once) = (stored, stored)
        encoding.encode(rows: rows, width: width, .bfloat16, expected, into: &again)
        encoding.encode(rows: rows, width: width, exact, into: &once)
        XCTAssertEqual(again, once, "\(encoding) \(width)")
      }
    }
  }

  /// To the nearest number of 8 bits, ties to even; the lower bits are left.
  private static func rounded(_ x: Float) -> UInt32 { x.bitPattern + 0x7fff + (x.bitPattern >> 16 & 1) }

  // MARK: Runs

  func testInferenceComputesAsTheRunDidUnlessToldOtherwise() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 6, partitions: 6))
    let result = try fixture.train("run", settings())
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    func report(_ precision: Precision?, _ encoding: RowEncoding) throws -> Exporter.Report {
      try Exporter(fixture.store, folder, precision: precision).export(
        .init(logits: fixture.folder.file("\(precision?.rawValue ?? "own")-\(encoding).npy")), threads: 2,
        keepingRowsIn: encoding)
    }
    let own = try report(nil, .bfloat16)
    XCTAssertEqual(own.testAccuracy, result.testAccuracy)
    XCTAssertNotNil(own.kernels.bfloat16Products)
    _ = try report(nil, .float32)
    let other = try report(.float32, .float32)
    XCTAssertNil(other.kernels.bfloat16Products)
    let files = try ["own-bfloat16", "own-float32", "float32-float32"].map {
      try Data(contentsOf: URL(fileURLWithPath: fixture.folder.file("\($0).npy")))
    }
    XCTAssertEqual(files[0], files[1], "rows are bfloat16 anyway")
    XCTAssertNotEqual(files[0], files[2])
  }

  func testSettings() throws {
    func resolved(_ flags: [String: any SettingValue]) throws -> RunSettings {
      try RunSettings.resolve(configFile: nil, flags: flags)
    }
    XCTAssertEqual(try resolved([:]).precision, .float32)
    XCTAssertEqual(try resolved([:]).historyType, .float32)
    XCTAssertEqual(try resolved(["precision": Precision.bfloat16]).historyType, .bfloat16)
    let given = try resolved(["precision": Precision.bfloat16, "history-type": RowEncoding.float32])
    XCTAssertEqual(given.historyType, .float32)
    XCTAssertEqual(try resolved(["precision": Precision.bfloat16, "model": "mlp"]).precision, .bfloat16)
    // Runs from before there was a choice.
    let old = try JSONDecoder().decode(RunSettings.self, from: Data("{\"model\": \"gcn\"}".utf8))
    XCTAssertEqual(old.precision, .float32)
    XCTAssertFalse(try resolved(["precision": Precision.bfloat16]).computesTheSame(as: resolved([:])))
  }

  /// A plan tells what multiplies, and so does a checkpoint; where nothing is bfloat16, neither changes.
  func testKernelsAreNamed() throws {
    let fixture = try RunFixture(.random(nodes: 90, partitions: 6))
    func plan(_ settings: RunSettings) throws -> RunPlan {
      try RunPlan(
        .training, on: fixture.store, settings, model: ModelFactory.make(settings, for: fixture.store), memoryBytes: nil
      )
    }
    XCTAssertNil(try plan(settings { $0.precision = .float32 }).kernels.bfloat16Products)
    let narrow = try plan(settings()).kernels
    XCTAssertEqual(narrow.bfloat16Products, Precision.bfloat16Products ?? "float32")
    XCTAssertTrue("\(narrow)".contains(Precision.bfloat16Products.map { "bfloat16 products \($0)" } ?? "in float32"))
    try fixture.train("run", settings())
    XCTAssertEqual(try Checkpoint(reading: RunFolder.open(in: fixture.store, name: "run").checkpoint).kernels, narrow)
  }

  /// Rows that are too large for bfloat16 are refused as they are made.
  func testInfiniteRowsAreNamed() throws {
    let fixture = try RunFixture(.random(nodes: 90, partitions: 6))
    let trainer = try fixture.start("run", settings())
    trainer.runner.model.parameters[0].value.fill(with: 3e38)
    XCTAssertThrowsError(try trainer.train()) {
      XCTAssertTrue("\($0)".contains("layer 1 of node"), "\($0)")
    }
  }
}
