/// Plain values in a scratch file, to which more can be added: the capacity doubles when it is used up. Not
/// thread-safe.
@usableFromInline
package final class GrowingArray<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  @usableFromInline let space: Workspace
  // Other modules' inlined code uses these, so the compiler cannot see that no two accesses overlap, and would ask at
  // every element.
  @exclusivity(unchecked) @usableFromInline var room: FlatArray<Element>
  @exclusivity(unchecked) @usableFromInline var filledCount = 0

  /// Makes an empty array.
  ///
  /// - Parameters:
  ///   - space: where its files are.
  ///   - room: how many elements it can take before it grows.
  /// - Throws: `GasError` if the disk has no space for it.
  package init(in space: Workspace, room: Int = 1 << 10) throws {
    self.space = space
    self.room = try space.zeros(count: room)
  }

  /// The number of values.
  @inlinable
  package var count: Int { filledCount }

  /// A value.
  @inlinable @inline(__always)
  package subscript(index: Int) -> Element { room[index] }

  /// The values, followed by unused capacity.
  @inlinable
  package var values: FlatArray<Element> { room }

  /// All values, in place; valid until the array grows.
  @inlinable
  package var all: UnsafeMutableBufferPointer<Element> { room[0..<filledCount] }

  /// Appends a value.
  ///
  /// - Parameter element: the value.
  /// - Throws: `GasError` if the disk has no space for more.
  @inlinable
  package func append(_ element: Element) throws {
    if filledCount == room.count { try grow(to: filledCount + 1) }
    room[filledCount] = element
    filledCount += 1
  }

  /// Appends values.
  ///
  /// - Parameter elements: the values.
  /// - Throws: `GasError` if the disk has no space for more.
  @inlinable
  package func append(contentsOf elements: UnsafeBufferPointer<Element>) throws {
    if filledCount + elements.count > room.count { try grow(to: filledCount + elements.count) }
    _ = room[filledCount..<filledCount + elements.count].update(from: elements)
    filledCount += elements.count
  }

  @usableFromInline
  func grow(to count: Int) throws {
    let larger: FlatArray<Element> = try space.zeros(count: max(count, room.count * 2))
    _ = larger[0..<filledCount].update(from: room[0..<filledCount])
    room = larger
  }
}
