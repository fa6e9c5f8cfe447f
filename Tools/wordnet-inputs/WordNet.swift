import GasBase
import GasFiles

/// All synsets of WordNet; a synset's place in the list is its node number.
struct WordNet {
  let synsets: [Synset]
  /// Pairs of nodes, with a relation each way where WordNet names it each way.
  let edges: [(from: UInt32, to: UInt32)]

  /// Reads WordNet.
  ///
  /// - Parameter folder: the folder of data.noun, data.verb, data.adj and data.adv.
  /// - Throws: `GasError` for files that cannot be read, malformed lines, and pointers to synsets that are not there.
  init(folder: String) throws {
    var synsets: [Synset] = []
    var lines: [(part: Synset.Part, number: Int)] = []
    for part in Synset.Part.allCases {
      try Self.read(part, in: folder) { synset, line in
        synsets.append(synset)
        lines.append((part, line))
      }
    }
    self.synsets = synsets
    edges = try Self.edges(synsets) { node in
      (file: Self.path(lines[node].part, in: folder), line: lines[node].number)
    }
  }

  var labels: [Int64] { synsets.map { Int64($0.lexicographerFile) } }

  private static func path(_ part: Synset.Part, in folder: String) -> String {
    "\(folder)/\(part.fileName)"
  }

  private static func read(_ part: Synset.Part, in folder: String, _ body: (Synset, Int) -> Void) throws {
    let path = path(part, in: folder)
    let data = try SmallFile.read(path, advice: "apt-get install wordnet-base, or name WordNet's folder")
    var count = 0
    for (index, line) in Array(data).split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      // The licence at the head of each file is indented; the last line ends with a newline.
      guard let first = line.first, first != UInt8(ascii: " ") else { continue }
      let text = String(decoding: line, as: UTF8.self)
      body(try SynsetParser.parse(text, part: part, file: path, line: index + 1), index + 1)
      count += 1
    }
    guard count > 0 else { throw GasError(expected: "synsets", found: "none", file: path) }
  }

  private static func edges(
    _ synsets: [Synset], place: (Int) -> (file: String, line: Int)
  ) throws -> [(from: UInt32, to: UInt32)] {
    var nodes: [Synset.Key: UInt32] = [:]
    for (node, synset) in synsets.enumerated() {
      guard nodes.updateValue(UInt32(node), forKey: synset.key) == nil else {
        let place = place(node)
        throw GasError("synset \(synset.name) is there twice", file: place.file, at: .line(place.line))
      }
    }
    var edges: [(from: UInt32, to: UInt32)] = []
    for (node, synset) in synsets.enumerated() {
      for pointer in synset.pointers {
        guard let target = nodes[pointer] else {
          let place = place(node)
          throw GasError(
            "a pointer to synset \(pointer.offset) of \(pointer.part.fileName), which is not there", file: place.file,
            at: .line(place.line), advice: "the four data files must be of one version")
        }
        edges.append((UInt32(node), target))
      }
    }
    return edges
  }
}
