import GasFormats
import XCTest

/// Whatever the user's ids are, outputs come back in them and in their order.
final class OriginalIdTests: ToolTestCase {
  /// Two paths of four nodes each; a node's features say its class.
  private func infer(_ ids: [String], to output: String, _ flags: String..., line: UInt = #line) throws {
    let edges = [(0, 2), (2, 4), (4, 6), (1, 3), (3, 5), (5, 7)]
    try write(edges.map { "\(ids[$0])\t\(ids[$1])\n" }.joined(), to: "edges.tsv")
    try write(ids.map { $0 + "\n" }.joined(), to: "ids.txt")
    try write((0..<8).flatMap { [Float($0 % 2), Float(1 - $0 % 2)] }, shape: [8, 2], to: "features.npy")
    try write((0..<8).map { Int64($0 % 2) }, to: "labels.npy")
    try write(ids[..<4].map { $0 + "\n" }.joined(), to: "train.txt")
    try write(ids[4...].map { $0 + "\n" }.joined(), to: "val.txt")
    let inputs = ["--features", "features.npy", "--labels", "labels.npy", "--train", "train.txt", "--val", "val.txt"]
    let partitions = ["--partitions", "3", "--partitioner", "random", "--seed", "4"]
    let result = try Tool.ingest.run(
      ["edges.tsv", "--ids", "ids.txt", "-o", "s"] + inputs + partitions + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors, line: line)
    try succeed(
      .run, "train", "s", "--run", "r", "--epochs", "30", "--dropout", "0", "--lr", "0.1", "--batch-partitions", "all",
      line: line)
    try succeed(.run, "infer", "s", "--run", "r", "--predictions", "p.npy", "--ids", output, "--overwrite", line: line)
    let predictions = try NpyReader(opening: file("p.npy")).integers(0..<8)
    XCTAssertEqual(predictions, [0, 1, 0, 1, 0, 1, 0, 1], line: line)
  }

  func testNames() throws {
    let names = ["zebra", "ant", "Ödön", "bee", "m", "日本", "cat", "x-y_z"]
    try infer(names, to: "out.txt", "--string-ids")
    XCTAssertEqual(try String(contentsOfFile: file("out.txt"), encoding: .utf8), names.map { $0 + "\n" }.joined())
  }

  func testIntegers() throws {
    let ids: [Int64] = [900, -3, 7, .max, 0, .min, 1 << 40, 12]
    try infer(ids.map(String.init), to: "out.npy")
    XCTAssertEqual(try NpyReader(opening: file("out.npy")).integers(0..<8), ids)
  }

  /// A name that says something else than what would be written is refused before anything is computed.
  func testNamesOfIdFiles() throws {
    try infer(["a", "b", "c", "d", "e", "f", "g", "h"], to: "out.txt", "--string-ids")
    try assertRefused(.run, "infer", "s", "--run", "r", "--ids", "new.npy", says: "since ids are names", "ids.txt")
    try FileManager.default.removeItem(atPath: file("s"))
    try infer((0..<8).map { "\($0 * 3)" }, to: "out.npy")
    try assertRefused(
      .run, "infer", "s", "--run", "r", "--ids", "new.txt", says: "ends in .npy, since ids are integers")
  }
}
