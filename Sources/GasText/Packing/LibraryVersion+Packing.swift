import CBzip2
import CLzma
import CZlib
import CZstd
import GasBase

extension [LibraryVersion] {
  /// What packs and unpacks files.
  package static var ofPacking: [LibraryVersion] {
    [
      LibraryVersion("bzip2", BZ2_bzlibVersion()), LibraryVersion("xz", lzma_version_string()),
      LibraryVersion("zlib", zlibVersion()), LibraryVersion("Zstandard", ZSTD_versionString()),
    ]
  }
}
