import Foundation
import GasBase
import GasEdges
import GasFiles
import GasFormats

/// A folder in which a data set is published with edges, features, labels and splits in places that are known.
protocol DatasetFolder {
  /// Whether a path is such a folder.
  static func isOne(_ path: String) -> Bool

  /// - Parameter scratch: where arrays can be put that are made of the folder's files; it is made when it is needed.
  init(path: String, scratch: String, inputs: InputLog)

  /// What the folder holds as options for plain files. What the options already name stays.
  func expand(_ options: IngestOptions) throws -> IngestOptions
}

/// The layouts that are known.
enum DatasetFolders {
  static func find(_ path: String, scratch: String, _ inputs: InputLog) -> (any DatasetFolder)? {
    let kinds: [any DatasetFolder.Type] = [OGBFolder.self, OGBArchive.self, GraphBoltFolder.self]
    let kind = kinds.first { $0.isOne(path) }
    return kind?.init(path: path.withoutTrailingSlash, scratch: scratch, inputs: inputs)
  }

  /// What every layout starts with: flags about the edge files do not go with it, and nodes are counted.
  ///
  /// - Parameter source: which file says how many nodes there are.
  static func plain(
    _ options: IngestOptions, _ path: String, nodeCount: Int, source: String
  ) throws -> IngestOptions {
    guard options.format.kind == nil && options.format.binaryIds == nil else {
      throw GasError(
        "the formats of the folder's files are known", file: path, advice: "leave out --format and --binary")
    }
    let format = options.format
    guard format.columns == nil && format.separator == nil && !format.comments.areChosen else {
      throw GasError(
        "the formats of the folder's files are known", file: path,
        advice: "leave out --columns, --separator and --comment")
    }
    guard nodeCount > 0 else { throw GasError("the graph is empty: no nodes", file: path) }
    guard nodeCount <= NodeIds.largestCount else { throw NodeIds.tooMany(file: path) }
    guard options.nodeCount == nil || options.nodeCount == nodeCount else {
      throw GasError(expected: "\(options.nodeCount!) nodes (--nodes)", found: "\(nodeCount)", file: path)
    }
    var options = options
    options.nodeCount = nodeCount
    options.promises.nodesFrom = source
    return options
  }

  /// An array of sources above targets, as layouts promise it, such that it is read so.
  ///
  /// Two edges alone are told from two pairs by nothing but that promise: they are written once more, as pairs.
  static func edges(_ path: String, scratch: String, _ inputs: InputLog) throws -> String {
    let array = try NpyReader(opening: path, called: inputs.name(of: path))
    guard array.shape.count == 2, array.shape[0] == 2 else {
      throw GasError(expected: "edges of shape (2, E)", found: array.header.shapeText, file: array.path)
    }
    guard array.shape[1] == 2, array.type.isInteger else { return path }
    try FileTree.makeFolders(scratch, isDurable: false)
    let target = "\(scratch)/pairs.npy"
    let ends = try array.integers(0..<4)
    try NpyWriter.write([ends[0], ends[2], ends[1], ends[3]], shape: [2, 2], to: target)
    inputs.record(path: path, array.fileChecksum())
    inputs.note(target, madeOf: array.path)
    return target
  }
}
