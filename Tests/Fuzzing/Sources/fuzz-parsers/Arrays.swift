import GasBase

@testable import GasEdges
@testable import GasFiles
@testable import GasFormats
@testable import GasGraph
@testable import GasText

extension Target {
  /// NumPy's and SciPy's files.
  static let arrays = [
    Target(name: "npy") { input in
      let reader = try NpyReader(opening: InputFile.holding(input, called: "input.npy"))
      try readThrough(reader)
      try readThrough(reader.transposed())
    },
    Target(name: "npz") { input in
      let archive = try NpzReader(opening: InputFile.holding(input, called: "input.npz"))
      for name in archive.names.prefix(8) {
        _ = try? archive.header(name)
        _ = try? archive.extract(name, to: InputFile.folder + "/extracted.npy")
        try readThrough(archive.array(name))
      }
    },
    Target(name: "scipy-features") { input in
      let matrix = try ScipyMatrix(opening: InputFile.holding(input, called: "input.npz"))
      var cursor = ScipyMatrix.Cursor(matrix)
      for row in 0..<min(matrix.rowCount, 64) {
        try cursor.read(row)
        precondition(cursor.indices.count == cursor.values.count, "a column without value")
      }
    },
    Target(name: "scipy-adjacency") { input in
      let path = InputFile.holding(input.without(1), called: "input.npz")
      let scratch = try ScratchFolder(at: InputFile.folder + "/scratch")
      let matrix = try ScipyAdjacency(
        opening: path, isWeighted: (input.first ?? 0) & 1 != 0, scratch: (input.first ?? 0) & 2 != 0 ? scratch : nil)
      try matrix.forEachBatch { batch, _ in
        precondition(batch.edges.sources.count == batch.edges.targets.count, "half an edge")
      }
    },
  ]

  private static func readThrough(_ reader: NpyReader) throws {
    let count = min(reader.elementCount, 64)
    _ = (reader.rowCount, reader.rowWidth)
    guard !reader.type.isText else {
      for element in 0..<count { _ = try reader.string(at: element) }
      return
    }
    _ = reader.floats(0..<count)
    _ = try reader.integers(0..<count)
  }
}
