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

/// Plans in which halo rows come by mail.
final class MailPlanTests: XCTestCase {
  /// Mail takes more with larger batches, and more memory allows larger ones: advice holds nevertheless.
  func testAdviceOfMailHolds() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 60))
    let settings = RunFixture.settings {
      $0.haloWindows = .mail
      $0.batchPartitions = .auto
      $0.hidden = 400
    }
    let model = try ModelFactory.make(settings, for: fixture.store)
    func plan(_ budget: Int) throws -> RunPlan {
      try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: budget)
    }
    let ample = try plan(1 << 40)
    XCTAssertGreaterThan(ample.batchPartitions, 1)
    // The first has no room for a batch, the second none for its mail.
    for tight in [32 << 20, ample.smallestBytes + 16 << 20] {
      try XCTAssertThrowsError(plan(tight)) { error in
        guard let advised = Self.advised("\(error)") else { return XCTFail("\(error)") }
        XCTAssertNoThrow(try plan(advised))
        XCTAssertThrowsError(try plan(advised - 24 << 20), "advice asks for little more than is needed")
      }
    }
  }

  /// The budget that a refused plan names, in bytes.
  private static func advised(_ text: String) -> Int? {
    text.firstMatch(of: /pass --memory (\d+)MiB/).flatMap { Int($0.1) }.map { $0 << 20 }
  }

  /// Nothing travels where no edge leaves its partition: then mail takes nothing, and batches alone are counted.
  func testMailWithoutHalosTakesNothing() throws {
    var graph = TinyGraph.random(nodes: 480, degree: 40, partitions: 12)
    graph.edges.removeAll { graph.partition[$0.source] != graph.partition[$0.target] }
    let fixture = try RunFixture(graph)
    let settings = RunFixture.settings { $0.haloWindows = .mail }
    let model = try ModelFactory.make(settings, for: fixture.store)
    func plan(_ budget: Int) throws -> RunPlan {
      try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: budget)
    }
    XCTAssertNoThrow(try plan(1 << 30))
    try XCTAssertThrowsError(plan(1 << 20)) { error in
      XCTAssertTrue("\(error)".contains("a batch of"), "\(error)")
    }
  }

  /// Others write to the disk too: of what is free, a plan leaves a tenth. With less, rows are copied and not sent, and
  /// copied in more windows.
  func testATenthOfTheDiskStays() throws {
    // Inference reads rows of one history at a time, so that three times as many are as much to it.
    let fixtures = try [1, 3].map { try RunFixture(.random(nodes: $0 * 6000, degree: 4, partitions: $0 * 60)) }
    let settings = RunFixture.settings {
      ($0.haloWindows, $0.batchPartitions, $0.layers, $0.hidden) = (.auto, .auto, 4, 2000)
    }
    func drafts(_ work: RunPlan.Work, _ room: Int) throws -> DraftPlans {
      let fixture = fixtures[work == .training ? 0 : 1]
      let model = try ModelFactory.make(settings, for: fixture.store)
      let sample = try StepSample(
        fixture.store, settings, model: model, trains: work == .training, in: fixture.folder.path)
      func drafts(_ bytes: Int) -> DraftPlans {
        DraftPlans(work, fixture.store, settings, model, sample, memoryBytes: bytes)
      }
      return drafts(try drafts(1 << 40).best(freeBytes: .max).parts.sum + room << 20)
    }
    /// The least free space of which nine tenths suffice.
    func least(_ draft: DraftPlans.Draft) -> Int { (draft.traffic.diskBytes + 8) / 9 * 10 }

    let training = try drafts(.training, 268)
    let sent = try training.best(freeBytes: .max)
    XCTAssertNotNil(sent.mail)
    XCTAssertNotNil(sent.layerMail)
    XCTAssertNotNil(try training.best(freeBytes: least(sent)).layerMail)
    // Exact passes do without mail first.
    let half = try training.best(freeBytes: least(sent) - 1)
    XCTAssertNotNil(half.mail)
    XCTAssertNil(half.layerMail)
    XCTAssertNotNil(try training.best(freeBytes: least(half)).mail)
    XCTAssertNil(try training.best(freeBytes: least(half) - 1).mail)

    // There is mail from layer to layer where it has room, or else copies.
    let inference = try drafts(.inference, 200)
    let layered = try inference.best(freeBytes: .max)
    XCTAssertNotNil(layered.layerMail)
    XCTAssertNotNil(try inference.best(freeBytes: least(layered)).layerMail)
    let few = try inference.best(freeBytes: least(layered) - 1)
    XCTAssertNil(few.layerMail)
    XCTAssertEqual(few.windows, 4)
    XCTAssertLessThan(layered.traffic.readBytes, few.traffic.readBytes)
    XCTAssertEqual(try inference.best(freeBytes: least(few)).windows, 4)
    let many = try inference.best(freeBytes: least(few) - 1)
    XCTAssertEqual(many.windows, 8)
    XCTAssertLessThan(many.traffic.diskBytes, few.traffic.diskBytes)
    XCTAssertEqual(try inference.best(freeBytes: least(many)).windows, 8)
    XCTAssertEqual(try inference.best(freeBytes: 1).windows, 4, "none suffices")
  }

  /// Mail from layer to layer shares the memory of the mail of training, which has no window in memory meanwhile.
  func testExactPassesShareTheMemoryOfMail() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 60))
    let settings = RunFixture.settings {
      ($0.haloWindows, $0.batchPartitions, $0.layers, $0.hidden) = (.mail, .auto, 4, 2000)
    }
    let model = try ModelFactory.make(settings, for: fixture.store)
    func plan(_ budget: Int?, _ windows: RunSettings.HaloWindows = .mail) throws -> RunPlan {
      var settings = settings
      settings.haloWindows = windows
      return try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: budget)
    }
    let ample = try plan(1 << 31)
    let (mail, layerMail) = try (XCTUnwrap(ample.mail), XCTUnwrap(ample.layerMail))
    XCTAssertLessThanOrEqual(layerMail.byteCount, mail.byteCount)
    XCTAssertLessThanOrEqual(ample.neededBytes, 1 << 31)
    let copied = try plan(1 << 31, .count(4))
    XCTAssertNil(copied.mail)
    XCTAssertNotNil(copied.layerMail)
    XCTAssertLessThanOrEqual(copied.neededBytes, 1 << 31)
    XCTAssertNil(try plan(1 << 31, .count(0)).layerMail, "batches read their own rows")
    XCTAssertNil(try plan(nil).layerMail)
  }
}
