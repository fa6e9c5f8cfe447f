import Foundation
import GasBase
import GasSettings
import GasStore

/// `config.json`: a run's settings, and the store that it belongs to.
struct RunConfig {
  let settings: RunSettings
  /// The checksum in the manifest of the store that the run was started on; `nil` in files from before this was kept.
  let store: String?
  /// Whether the file that it was read from has a checksum.
  let isSealed: Bool

  init(_ settings: RunSettings, store: String?) {
    (self.settings, self.store, isSealed) = (settings, store, true)
  }

  /// Reads the file.
  ///
  /// - Throws: `GasError` if the file cannot be read, or is damaged.
  init(reading path: String) throws {
    let (data, isSealed) = try SealedJSON.read(
      path,
      advice:
        "the file was damaged or edited; settings are changed by gas-run resume --lr, --clip, --history-type or --epochs, "
        + "all others by a new run")
    store = try Owner(data, path).checksum
    settings = try RunSettings(readingRun: path, data)
    self.isSealed = isSealed
    guard isSealed || store == nil else {
      throw GasError(expected: "a checksum", found: "none", file: path, advice: "the file was damaged or edited")
    }
  }

  func write(to path: String) throws {
    try SealedJSON.write(Contents(config: self), to: path, .prettyPrinted)
  }

  /// The store, beside the settings in the same object.
  private struct Owner: Codable {
    var checksum: String?

    enum CodingKeys: String, CodingKey {
      case checksum = "store-checksum"
    }

    init(_ checksum: String?) {
      self.checksum = checksum
    }

    init(_ data: Data, _ path: String) throws {
      guard let found = try? JSONDecoder().decode(Owner.self, from: data) else {
        throw GasError("not what gas-run writes", file: path, advice: "the file is damaged")
      }
      self = found
    }
  }

  private struct Contents: Encodable {
    let config: RunConfig

    func encode(to encoder: any Encoder) throws {
      try config.settings.encode(to: encoder)
      try Owner(config.store).encode(to: encoder)
    }
  }
}
