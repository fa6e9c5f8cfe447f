import CLibdeflate
import GasBase

extension [LibraryVersion] {
  /// What checksums come from. It does not tell its version.
  package static var ofFiles: [LibraryVersion] { [LibraryVersion("libdeflate", builtWith: LIBDEFLATE_VERSION_STRING)] }
}
