import FoundationEssentials
import GasBase
import GasFiles
import GasSettings
import GasStore

/// `config.json`: a run's settings, the store that it belongs to, and the program whose own model it trains.
struct RunConfig {
  let settings: RunSettings
  /// The checksum in the manifest of the store that the run was started on; `nil` in files from before this was kept.
  let store: String?
  /// The checksums in the manifests of the stores that validation and test nodes are of, where these are others; none
  /// in files from before this was kept.
  let others: [SplitPart: String]
  /// Whether the file that it was read from has a checksum.
  let isSealed: Bool

  init(_ settings: RunSettings, store: String?, others: [SplitPart: String] = [:]) {
    var settings = settings
    let isOwn = !RunSettings.modelNames.contains(settings.model)
    settings.program = isOwn ? settings.program ?? GasError.toolName : nil
    (self.settings, self.store, self.others, isSealed) = (settings, store, others, true)
  }

  /// Reads the file.
  ///
  /// - Throws: `GasError` if the file cannot be read, or is damaged.
  init(reading path: String) throws {
    let (data, isSealed) = try Self.contents(path)
    let owner = try Owner(data, path)
    (store, others) = (owner.checksum, owner.others)
    var settings = try RunSettings(readingRun: path, data)
    settings.program = owner.program
    self.settings = settings
    self.isSealed = isSealed
    guard isSealed || (store == nil && others.isEmpty) else {
      throw GasError(expected: "a checksum", found: "none", file: path, advice: "the file was damaged or edited")
    }
  }

  /// Reads the file's bytes. A run of weights that were trained elsewhere cannot be resumed to change its settings.
  private static func contents(_ path: String) throws -> (data: Data, isSealed: Bool) {
    do {
      return try SealedJSON.read(path, advice: advice)
    } catch let error as GasError where error.advice == advice && isOfImport(path) {
      throw GasError(
        error.problem, file: error.file, at: error.position,
        advice: "the file was damaged or edited; put it back, or import the weights again")
    }
  }

  private static let advice =
    "the file was damaged or edited; settings are changed by gas-run resume --lr, --clip, --history-type or --epochs, "
    + "all others by a new run"

  private static func isOfImport(_ path: String) -> Bool {
    let folder = AtomicFile.parent(of: path)
    return !FileAccess.isThere(folder + "/checkpoint.safetensors")
      && ModelFile.isImported(folder + "/model.safetensors")
  }

  func write(to path: String) throws { try ready(at: path).publish() }

  /// Writes the file, which is to be published.
  func ready(at path: String) throws -> ReadyFile {
    try SealedJSON.ready(Contents(config: self), at: path, .prettyPrinted)
  }

  /// The stores and the program, beside the settings in the same object.
  private struct Owner: Codable {
    var checksum: String?
    var validation: String?
    var test: String?
    var program: String?

    enum CodingKeys: String, CodingKey {
      case checksum = "store-checksum"
      case validation = "val-store-checksum"
      case test = "test-store-checksum"
      case program
    }

    init(_ config: RunConfig) {
      (checksum, validation, test) = (config.store, config.others[.validation], config.others[.test])
      program = config.settings.program
    }

    var others: [SplitPart: String] {
      var found: [SplitPart: String] = [:]
      (found[.validation], found[.test]) = (validation, test)
      return found
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
      try Owner(config).encode(to: encoder)
    }
  }
}
