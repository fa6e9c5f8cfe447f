import CMetis
import GasBase

extension [LibraryVersion] {
  /// What divides graphs. It does not tell its version.
  package static var ofPartitioning: [LibraryVersion] {
    [LibraryVersion("METIS", builtWith: "\(METIS_VER_MAJOR).\(METIS_VER_MINOR).\(METIS_VER_SUBMINOR)")]
  }
}
