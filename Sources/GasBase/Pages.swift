import Foundation

/// Memory straight from the kernel, given back to it when the handle goes.
///
/// For what is large and grows: an allocator would keep freed pieces resident, and peak memory would be that of every size a
/// buffer ever had. Untouched pages cost nothing.
public final class Pages {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int

  public static let hugePageBytes = 2 << 20

  /// Zeros, aligned to a page. At least one byte. Where there is no memory, the process ends with one line.
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
