/// Memory that is used again and again: it grows to the largest size asked for and keeps it.
///
/// To be used from one thread at a time. Contents are lost when it grows.
public final class Buffer<Element: BitwiseCopyable> {
  private var pages: Pages?

  /// Takes no memory yet.
  public init() {}

  /// How many elements fit into the memory that it has.
  public var capacity: Int { byteCount / MemoryLayout<Element>.stride }
  /// Bytes of the memory that it has.
  public var byteCount: Int { pages?.byteCount ?? 0 }

  /// Gives the memory back until it is asked for again.
  public func release() { pages = nil }

  /// Returns memory for `count` elements, which hold what they held before, or anything at all.
  public func resized(to count: Int) -> UnsafeMutableBufferPointer<Element> {
    if count > capacity || pages == nil {
      // The old memory goes first. The new one is a little larger than asked for, so that sizes that creep up do not
      // allocate every time.
      pages = nil
      let (byteCount, isTooMuch) = (count + count / 8).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
      if isTooMuch { AddressSpace.endProcess(wanting: .max) }
      pages = Pages(byteCount: byteCount)
    }
    let base = pages!.base.assumingMemoryBound(to: Element.self)
    return UnsafeMutableBufferPointer(start: base, count: count)
  }
}
