import GasBase

/// An event of a file that this program wrote, as it is read again. Readers stop at the first record that is cut or
/// damaged, as TensorBoard does.
package struct TensorBoardRecord {
  /// The optimisation step, which is an epoch here; 0 if the event has none.
  package let step: Int
  /// Whether it says that events of its step or later ones, of files before, count no more.
  package let isStart: Bool
  /// The message behind its time: events that say the same have the same contents.
  package let contents: [UInt8]

  /// Reads a message of `TensorBoardEvent`: its time comes first, then the step if it is not 0.
  init?(message: some Collection<UInt8>) {
    guard message.count > Self.timeBytes else { return nil }
    contents = Array(message.dropFirst(Self.timeBytes))
    var rest = contents[...]
    var step: UInt64 = 0
    if rest.first == Self.stepKey {
      var shift: UInt64 = 0
      repeat {
        rest = rest.dropFirst()
        guard let byte = rest.first, shift < 64 else { return nil }
        step |= UInt64(byte & 0x7f) << shift
        shift += 7
      } while rest.first! >= 0x80
      rest = rest.dropFirst()
    }
    guard let number = Int(exactly: step) else { return nil }
    self.step = number
    isStart = rest.first == Self.sessionKey
  }

  /// Field 1, a double, with its key.
  static let timeBytes = 9
  /// Field 2, an integer.
  private static let stepKey: UInt8 = 2 << 3
  /// Field 7, a message.
  private static let sessionKey: UInt8 = 7 << 3 | 2

  /// Reads the events of a file.
  ///
  /// - Parameter file: the bytes of the file.
  /// - Returns: the events up to the first that is cut or damaged.
  package static func all(in file: UnsafeRawBufferPointer) -> [TensorBoardRecord] {
    var (records, place) = ([TensorBoardRecord](), 0)
    // The length and its checksum, the message and its checksum.
    while file.count - place >= 16 {
      let length: UInt64 = file.littleEndian(at: place)
      guard CRC32C.masked(file[place..<place + 8]) == file.littleEndian(at: place + 8),
        length <= UInt64(file.count - place - 16)
      else { break }
      let end = place + 12 + Int(length)
      let message = file[place + 12..<end]
      guard CRC32C.masked(message) == file.littleEndian(at: end), let record = TensorBoardRecord(message: message)
      else { break }
      records.append(record)
      place = end + 4
    }
    return records
  }
}
