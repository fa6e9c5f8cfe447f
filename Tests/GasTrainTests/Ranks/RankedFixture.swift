import Foundation
import GasBase
import GasNN
import GasRanks
import GasRuns
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasTrain

/// Runs that several ranks train together, which are threads here.
extension RunFixture {
  /// Trains a run.
  ///
  /// - Parameters:
  ///   - name: the run's name.
  ///   - settings: its settings.
  ///   - count: how many ranks there are.
  ///   - resuming: whether the run goes on from its checkpoint.
  ///   - stop: the epoch after which it is stopped.
  ///   - trace: gets what all ranks do when.
  ///   - open: opens a rank's store.
  /// - Returns: rank 0's result.
  /// - Throws: what a rank has thrown.
  @discardableResult
  func train(
    _ name: String, _ settings: RunSettings, ranks count: Int, resuming: Bool = false, stoppingAfter stop: Int? = nil,
    trace: Trace? = nil, open: @escaping (Int) throws -> Store
  ) throws -> RunResult {
    let results = try ThreadRanks(count).run { group -> RunResult? in
      let store = try open(group.rank)
      guard group.isFirst else {
        guard let (job, store) = try group.agree(on: nil, open: { store }) else { return nil }
        try RankWorker(store: store, job, group: group).serve { false }
        return nil
      }
      let folder =
        try resuming
        ? RunFolder.open(in: store, name: name)
        : RunFolder.create(in: store, name: name, settings: settings, replaceExisting: true)
      let job = RankJob(.training, settings, memoryBytes: nil, isTraced: trace != nil)
      _ = try group.agree(on: job) { store }
      let trainer = try Trainer(
        store: store, folder: folder, settings: settings, model: ModelFactory.make(settings, for: store),
        resuming: resuming, trace: trace, among: group)
      var epoch = 0
      return try trainer.train(shouldStop: { epoch == stop }, report: { epoch = $0.epoch })
    }
    return try XCTUnwrap(results[0])
  }

  @discardableResult
  func train(
    _ name: String, _ settings: RunSettings, ranks count: Int, resuming: Bool = false, stoppingAfter stop: Int? = nil,
    trace: Trace? = nil
  ) throws -> RunResult {
    let path = store.path
    return try train(name, settings, ranks: count, resuming: resuming, stoppingAfter: stop, trace: trace) { _ in
      try Store(opening: path)
    }
  }

  /// What ranks leave of a run: a checkpoint, weights and staleness. Histories have no names.
  func assertSameFiles(_ a: String, _ b: String, line: UInt = #line) throws {
    for file in ["checkpoint.safetensors", "model.safetensors", "refresh.json"] {
      let left = FileManager.default.contents(atPath: folder.file("store/runs/\(a)/\(file)"))
      let right = FileManager.default.contents(atPath: folder.file("store/runs/\(b)/\(file)"))
      XCTAssertNotNil(left, line: line)
      XCTAssertEqual(left, right, "\(file) of \(a) and \(b)", line: line)
    }
    let losses = try [a, b].map { try records($0).map(\.loss) }
    XCTAssertEqual(losses[0], losses[1], line: line)
    XCTAssertGreaterThan(losses[0].count, 1, line: line)
  }
}
