import Foundation

/// A disk and what it may hold after the power has failed.
///
/// * What a program writes to a file, and how long it makes it, is surely on the disk once the file is synced. Before,
///   each page of each write by itself may be there or not: later ones without earlier ones, and a file's new length
///   without what was written into it.
/// * Names in a folder, of files and of folders, are surely as they were made, moved or removed once the folder is
///   synced. Before, each change by itself may have happened or not. A rename happens whole or not at all, and takes
///   the place of what had the name.
/// * What is not reached by any name is lost.
///
/// That is what POSIX promises and no more. File systems mostly do better: they keep the order of names.
struct DiskModel {
  typealias Node = DiskRecord.Node
  typealias Place = DiskRecord.Place

  /// Which of the changes that were not synced are on the disk.
  enum Chance: Equatable {
    case none
    case all
    /// Contents are, names are not; and the other way round.
    case contents, names
    /// Each with probability ½.
    case drawn(seed: UInt64)
  }

  /// What names come to stand for in one step.
  private typealias NameChange = [(place: Place, node: Node?)]

  private let root: Node
  private var files: [Node: File] = [:]
  private var folders: Set<Node> = []
  private var names: [Place: Node] = [:]
  /// As the program sees them.
  private var seenNames: [Place: Node] = [:]
  private var unsyncedNames: [NameChange] = []

  var contents: [Node: Data] { files.mapValues(\.bytes) }

  init(root: Node) { self.root = root }

  /// A disk with a folder on it, all of it synced. `holding` tells the inode of a path.
  init(reading path: String, holding: (String) -> Node?) throws {
    self.init(root: holding(path) ?? 0)
    try read(path, root, holding)
    seenNames = names
  }

  private mutating func read(_ path: String, _ node: Node, _ holding: (String) -> Node?) throws {
    folders.insert(node)
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      let child = "\(path)/\(name)"
      guard let found = holding(child) else { continue }
      names[Place(folder: node, name: name)] = found
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: child, isDirectory: &isFolder)
      if isFolder.boolValue {
        try read(child, found, holding)
      } else {
        files[found] = File(bytes: try Data(contentsOf: URL(fileURLWithPath: child)))
      }
    }
  }

  mutating func apply(_ event: DiskRecord.Event) {
    switch event {
    case .write(let node, let offset, let data):
      files[node, default: File()].unsynced.append(.write(offset: offset, data))
    case .extend(let node, let byteCount):
      files[node, default: File()].unsynced.append(.extend(byteCount: byteCount))
    case .sync(let node): files[node]?.settle { true }
    case .enter(let place, let node, let isFolder):
      if isFolder { folders.insert(node) } else if files[node] == nil { files[node] = File() }
      change([(place, node)])
    case .leave(let place): change([(place, nil)])
    case .move(let from, let to): change([(from, nil), (to, seenNames[from])])
    case .exchange(let a, let b): change([(a, seenNames[b]), (b, seenNames[a])])
    case .syncFolder(let node):
      func isIn(_ change: NameChange) -> Bool { change.contains { $0.place.folder == node } }
      for change in unsyncedNames where isIn(change) { settle(change) }
      unsyncedNames.removeAll(where: isIn)
    }
  }

  private mutating func change(_ change: NameChange) {
    for (place, node) in change { seenNames[place] = node }
    unsyncedNames.append(change)
  }

  private mutating func settle(_ change: NameChange) {
    for (place, node) in change { names[place] = node }
  }

  /// The disk as the power failure leaves it.
  func afterPowerLoss(_ chance: Chance) -> DiskModel {
    var disk = self
    var random = SplitMix(chance)
    let (hasContents, hasNames): (Bool?, Bool?) =
      switch chance {
      case .none: (false, false)
      case .all: (true, true)
      case .contents: (true, false)
      case .names: (false, true)
      case .drawn: (nil, nil)
      }
    for node in disk.files.keys.sorted() { disk.files[node]!.settle { hasContents ?? random.flip() } }
    for change in unsyncedNames where hasNames ?? random.flip() { disk.settle(change) }
    disk.unsyncedNames = []
    return disk
  }

  /// All files that names lead to, by their paths below the folder; folders have no contents.
  var tree: [String: Data?] {
    var tree: [String: Data?] = [:]
    var inside: [Node: [(String, Node)]] = [:]
    for (place, node) in names { inside[place.folder, default: []].append((place.name, node)) }
    func list(_ folder: Node, _ prefix: String) {
      for (name, node) in inside[folder] ?? [] {
        guard folders.contains(node) else {
          tree[prefix + name] = files[node]?.bytes ?? Data()
          continue
        }
        tree[prefix + name] = Data?.none
        list(node, prefix + name + "/")
      }
    }
    list(root, "")
    return tree
  }
}

/// A file's bytes that are surely on the disk, and what was changed since.
private struct File {
  enum Change {
    case write(offset: Int, Data)
    case extend(byteCount: Int)
  }

  var bytes = Data()
  var unsynced: [Change] = []

  /// - Parameter isThere: of each change whether it is on the disk.
  mutating func settle(_ isThere: () -> Bool) {
    for change in unsynced where isThere() {
      switch change {
      case .write(let offset, let data):
        grow(to: offset + data.count)
        bytes.replaceSubrange(offset..<offset + data.count, with: data)
      case .extend(let byteCount): grow(to: byteCount)
      }
    }
    unsynced = []
  }

  private mutating func grow(to byteCount: Int) {
    if bytes.count < byteCount { bytes.append(Data(count: byteCount - bytes.count)) }
  }
}

/// Random bits of a seed.
private struct SplitMix {
  private var state: UInt64

  init(_ chance: DiskModel.Chance) {
    if case .drawn(let seed) = chance { state = seed } else { state = 0 }
  }

  mutating func flip() -> Bool {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) & 1 == 1
  }
}
