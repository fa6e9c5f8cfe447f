import GasBase
import GasFormats
import GasNN
import GasRuns
import GasStore

/// Writes a run's weights with the names and in the layout of PyTorch Geometric (docs/pyg.md).
public struct PyGExport {
  /// What was written.
  public struct Report: Codable, Sendable {
    /// The run's name.
    public let run: String
    /// The name of its model.
    public let model: String
    /// The file.
    public let output: String
    /// The number of tensors.
    public let tensorCount: Int
    /// The number of numbers in them.
    public let numberCount: Int
  }

  private let folder: RunFolder
  private let file: Safetensors
  private let model: String

  /// Reads the weights of a run.
  ///
  /// - Parameters:
  ///   - store: the store that the run belongs to.
  ///   - folder: the run's folder.
  ///   - weights: which of its weights.
  /// - Throws: `GasError` if the run has none, its files are damaged, or its model is one's own.
  public init(_ store: Store, _ folder: RunFolder, weights: KeptWeights = .best) throws {
    let settings = try folder.settings()
    guard RunSettings.modelNames.contains(settings.model) else {
      throw GasError(
        "PyTorch Geometric has no module for \"\(settings.model.excerpt)\", a model of one's own", file: folder.path,
        advice: "its weights lie in \(folder.model) as safetensors")
    }
    let model = try ModelFactory.make(settings, for: store)
    try weights.read(folder, into: model)
    var file = Safetensors()
    file.tensors = try TorchWeights(model, settings).tensors
    file.metadata = try TorchFile.metadata(settings, model, trainedOn: store)
    (self.folder, self.file, self.model) = (folder, file, settings.model)
  }

  /// Writes the file, whole or not at all. The same weights are the same bytes.
  ///
  /// - Parameter output: where to write.
  /// - Returns: what was written.
  /// - Throws: `GasError` if the disk fails, or the file is there and must not be replaced.
  public func write(to output: OutputFile) throws -> Report {
    try file.write(to: output.path, replaces: output.replacement)
    return Report(
      run: folder.name, model: model, output: output.path, tensorCount: file.tensors.count,
      numberCount: file.tensors.values.reduce(0) { $0 + $1.values.count })
  }
}
