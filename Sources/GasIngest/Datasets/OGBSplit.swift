import FoundationEssentials
import GasBase
import GasStore

/// `split/NAME/train.csv.gz`, `valid.csv.gz` and `test.csv.gz` of a data set of the Open Graph Benchmark: an id a line.
enum OGBSplit {
  /// Adds the split of the folder, unless the options name one.
  static func add(_ path: String, to options: inout IngestOptions) throws {
    guard options.splits == nil && options.splitParts.isEmpty else { return }
    options.splitParts = try parts(path)
    options.promises.listsHoldIds = true
  }

  private static func parts(_ path: String) throws -> [SplitPart: String] {
    let folder = path + "/split"
    func file(_ name: String, _ part: String) -> String? {
      let path = "\(folder)/\(name)/\(part).csv.gz"
      return FileManager.default.fileExists(atPath: path) ? path : nil
    }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().filter {
      file($0, "train") != nil
    }
    guard names.count <= 1 else {
      throw GasError(
        expected: "one split", found: names.joined(separator: ", "), file: folder,
        advice: "pass --train, --val and --test with the files of one")
    }
    guard let name = names.first else { return [:] }
    let parts: [(SplitPart, String)] = [(.train, "train"), (.validation, "valid"), (.test, "test")]
    return parts.reduce(into: [:]) { $0[$1.0] = file(name, $1.1) }
  }
}
