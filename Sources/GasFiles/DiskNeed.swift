import FoundationEssentials
import GasBase

/// Disk space that work is about to take, which is said before it begins: what lacks is missed at the end of hours.
package struct DiskNeed {
  /// Whether it is said: where progress is shown. To be set before the process has other threads.
  nonisolated(unsafe) package static var isTold = false
  /// Less is not worth a line.
  package static let leastBytes = 64 << 20

  private let byteCount: Int
  private let purpose: String
  private let folder: String

  /// - Parameters:
  ///   - byteCount: how many bytes it takes.
  ///   - purpose: what takes them, in words.
  ///   - folder: where they will be; it need not exist yet.
  package init(_ byteCount: Int, for purpose: String, in folder: String) {
    (self.byteCount, self.purpose, self.folder) = (byteCount, purpose, folder)
  }

  /// What is taken, and what the disk has; `nil` where it cannot be asked.
  package var text: String? {
    let place = folder == "." ? FileManager.default.currentDirectoryPath : folder
    return (try? DiskSpace.freeBytes(at: folder)).map {
      "\(Units.bytes(byteCount)) for \(purpose) in \(place), \(Units.bytes($0)) are free"
    }
  }

  /// The line that is written for it; `nil` where nothing is to be said.
  package var line: String? {
    guard Self.isTold, byteCount >= Self.leastBytes else { return nil }
    return text.map { "disk           \($0)" }
  }

  /// Says it on standard error, where progress is shown and it is worth a line.
  package func tell() {
    if let line { ProgressLine.write(line.printable() + "\n") }
  }
}
