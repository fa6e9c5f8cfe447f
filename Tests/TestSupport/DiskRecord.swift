import Foundation
import GasFiles

/// The changes that a program has made below a folder, told by `DiskSeam` in the order in which they happened.
///
/// Files and folders are known by their inodes, whatever names they have. Each is held open while the record lives, so
/// that the number of one that is gone is not given to another.
public final class DiskRecord: @unchecked Sendable {
  /// An inode's number.
  typealias Node = UInt64

  /// A name's place: the folder that it stands in.
  struct Place: Hashable, Sendable {
    var folder: Node
    var name: String
  }

  enum Event: Sendable {
    case write(Node, offset: Int, Data)
    case extend(Node, byteCount: Int)
    case sync(Node)
    case enter(Place, Node, isFolder: Bool)
    case leave(Place)
    case move(Place, Place)
    case exchange(Place, Place)
    case syncFolder(Node)

    var isOfNames: Bool {
      switch self {
      case .enter, .leave, .move, .exchange: true
      case .write, .extend, .sync, .syncFolder: false
      }
    }
  }

  private let device: dev_t
  private let lock = NSLock()
  private var held: [Node: Int32] = [:]
  /// What each file would read as, to tell what has come into it through a mapping.
  private var contents: [Node: Data] = [:]

  /// What stood there before.
  private(set) var before = DiskModel(root: 0)
  private(set) var events: [Event] = []
  /// How many changes had been made at each mark.
  private(set) var marks: [Int] = []

  /// Begins with the contents of the folder `root`, which are taken to be on the disk.
  public init(below root: String) throws {
    var status = stat()
    guard stat(root, &status) == 0 else { throw CocoaError(.fileNoSuchFile) }
    device = status.st_dev
    before = try DiskModel(reading: root) { hold($0) }
    contents = before.contents
  }

  /// Records what `body` changes, on a file system that cannot do what `lacks` says: files without names, exchanging
  /// names.
  public func record(lacking lacks: Set<DiskSeam.Operation> = [], _ body: () throws -> Void) throws {
    DiskSeam.observer = { change in
      guard lacks.contains(change.operation) else { return .happens }
      return .fails(change.operation == .createNameless ? EOPNOTSUPP : EINVAL)
    }
    DiskSeam.witness = { [self] change, result in lock.withLock { note(change, result) } }
    defer { (DiskSeam.observer, DiskSeam.witness) = (nil, nil) }
    try body()
    // What was never synced, and did not come by a call.
    lock.withLock { held.keys.sorted().forEach(noteMapped) }
  }

  /// The number of marks so far.
  public var markCount: Int { marks.count }

  /// Notes that the program has said that something is done: what it was has to be on the disk from here on.
  public func mark() { lock.withLock { marks.append(events.count) } }

  init(_ other: DiskRecord) {
    (device, before, events, marks) = (other.device, other.before, other.events, other.marks)
  }

  /// Forgets changes.
  func drop(_ isForgotten: (Event) -> Bool) {
    marks = marks.map { mark in events[..<mark].count { !isForgotten($0) } }
    events.removeAll(where: isForgotten)
  }

  /// Has each sync of a file happen behind the changes of names that follow it.
  func delaySyncs() {
    for index in events.indices.dropLast().reversed() {
      var place = index
      while case .sync = events[place], place + 1 < events.count, events[place + 1].isOfNames {
        events.swapAt(place, place + 1)
        place += 1
      }
    }
  }

  deinit { for descriptor in held.values { close(descriptor) } }

  private func note(_ change: DiskSeam.Change, _ result: Int) {
    switch change.operation {
    case .create: enter(change.path, hold(change.path), isFolder: false)
    case .makeFolder: enter(change.path, hold(change.path), isFolder: true)
    case .createNameless: break
    case .write:
      guard let node = hold(change.descriptor) else { return }
      write(node, at: change.offset, Data(change.bytes.prefix(result)))
    case .extend: if let node = hold(change.descriptor) { extend(node, to: change.offset) }
    case .sync:
      guard let node = hold(change.descriptor) else { return }
      noteMapped(node)
      events.append(.sync(node))
    case .syncFolder: if let node = hold(change.path) { events.append(.syncFolder(node)) }
    case .link: enter(change.target!, hold(change.target!), isFolder: false)
    case .rename: if let (from, to) = places(change) { events.append(.move(from, to)) }
    case .exchange: if let (a, b) = places(change) { events.append(.exchange(a, b)) }
    case .remove, .removeFolder: if let place = place(change.path) { events.append(.leave(place)) }
    }
  }

  private func enter(_ path: String, _ node: Node?, isFolder: Bool) {
    if let node, let place = place(path) { events.append(.enter(place, node, isFolder: isFolder)) }
  }

  /// A disk may take a write page by page, and the file's new length before all of them.
  private func write(_ node: Node, at offset: Int, _ bytes: Data) {
    let end = offset + bytes.count
    if contents[node, default: Data()].count < end { extend(node, to: end) }
    contents[node]!.replaceSubrange(offset..<end, with: bytes)
    var start = offset
    while start < end {
      let next = min((start / Self.pageBytes + 1) * Self.pageBytes, end)
      events.append(.write(node, offset: start, bytes.dropFirst(start - offset).prefix(next - start)))
      start = next
    }
  }

  /// A file is made longer only: space that it has already stays.
  private func extend(_ node: Node, to byteCount: Int) {
    let known = contents[node, default: Data()]
    contents[node] = known + Data(count: max(0, byteCount - known.count))
    if byteCount > known.count { events.append(.extend(node, byteCount: byteCount)) }
  }

  /// Pages that were changed by stores into a mapping.
  private func noteMapped(_ node: Node) {
    guard let known = contents[node], let descriptor = held[node] else { return }
    var found = Data(count: known.count)
    let count = found.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count == known.count, found != known else { return }
    for start in stride(from: 0, to: count, by: Self.pageBytes) {
      let page = start..<min(start + Self.pageBytes, count)
      if found[page] != known[page] { write(node, at: start, found[page]) }
    }
  }

  private static let pageBytes = 4096

  private func places(_ change: DiskSeam.Change) -> (Place, Place)? {
    guard let from = place(change.path), let to = place(change.target!) else { return nil }
    return (from, to)
  }

  private func place(_ path: String) -> Place? {
    let url = URL(fileURLWithPath: path)
    return hold(url.deletingLastPathComponent().path).map { Place(folder: $0, name: url.lastPathComponent) }
  }

  private func hold(_ descriptor: Int32) -> Node? { hold("/proc/self/fd/\(descriptor)", followsLinks: true) }

  /// By a descriptor of its own: a lock on the file must not outlive its holder.
  private func hold(_ path: String, followsLinks: Bool = false) -> Node? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { return nil }
    var status = stat()
    let node = fstat(descriptor, &status) == 0 && status.st_dev == device ? Node(status.st_ino) : nil
    guard let node, held[node] == nil else {
      close(descriptor)
      return node
    }
    held[node] = descriptor
    return node
  }
}
