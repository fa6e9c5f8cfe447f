import GasBase
import TestSupport
import XCTest

@testable import GasTrain

/// Settings from defaults, a file and flags; and what is refused.
final class RunSettingsTests: XCTestCase {
  private func resolve(_ yaml: String, flags: [RunSettings.CodingKeys: any Sendable] = [:]) throws -> RunSettings {
    let folder = try TemporaryFolder()
    try yaml.write(toFile: folder.file("settings.yaml"), atomically: true, encoding: .utf8)
    return try RunSettings.resolve(configFile: folder.file("settings.yaml"), flags: flags)
  }

  func testLaterPlacesWin() throws {
    let settings = try resolve("hidden: 32\nlr: 0.5\nbatch-partitions: all\n", flags: [.hidden: 48])
    XCTAssertEqual(settings.hidden, 48)
    XCTAssertEqual(settings.learningRate, 0.5)
    XCTAssertEqual(settings.batchPartitions, .all)
    XCTAssertEqual(settings.layers, RunSettings().layers)
    XCTAssertEqual(try resolve(""), RunSettings())
  }

  func testSettingsComeBackFromTheirFile() throws {
    var settings = RunSettings()
    settings.clip = 1.5
    settings.patience = 3
    settings.batchPartitions = .partitions(7)
    let folder = try TemporaryFolder()
    try settings.json().write(toFile: folder.file("config.json"), atomically: true, encoding: .utf8)
    XCTAssertEqual(try RunSettings(readingRun: folder.file("config.json")), settings)
  }

  func testWhatIsWrongIsNamed() throws {
    let wrong = [
      "layers: 2.5": "layers", "seed: -1": "seed", "lr: .nan": "lr", "lr: fast": "lr", "hidden: 99999999999": "hidden",
      "layers: 1000000": "layers", "dropout: 1": "dropout", "prefetch: 7": "prefetch",
      "batch-partitions: 0": "batch-partitions",
      "epocs: 3": "epocs", "clip: -1": "clip", "patience: 0": "patience", "threads: 0": "threads",
    ]
    for (yaml, key) in wrong {
      XCTAssertThrowsError(try resolve(yaml), yaml) { error in
        let text = "\(error)"
        XCTAssertTrue(text.contains(key) && text.contains("settings.yaml"), text)
      }
    }
    XCTAssertThrowsError(try resolve("- a\n- b\n"))
    XCTAssertThrowsError(try resolve("a: [1"))
    XCTAssertThrowsError(try RunSettings.resolve(configFile: "/no/such/file", flags: [:]))
  }
}
