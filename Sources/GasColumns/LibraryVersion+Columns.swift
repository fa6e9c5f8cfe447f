import CLZ4
import GasBase

extension [LibraryVersion] {
  /// What packs the blocks of columns.
  package static var ofColumns: [LibraryVersion] { [LibraryVersion("LZ4", LZ4_versionString())] }
}
