/// What programs get from the tools as JSON: each kind of output has a name, which it carries under `schema`, beside
/// the version of all of them.
public enum OutputSchema: String, CaseIterable, Sendable {
  case train, series, trials, plan, infer, report, list, show, rm, clean, export, pyg = "export-pyg"
  case imported = "import"
  case presets, preset, settings, setting
  case stat, statShards = "stat-shards", statRun = "stat-run", statVerify = "stat-verify", statClean = "stat-clean"
  case ingest, ingestPlan = "ingest-plan", generate, shard
  case version, log, config

  /// The version that outputs carry under `schemaVersion`. It grows when a key is removed or gets another meaning; a
  /// key that is added does not change it.
  public static let schemaVersion = 1

  /// The command that writes it.
  public var source: String {
    switch self {
    case .train: "gas-run train and resume, with --json"
    case .series: "gas-run train --repeats --json"
    case .trials: "gas-run train --model auto --json"
    case .plan: "gas-run train, resume and infer, with --plan --json"
    case .list: "gas-run list and compare, with --json"
    case .pyg: "gas-run export --format pyg --json"
    case .export: "gas-run export --format csv or tensorboard, with --json"
    case .preset: "gas-run presets NAME --json"
    case .setting: "gas-run settings NAME --json"
    case .stat: "gas-stat STORE --json"
    case .statShards: "gas-stat SHARDS --json"
    case .statRun: "gas-stat STORE --run NAME --json"
    case .statVerify: "gas-stat verify --json"
    case .statClean: "gas-stat clean --json"
    case .ingest: "gas-ingest and gas-ingest table, with --json"
    case .ingestPlan: "gas-ingest --plan --json"
    case .generate, .shard: "gas-ingest \(rawValue) --json"
    case .version: "gas-ingest, gas-run and gas-stat, with --version --json"
    case .log: "standard error with --log json, a line"
    case .config: "the file that --config names, as YAML or JSON"
    case .infer, .report, .show, .rm, .clean, .imported, .presets, .settings: "gas-run \(rawValue) --json"
    }
  }

  /// Whether it is a list; each of its elements then carries name and version.
  var element: OutputSchema? {
    switch self {
    case .presets: .preset
    case .settings: .setting
    default: nil
    }
  }

  /// Whether its objects carry name and version: what the tools print does.
  var isVersioned: Bool { self != .log && self != .config }
}

/// A result with the name and the version of its schema beside its own keys.
struct VersionedOutput<Value: Encodable>: Encodable {
  let value: Value
  let schema: OutputSchema

  private enum CodingKeys: CodingKey {
    case schema, schemaVersion
  }

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema.rawValue, forKey: .schema)
    try container.encode(OutputSchema.schemaVersion, forKey: .schemaVersion)
  }
}
