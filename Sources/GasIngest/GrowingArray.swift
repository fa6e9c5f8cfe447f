/// Plain values in a scratch file, to which more can be added: the room doubles when it is used up. A reference; not thread-safe.
final class GrowingArray<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  private let space: Workspace
  private(set) var values: FlatArray<Element>
  private(set) var count = 0

  init(in space: Workspace, room: Int = 1 << 10) throws {
    self.space = space
    values = try space.zeros(count: room)
  }

  @inline(__always)
  subscript(index: Int) -> Element { values[index] }

  var all: UnsafeMutableBufferPointer<Element> { values[0..<count] }

  func append(_ element: Element) throws {
    if count == values.count { try grow(to: count + 1) }
    values[count] = element
    count += 1
  }

  func append(contentsOf elements: UnsafeBufferPointer<Element>) throws {
    if count + elements.count > values.count { try grow(to: count + elements.count) }
    _ = values[count..<count + elements.count].update(from: elements)
    count += elements.count
  }

  private func grow(to room: Int) throws {
    let larger: FlatArray<Element> = try space.zeros(count: max(room, values.count * 2))
    _ = larger[0..<count].update(from: values[0..<count])
    values = larger
  }
}
