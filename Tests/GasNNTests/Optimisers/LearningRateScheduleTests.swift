import XCTest

@testable import GasNN

/// Schedules against the numbers of torch.optim.lr_scheduler (PyTorch 2.15): twelve epochs from 0.1 on.
final class LearningRateScheduleTests: XCTestCase {
  private func check(
    _ schedule: LearningRateSchedule, scores: [Double]? = nil, _ expected: [Double], line: UInt = #line
  ) {
    var rate = ScheduledRate(schedule, initialRate: 0.1)
    for (epoch, wanted) in expected.enumerated() {
      XCTAssertEqual(rate.rate(afterEpochs: epoch), wanted, accuracy: 1e-10, "epoch \(epoch + 1)", line: line)
      if let scores { rate.note(scores[epoch]) }
    }
  }

  func testSchedules() {
    check(.constant, scores: Array(repeating: 0.5, count: 4), [0.1, 0.1, 0.1, 0.1])
    check(
      .step(every: 3, factor: 0.5),
      [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125])
    check(
      .cosine(epochs: 12, least: 0.01),
      [
        0.1, 0.09846666218, 0.09397114317, 0.08681980515, 0.0775, 0.06664685703, 0.055, 0.04335314297, 0.0325,
        0.02318019485, 0.01602885683, 0.01153333782,
      ])
    check(
      .plateau(patience: 1, factor: 0.3, least: 0.005),
      scores: [0.5, 0.6, 0.60005, 0.6, 0.55, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7],
      [0.1, 0.1, 0.1, 0.1, 0.03, 0.03, 0.03, 0.03, 0.009, 0.009, 0.005, 0.005])
  }

  /// Scores of 0 while a model begins to learn; a loss that falls by less than a 10⁻⁴th is none that falls.
  func testAmongEqualScoresAPlateauFollowsTheLoss() {
    func rates(_ scores: [Double], _ losses: [Double?]) -> [Double] {
      var rate = ScheduledRate(.plateau(patience: 0, factor: 0.5, least: 0), initialRate: 1)
      return zip(scores, losses).map { score, loss in
        rate.note(score, loss: loss)
        return rate.rate(afterEpochs: 0)
      }
    }
    XCTAssertEqual(rates([0, 0, 0, 0], [0.7, 0.6, 0.5, 0.5]), [1, 1, 1, 0.5])
    XCTAssertEqual(rates([0, 0, 0], [0.7, 0.69999, 0.6]), [1, 0.5, 0.5])
    XCTAssertEqual(rates([0.5, 0.4, 0.5], [0.7, 0.1, 0.6]), [1, 0.5, 0.5])
    XCTAssertEqual(rates([0.5, 0.5, 0.6], [0.7, nil, 0.9]), [1, 0.5, 0.5])
  }

  /// R² may be below 0: what is better then is nearer to 0, and what stays or falls is not better.
  func testScoresBelowZero() {
    var rate = ScheduledRate(.plateau(patience: 0, factor: 0.5, least: 0), initialRate: 1)
    let rates = [-2, -1, -1, -1.00005, -0.99995, -0.9].map { (score: Double) in
      rate.note(score)
      return rate.rate(afterEpochs: 0)
    }
    XCTAssertEqual(rates, [1, 1, 0.5, 0.25, 0.125, 0.125])
  }
}
