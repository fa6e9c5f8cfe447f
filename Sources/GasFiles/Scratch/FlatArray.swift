import CGasKernels
import GasBase

/// A fixed number of plain values, one after the other: in memory of their own, or in a scratch file that is mapped
/// (`ScratchFolder`), which the kernel may move to the disk when memory is short.
///
/// Ingest touches raw memory through this class alone: indices are checked in debug builds, and large arrays are not
/// copied or grown by accident. Different elements may be used from different threads at the same time.
@usableFromInline
package final class FlatArray<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The number of elements.
  @usableFromInline package let count: Int
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let file: MappedFile?
  /// Owns the memory if neither a file nor the allocator does: pages, or the array that this one is a part of.
  @usableFromInline let owner: AnyObject?
  @usableFromInline let allowance: MemoryAllowance?
  /// Where the elements begin in the file.
  @usableFromInline let fileStart: Int

  /// Arrays of this size and more have pages of their own, which may be huge ones.
  @usableFromInline static var smallestPagesBytes: Int { 4 << 20 }

  @inlinable
  init(
    _ base: UnsafeMutablePointer<Element>, count: Int, file: MappedFile? = nil, owner: AnyObject? = nil,
    allowance: MemoryAllowance? = nil, fileStart: Int = 0
  ) {
    self.base = base
    self.count = count
    self.file = file
    self.owner = owner
    self.allowance = allowance
    self.fileStart = fileStart
  }

  /// Takes memory with any contents.
  @inlinable
  convenience init(count: Int) {
    let byteCount = count * MemoryLayout<Element>.stride
    let pages = byteCount >= Self.smallestPagesBytes ? Pages(byteCount: byteCount) : nil
    self.init(
      pages?.base.bindMemory(to: Element.self, capacity: count) ?? .allocate(capacity: count), count: count,
      owner: pages)
  }

  /// Takes memory and fills it with one value.
  @inlinable
  package convenience init(repeating value: Element, count: Int) {
    self.init(count: count)
    base.initialize(repeating: value, count: count)
  }

  /// Takes memory and fills it: `body` gives the value of each element.
  @inlinable
  package convenience init(count: Int, _ body: (Int) -> Element) {
    self.init(count: count)
    for index in 0..<count { (base + index).initialize(to: body(index)) }
  }

  /// Uses a file of zeros, which is large enough for `count` elements.
  @inlinable
  package convenience init(zerosIn file: MappedFile, count: Int) {
    precondition(count * MemoryLayout<Element>.stride <= file.byteCount)
    // An empty file has no address, and nothing is read there.
    let base =
      file.mutableBytes.baseAddress?.bindMemory(to: Element.self, capacity: count)
      ?? UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
    self.init(base, count: count, file: file)
  }

  /// Uses bytes of a mapped file, from an offset to its end, as they are.
  package convenience init(of file: MappedFile, from offset: Int) where Element == UInt8 {
    let raw = UnsafeMutableRawBufferPointer(rebasing: file.mutableBytes[offset...])
    let bytes = raw.assumingMemoryBound(to: UInt8.self)
    self.init(
      bytes.baseAddress ?? UnsafeMutablePointer(bitPattern: 1)!, count: bytes.count, file: file, fileStart: offset)
  }

  /// Takes memory of zeros; `nil` if the allowance does not permit so much.
  @inlinable
  package convenience init?(zeros count: Int, within allowance: MemoryAllowance) {
    let byteCount = count * MemoryLayout<Element>.stride
    guard allowance.take(byteCount) else { return nil }
    let pages = Pages(byteCount: byteCount)
    self.init(
      pages.base.bindMemory(to: Element.self, capacity: count), count: count, owner: pages, allowance: allowance)
  }

  @inlinable
  deinit {
    if file == nil && owner == nil { base.deallocate() }
    allowance?.giveBack(count * MemoryLayout<Element>.stride)
  }

  /// The first elements, in place.
  @inlinable
  package func prefix(_ count: Int) -> FlatArray {
    precondition(count <= self.count)
    return FlatArray(base, count: count, file: file, owner: self, fileStart: fileStart)
  }

  /// Gives back the memory of elements that will not be needed for a while; their values are kept.
  ///
  /// Nothing happens to an array that is not in a file.
  @inlinable
  package func release(_ range: Range<Int>) {
    let stride = MemoryLayout<Element>.stride
    file?.release(fileStart + range.lowerBound * stride..<fileStart + range.upperBound * stride)
  }

  /// An element; the index is checked in debug builds.
  @inlinable @inline(__always)
  package subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  /// Asks for an element that will be wanted soon: access at random places is slow.
  @inlinable @inline(__always)
  package func prefetch(_ index: Int) { gas_prefetch(base + index) }

  /// The elements of a range, in place.
  @inlinable
  package subscript(range: Range<Int>) -> UnsafeMutableBufferPointer<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// All elements, in place.
  @inlinable
  package var all: UnsafeMutableBufferPointer<Element> { self[0..<count] }
}

extension FlatArray where Element: FixedWidthInteger {
  /// Turns counts into the places where groups start: n counts, and a last element that is ignored, become n + 1
  /// starts.
  ///
  /// - Returns: the sum of the counts.
  @inlinable
  @discardableResult
  package func accumulate() -> Element {
    var sum: Element = 0
    for index in 0..<count {
      let size = self[index]
      self[index] = sum
      sum += size
    }
    return sum
  }
}
