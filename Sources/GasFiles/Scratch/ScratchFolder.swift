import GasBase
import Synchronization

/// Where ingest keeps arrays as long as the graph until the store is whole: inside the store's temporary folder.
///
/// Arrays lie in files that have lost their names already, so nothing of them is left, however the program ends. Safe
/// to use from several threads.
@usableFromInline
package final class ScratchFolder: Sendable {
  /// The folder.
  package let path: String
  // One for the process, so that folders at the same path never give a name twice.
  private static let nameCount = Atomic(0)

  /// Smaller arrays are not worth a file.
  private static let smallestBytes = 1 << 20

  /// Makes the folder if it does not exist.
  ///
  /// - Parameter path: the folder.
  /// - Throws: `GasError` if the folder cannot be made.
  package init(at path: String) throws {
    self.path = path
    try FileTree.makeFolders(path, isDurable: false)
  }

  /// A name inside the folder that was not given before.
  @usableFromInline
  package func newPath() -> String { "\(path)/\(Self.nameCount.wrappingAdd(1, ordering: .relaxed).newValue)" }

  /// Makes an array of zeros, in memory if it is below 1 MiB.
  ///
  /// - Parameters:
  ///   - count: how many elements.
  ///   - type: the type of the elements.
  /// - Returns: the array.
  /// - Throws: `GasError` if the disk has no space for it.
  package func zeros<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    count: Int, of type: Element.Type = Element.self
  ) throws -> FlatArray<Element> {
    let byteCount = count * MemoryLayout<Element>.stride
    guard byteCount >= Self.smallestBytes else { return FlatArray(repeating: 0, count: count) }
    return FlatArray(zerosIn: try MappedFile(scratch: newPath(), byteCount: byteCount), count: count)
  }
}
