import Foundation
import XCTest

/// A store read as docs/format.md says, by nothing but that document.
struct PlainStore {
  let path: String
  let manifest: [String: Any]
  let columns: [String: PlainColumn]
  let nodeStarts: [Int]
  let edgeStarts: [Int]
  let haloStarts: [Int]

  init(_ path: String) throws {
    self.path = path
    let text = try String(contentsOfFile: path + "/manifest.json", encoding: .utf8)
    let manifest = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    self.manifest = manifest
    var columns: [String: PlainColumn] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: path + "/columns") {
      let name = try XCTUnwrap(file.hasSuffix(".gascol") ? String(file.dropLast(7)) : nil, file)
      columns[name] = try PlainColumn(Self.bytes("\(path)/columns/\(file)"), name)
    }
    self.columns = columns
    let table = try XCTUnwrap(manifest["partitions"] as? [String: [Int]])
    nodeStarts = try XCTUnwrap(table["nodeStarts"])
    edgeStarts = try XCTUnwrap(table["edgeStarts"])
    haloStarts = try XCTUnwrap(table["haloStarts"])
    XCTAssertEqual(table["innerEdgeCounts"]?.count, nodeStarts.count - 1)
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func column(_ name: String) throws -> PlainColumn {
    try XCTUnwrap(columns[name], "no column \(name)")
  }

  func count(_ key: String) throws -> Int { try XCTUnwrap(manifest[key] as? Int, key) }

  /// A message's way: which row sends to which, with what weight and features, and where in the adjacency that stands.
  struct Entry {
    var source: Int
    var target: Int
    var weight: Float
    var features: [Float]
    var isInner: Bool
  }

  /// The adjacency, resolved as the document says.
  func entries() throws -> [Entry] {
    let degrees = try column("degrees").integers
    let neighbours = try column("neighbours").integers
    let halo = try column("halo").integers
    let weights = columns["edge-weights"]?.floats
    let featureWidth = (manifest["edgeFeatures"] as? [String: Int])?["width"] ?? 0
    let features = columns["edge-features"]?.floats ?? []
    var entries: [Entry] = []
    for partition in 0..<nodeStarts.count - 1 {
      let start = nodeStarts[partition]
      let ownCount = nodeStarts[partition + 1] - start
      for row in start..<start + ownCount {
        let first = edgeStarts[partition] + degrees[start..<row].reduce(0, +)
        for place in first..<first + degrees[row] {
          let code = neighbours[place]
          let source = code < ownCount ? start + code : halo[haloStarts[partition] + code - ownCount]
          entries.append(
            Entry(
              source: source, target: row, weight: weights?[place] ?? 1,
              features: Array(features[place * featureWidth..<(place + 1) * featureWidth]), isInner: code < ownCount))
        }
      }
    }
    return entries
  }
}
