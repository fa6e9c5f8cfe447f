import XCTest

@testable import GasTool

/// What is said of wrong arguments, whatever the argument parser makes of it.
final class UsageTextTests: XCTestCase {
  func testUsageHasThreeLines() {
    let usage = UsageText(
      """
      Error: Missing expected argument '--run <run>'
      Help:  --run <run>  Name of the run.
      Usage: gas-run resume <store> --run <run> [--epochs <epochs>]
        [--json] [--progress <progress>]
        See 'gas-run resume --help' for more information.
      """)
    XCTAssertEqual(
      usage.text,
      """
      Error: Missing expected argument '--run <run>' (--run <run> Name of the run.)
      Usage: gas-run resume <store> --run <run> [options]
      See 'gas-run resume --help' for more information.
      """)
    let plain = "Error: No store\nUsage: gas-stat [<store>] <subcommand>\n  See 'gas-stat --help' for more information."
    XCTAssertEqual(UsageText(plain).text, plain.replacing("\n  See", with: "\nSee"))
    XCTAssertEqual(UsageText("Error: nothing else").text, "Error: nothing else")
  }
}
