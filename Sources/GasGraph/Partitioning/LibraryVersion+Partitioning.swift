import CMetis
import GasBase

extension [LibraryVersion] {
  /// What divides graphs. It tells the version that the program was built with.
  package static var ofPartitioning: [LibraryVersion] {
    [LibraryVersion("METIS", "\(METIS_VER_MAJOR).\(METIS_VER_MINOR).\(METIS_VER_SUBMINOR)")]
  }
}
