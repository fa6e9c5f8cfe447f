import FoundationEssentials
import GasBase
import GasFiles
import GasMetrics

/// `refresh.json`: the staleness that the latest evaluation found, just before it made every history exact.
public struct Refresh: Codable, Equatable, Sendable {
  /// The number of steps until the evaluation.
  public var step: Int
  /// The staleness of each layer that has a history.
  public var layers: [LayerStaleness]
  /// The error of outputs, which the last evaluation of a training measures; absent before.
  public var error: OutputError?

  /// Groups what an evaluation found. `error` is `nil` where it was not measured.
  package init(step: Int, layers: [LayerStaleness], error: OutputError?) {
    self.step = step
    self.layers = layers
    self.error = error
  }

  /// Reads the file.
  ///
  /// - Parameter path: the file's path.
  /// - Throws: `GasError` if the file cannot be read or is damaged.
  public init(reading path: String) throws {
    try self.init(data: SealedJSON.read(path, advice: Self.advice).data, path)
  }

  /// Reads the file and checks it.
  ///
  /// - Parameter path: the file's path.
  /// - Returns: whether the file has a checksum.
  /// - Throws: `GasError` if the file cannot be read or is damaged.
  static func verify(_ path: String) throws -> Bool {
    let (data, isSealed) = try SealedJSON.read(path, advice: advice)
    _ = try Refresh(data: data, path)
    return isSealed
  }

  private init(data: Data, _ path: String) throws {
    do {
      self = try JSONNumber.decode(Refresh.self, from: data)
    } catch {
      throw GasError("not what gas-run writes", file: path, advice: Self.advice)
    }
  }

  private static let advice = "the file is damaged; remove it, and training makes it anew"

  /// Replaces the file, whole or not at all.
  ///
  /// - Throws: `GasError` where the disk fails.
  package func write(to path: String) throws { try ready(at: path).publish() }

  /// Writes the file, which is to be published.
  package func ready(at path: String) throws -> ReadyFile { try SealedJSON.ready(self, at: path) }
}
