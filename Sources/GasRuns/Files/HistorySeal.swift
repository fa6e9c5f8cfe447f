import FoundationEssentials
import GasBase
import GasBatch
import GasFiles
import GasStore

/// `histories.json`: checksums of the histories as they are when training has stopped by itself, which is after an
/// exact pass.
///
/// Histories change with every batch. So a process that is about to write to them removes the file first. Where there
/// is none, training goes on or was killed, and nothing is known of them.
package struct HistorySeal: Codable, Equatable {
  /// The epoch and step of the checkpoint that it was written after. All rows are marked with the step.
  let epoch: Int
  let step: Int
  /// The checksum in the manifest of the store.
  let store: String
  /// For each layer from 1 on, and each partition, the CRC-32 of its rows as they are stored: eight hexadecimal digits.
  let layers: [[String]]

  private enum CodingKeys: String, CodingKey {
    case epoch, step, layers
    case store = "store-checksum"
  }

  /// Seals histories.
  ///
  /// - Parameters:
  ///   - checksums: the histories' checksums.
  ///   - state: the checkpoint that the histories belong to.
  ///   - store: the checksum in the manifest of the store.
  package init(_ checksums: HistoryChecksums, _ state: Checkpoint, store: String) {
    (epoch, step, self.store) = (state.epoch, state.step, store)
    layers = checksums.layers.map { $0.map(Checksum.text) }
  }

  /// Reads a seal.
  ///
  /// - Throws: `GasError` if the file cannot be read or is damaged.
  init(reading path: String) throws {
    let (data, isSealed) = try SealedJSON.read(path, advice: Self.advice)
    guard isSealed, let found = try? JSONDecoder().decode(HistorySeal.self, from: data) else {
      throw GasError("not what gas-run writes", file: path, advice: Self.advice)
    }
    self = found
  }

  /// Writes the file, which is to be published. All of the histories must be on the disk by then.
  package func ready(at path: String) throws -> ReadyFile { try SealedJSON.ready(self, at: path) }

  static let advice = "the file was damaged or edited; gas-run resume makes it and the histories anew"
}
