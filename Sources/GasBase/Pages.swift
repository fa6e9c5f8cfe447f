import Glibc

/// Memory taken from the operating system itself, and given back when this object goes.
///
/// It is for large memory that grows: an allocator would keep freed pieces resident, and peak memory would be that of
/// every size a buffer ever had. Untouched pages cost nothing.
public final class Pages {
  /// Where the memory starts, at a page.
  public let base: UnsafeMutableRawPointer
  /// How many bytes may be used.
  public let byteCount: Int

  /// Bytes of a huge page, 2 MiB.
  public static let hugePageBytes = 2 << 20

  /// Takes memory of at least one byte, all zeros, aligned to a page. If there is none, the process ends with one line.
  public init(byteCount: Int) {
    let size = max(1, byteCount)
    guard let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      mapped != MAP_FAILED, AddressSpace.hasSpare
    else { AddressSpace.endProcess(wanting: size) }
    // Random rows of a large matrix cost a page-table walk each unless pages are large.
    if size >= 2 * Self.hugePageBytes { madvise(mapped, size, MADV_HUGEPAGE) }
    base = mapped
    self.byteCount = size
  }

  deinit { munmap(base, byteCount) }
}
