import FoundationEssentials
import GasBase
import GasFiles
import GasFormats

/// A folder of the plain files that gas-ingest reads.
struct InputFolder {
  let path: String

  init(_ path: String) throws {
    self.path = path
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw GasError("cannot be made a folder", file: path, advice: "check the path and its permissions")
    }
  }

  func write(_ wordNet: WordNet) throws {
    let ends = wordNet.edges.flatMap { [$0.from, $0.to] }
    try NpyWriter.write(ends, shape: [wordNet.edges.count, 2], to: file("edges.npy"))
    try NpyWriter.write(wordNet.labels, to: file("labels.npy"))
    try AtomicFile.write(file("names.txt"), text: wordNet.synsets.map { $0.name + "\n" }.joined())
  }

  func write(_ bag: BagOfWords) throws {
    try ScipyMatrix.write(
      starts: bag.starts, indices: bag.columns, values: Array(repeating: 1, count: bag.columns.count),
      width: bag.vocabulary.count, to: file("features.npz"))
    try AtomicFile.write(file("words.txt"), text: bag.vocabulary.map { $0 + "\n" }.joined())
  }

  func write(_ split: NodeSplit) throws {
    try NpyWriter.write(split.train, to: file("train.npy"))
    try NpyWriter.write(split.validation, to: file("val.npy"))
    try NpyWriter.write(split.test, to: file("test.npy"))
  }

  private func file(_ name: String) -> String { "\(path)/\(name)" }
}
