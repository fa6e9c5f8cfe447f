import GasBase
import TestSupport
import XCTest

@testable import GasTrain

final class TopRowsTests: XCTestCase {
  /// The same rows as sorting all of them gives, with ties in the order of the rows.
  func testAgreesWithSorting() {
    let found = Property.counterexample(among: 300, seed: 11) { random in
      (count: 1 + random.below(6), values: (0..<random.below(40)).map { _ in Double(random.below(8)) })
    } smaller: { drawn in
      Property.shorter(drawn.values).map { (drawn.count, $0) }
    } holds: { drawn in
      var top = TopRows(drawn.count)
      for (row, value) in drawn.values.enumerated() { top.add(value, row: row) }
      let sorted = drawn.values.indices.sorted {
        drawn.values[$0] != drawn.values[$1] ? drawn.values[$0] > drawn.values[$1] : $0 < $1
      }
      let rows = top.rows()
      return rows == Array(sorted.prefix(drawn.count)) ? nil : "\(rows)"
    }
    XCTAssertNil(found)
  }
}
