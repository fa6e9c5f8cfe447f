/// Memory that is used again and again: it grows to the largest size asked for and stays there.
///
/// A handle: whoever holds one uses it from one thread at a time. Contents are lost when it grows.
public final class Buffer<Element: BitwiseCopyable> {
  private var pages: Pages?

  public init() {}

  public var capacity: Int { byteCount / MemoryLayout<Element>.stride }
  public var byteCount: Int { pages?.byteCount ?? 0 }

  /// Gives its memory back until it is wanted again.
  public func release() { pages = nil }

  /// - Returns: `count` elements with whatever they held before, or anything at all.
  public func resized(to count: Int) -> UnsafeMutableBufferPointer<Element> {
    if count > capacity || pages == nil {
      // The old memory goes first. A little more than asked for, so that sizes that creep up do not allocate every time.
      pages = nil
      let (byteCount, isTooMuch) = (count + count / 8).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
      if isTooMuch { Memory.endProcess(lacking: .max) }
      pages = Pages(byteCount: byteCount)
    }
    let base = pages!.base.assumingMemoryBound(to: Element.self)
    return UnsafeMutableBufferPointer(start: base, count: count)
  }
}
