import GasBase
import GasBatch
import GasNN
import GasRuns
import GasStore

/// Makes a run of weights that were trained in PyTorch Geometric, for exact inference on a store of any size
/// (docs/pyg.md). Nothing is known of its epochs and scores, and nothing is invented.
public struct PyGImport {
  /// What was made.
  public struct Report: Codable, Sendable {
    /// The run's name.
    public let run: String
    /// The path of its folder.
    public let path: String
    /// The name of its model.
    public let model: String
    /// Settings that say what the model computes and that are not the standard, as a person would write them.
    public let settings: [String: String]
    /// The number of tensors in the file that the model took.
    public let tensorCount: Int
    /// Sentences about what was converted or assumed; absent where nothing was.
    public let notes: [String]?
  }

  private let store: Store
  private let file: TorchFile
  private let settings: RunSettings
  private let model: any GraphModel
  private let notes: [String]
  private let name: String
  private let found: FoundRuns

  /// Reads a file and checks that all of it fits the model and the store. Nothing is written yet.
  ///
  /// - Parameters:
  ///   - path: a safetensors file.
  ///   - store: the store that the run will belong to.
  ///   - name: the name of the run that will be made.
  ///   - configFile: a YAML file of settings that say what the model computes.
  ///   - flags: settings by key; later than the file. What tensors show need not be given.
  /// - Throws: `GasError` naming the first tensor or setting that is missing, superfluous or wrong, or what the store
  ///   lacks, or that labels of another kind were trained on.
  public init(
    _ path: String, for store: Store, run name: String, configFile: String? = nil,
    flags: [String: any SettingValue] = [:]
  ) throws {
    (self.store, self.name) = (store, name)
    found = FoundRuns([name], in: store)
    file = try TorchFile(reading: path)
    let given = try GivenSettings(configFile: configFile, flags: flags)
    try given.checkForImport()
    let known = try file.settings(given: given, for: store)
    settings = known.settings
    model = try ModelFactory.make(settings, for: store)
    try settings.checkEdgeValues(of: store)
    // Scores on another store take its only split; a run's own store must have the run's.
    let splits = max(1, store.manifest.splitCount)
    guard settings.split < splits else {
      throw GasError(expected: "a split below \(splits)", found: "--split \(settings.split)", file: store.path)
    }
    try NormalisedDegrees.check(store, for: model)
    try file.checkLabels(settings.model, on: store)
    try TorchWeights(model, settings).take(file.tensors, file: path)
    notes =
      Self.notes(file.converted) + known.assumed.map { "no tensor shows \($0): it is taken to be off" }
      + EdgeNotes(settings, model, trainedOn: store).lines(on: store)
      + file.notes(of: model, settings.model, on: store)
  }

  /// Makes the run, whole or not at all.
  ///
  /// - Parameter replaceExisting: whether a run of that name gives way that was there when the file was read.
  /// - Returns: what was made.
  /// - Throws: `GasError` if there is such a run that does not give way, or the disk fails.
  public func makeRun(replaceExisting: Bool = false) throws -> Report {
    let folder = try RunFolder.create(
      in: store, name: name, settings: settings, importing: WeightTransfer.read(model.namedWeights),
      replaceExisting: replaceExisting, unlessLaterThan: found)
    return Report(
      run: folder.name, path: folder.path, model: settings.model,
      settings: Dictionary(settings.changes.map { ($0.key, $0.value) }) { $1 }, tensorCount: file.tensors.count,
      notes: notes.isEmpty ? nil : notes)
  }

  private static func notes(_ converted: [String: String]) -> [String] {
    Dictionary(grouping: converted.keys) { converted[$0]! }.sorted { $0.key < $1.key }.map { type, names in
      "\(Units.plural(names.count, "tensor")) of type \(type), such as \(names.min()!.excerpt), became float32"
    }
  }
}
