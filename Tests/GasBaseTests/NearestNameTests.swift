import XCTest

@testable import GasBase

final class NearestNameTests: XCTestCase {
  func testNamesThatWereProbablyMeant() {
    let known = ["gcn", "sage", "gat", "appnp", "gcnii", "gin", "pna-jk"]
    for (name, meant) in [
      ("gnc", "gcn"), ("Sgae", "sage"), ("apnp", "appnp"), ("gcn-ii", "gcnii"), ("pna_jk", "pna-jk"), ("saga", "sage"),
      ("gcn", "gcn"),
    ] {
      XCTAssertEqual(name.nearest(of: known), meant, name)
    }
    for name in ["transformer", "", "x", "graph"] { XCTAssertNil(name.nearest(of: known), name) }
    XCTAssertNil("gcn".nearest(of: []))
    XCTAssertEqual("gnc".suggestion(of: known), "did you mean gcn?")
  }
}
