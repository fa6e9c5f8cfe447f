import CLibdeflate
import GasBase

extension [LibraryVersion] {
  /// What checksums come from. It tells the version that the program was built with.
  package static var ofFiles: [LibraryVersion] { [LibraryVersion("libdeflate", LIBDEFLATE_VERSION_STRING)] }
}
