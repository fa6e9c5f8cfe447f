/// Memory that is used again and again: it grows to the largest size asked for and stays there.
///
/// A handle: whoever holds one uses it from one thread at a time. Contents are lost when it grows.
public final class Buffer<Element: BitwiseCopyable> {
  private var storage = UnsafeMutableBufferPointer<Element>(start: nil, count: 0)

  public init() {}

  deinit { storage.deallocate() }

  public var capacity: Int { storage.count }

  /// - Returns: `count` elements with whatever they held before, or anything at all.
  public func resized(to count: Int) -> UnsafeMutableBufferPointer<Element> {
    if count > storage.count {
      storage.deallocate()
      // A little more than asked for, so that sizes that creep up do not allocate every time.
      let bytes = (count + count / 8) * MemoryLayout<Element>.stride
      let base = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      storage = UnsafeMutableBufferPointer(
        start: base.bindMemory(to: Element.self, capacity: count + count / 8), count: count + count / 8)
    }
    return UnsafeMutableBufferPointer(rebasing: storage[..<count])
  }
}
