import Foundation

@testable import GasFormats
@testable import GasIngest

/// Input files that ingest takes, one of which is damaged at a time.
struct FuzzCase {
  typealias Change = (inout IngestOptions, (String) -> String) -> Void

  var name: String
  /// Paths inside of the case's folder and contents.
  var files: [String: [UInt8]]
  /// What is damaged.
  var targets: [String]
  /// Files and flags; gets what turns a name into a path.
  var change: Change

  static let fixtures = URL(fileURLWithPath: #filePath).appending(path: "../../../../Fixtures/formats").standardized
    .path

  /// A single file of edges.
  init(edges name: String, contents: [UInt8]? = nil, change: @escaping Change = { _, _ in }) throws {
    self.name = name
    files = [name: try contents ?? Self.read(name)]
    targets = [name]
    self.change = { options, path in
      options.edges = [path(name)]
      change(&options, path)
    }
  }

  /// A folder of Fixtures/formats.
  init(folder: String) throws {
    name = folder
    files = [:]
    for file in try FileManager.default.subpathsOfDirectory(atPath: "\(Self.fixtures)/\(folder)").sorted() {
      var isFolder: ObjCBool = false
      let path = "\(Self.fixtures)/\(folder)/\(file)"
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      files["\(folder)/\(file)"] = try Self.read("\(folder)/\(file)")
    }
    targets = files.keys.sorted()
    change = { options, path in options.edges = [path(folder)] }
  }

  /// Tables, one of which is damaged.
  init(tables: [String: String], change: @escaping Change) {
    name = "tables"
    files = tables.mapValues { Array($0.utf8) }
    targets = tables.keys.sorted()
    self.change = change
  }

  /// Good edges of seven nodes, and another file that is damaged.
  init(attribute name: String, _ contents: [UInt8], change: @escaping Change) throws {
    try self.init(edges: "edges.tsv", change: change)
    self.name = name
    files[name] = contents
    targets = [name]
  }

  static func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/\(name)")))
  }

  /// The file as it would be without compression.
  static func unpacked(_ bytes: [UInt8], in folder: String) throws -> [UInt8] {
    let path = "\(folder)/packed"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    let source = try ByteSource(opening: path)
    var plain = [UInt8](repeating: 0, count: 1 << 16)
    let count = try plain.withUnsafeMutableBytes { try source.read(into: $0) }
    return Array(plain.prefix(count))
  }

  /// The arrays of an archive.
  static func entries(_ bytes: [UInt8], in folder: String) throws -> [(name: String, data: [UInt8])] {
    let path = "\(folder)/packed.npz"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    let archive = try NpzReader(opening: path)
    return try archive.names.map { ("\($0).npy", try archive.array($0).withFileBytes { Array($0) }) }
  }

  static func npy<T: NpyElement>(_ values: [T], _ shape: [Int]) -> [UInt8] {
    NpyHeader(type: T.npyType, shape: shape).encoded() + values.withUnsafeBytes { Array($0) }
  }
}
