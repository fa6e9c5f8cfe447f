import FoundationEssentials
import GasBase
import GasFiles
import Glibc

/// The part of `metrics.jsonl` that belongs to a checkpoint: the lines of its epochs, each of which has a checksum.
/// Lines after them, whole or cut, are of epochs that were computed after it.
package struct MetricsFile {
  /// A record for each epoch; epoch 0 is before training.
  package private(set) var records: [EpochRecord] = []
  /// The lines of these records.
  private(set) var text = Data()
  /// The size of the file; `nil` if there is no file.
  private(set) var fileBytes: Int?
  /// Whether all lines have a checksum. Earlier versions wrote none.
  private(set) var isSealed = true
  /// A sentence about lines that are missing and were perhaps never there.
  private(set) var note: String?

  /// Reads the lines of a checkpoint's epochs. Lines may be missing at the start, since a run goes on where the file
  /// was removed. Lines without checksums, from earlier versions that lost some, may be missing anywhere.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - state: the checkpoint.
  /// - Throws: `GasError` if a line is damaged or missing.
  package init(_ path: String, of state: Checkpoint) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      note = "\(path) is gone, and what it said of epochs 0 to \(state.epoch)"
      return
    }
    let file = try MappedFile(opening: path)
    fileBytes = file.byteCount
    try read(file, state)
    let missing = state.epoch + 1 - records.count
    if missing > 0 { note = "\(path) lacks the lines of \(missing) of \(state.epoch + 1) epochs" }
  }

  private mutating func read(_ file: MappedFile, _ state: Checkpoint) throws {
    var (start, number, next) = (0, 0, 0)
    while next <= state.epoch, let end = file.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = Data(file.bytes[start...end])
      let (record, hasChecksum) = try Self.record(line, file.path, number)
      guard record.epoch == next || (record.epoch > next && (number == 1 || !hasChecksum)) else {
        throw Self.damaged("the line of epoch \(next)", "that of epoch \(record.epoch)", file.path, number)
      }
      guard record.epoch <= state.epoch else { break }
      records.append(record)
      text += line
      isSealed = isSealed && hasChecksum
      (start, next) = (end + 1, record.epoch + 1)
    }
    guard next > state.epoch || !state.isSealed else {
      throw Self.damaged("the line of epoch \(next)", "the end", file.path, number + 1)
    }
  }

  private struct Line: Decodable {
    let record: EpochRecord
    let declared: EmbeddedChecksum

    init(from decoder: any Decoder) throws {
      record = try EpochRecord(from: decoder)
      declared = try EmbeddedChecksum(from: decoder)
    }
  }

  private static func record(_ text: Data, _ path: String, _ number: Int) throws -> (EpochRecord, Bool) {
    guard let line = try? JSONNumber.decode(Line.self, from: text) else {
      throw damaged("what gas-run writes", "something else", path, number)
    }
    let isSealed = try line.declared.check([UInt8](text), file: path, at: .line(number), advice: advice)
    return (line.record, isSealed)
  }

  private static func damaged(_ expected: String, _ found: String, _ path: String, _ number: Int) -> GasError {
    GasError(expected: expected, found: found, file: path, at: .line(number), advice: advice)
  }

  private static let advice =
    "the file was damaged or edited; put it back, or remove it to go on with gas-run resume without its lines"
}
