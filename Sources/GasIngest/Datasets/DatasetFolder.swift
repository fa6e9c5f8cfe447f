import GasBase
import GasEdges
import GasFiles
import GasFormats

/// A folder of a published data set, with edges, features, labels and splits in known places.
protocol DatasetFolder {
  /// Whether a path is such a folder.
  static func isOne(_ path: String) -> Bool

  /// Looks at a folder.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - scratch: where arrays can be put that are made of the folder's files; the folder is made when it is needed.
  ///   - inputs: notes the files.
  init(path: String, scratch: String, inputs: InputLog)

  /// Returns the options with what the folder holds as plain files. What the options already name stays.
  func expand(_ options: IngestOptions) throws -> IngestOptions
}

/// The known layouts.
enum DatasetFolders {
  static func find(_ path: String, scratch: String, _ inputs: InputLog) -> (any DatasetFolder)? {
    let kinds: [any DatasetFolder.Type] = [OGBFolder.self, OGBArchive.self, GraphBoltFolder.self]
    let kind = kinds.first { $0.isOne(path) }
    return kind?.init(path: path.withoutTrailingSlash, scratch: scratch, inputs: inputs)
  }

  /// Makes the options that every layout starts with. Options about edge files are refused with a data set, and nodes
  /// are counted.
  ///
  /// - Parameters:
  ///   - options: what the user asked for.
  ///   - path: the folder.
  ///   - nodeCount: how many nodes the data set has.
  ///   - source: the file that says so.
  /// - Returns: the options with nodes 0 … N−1.
  /// - Throws: `GasError` for an option that does not go with a data set.
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

  /// An array of sources above targets, as layouts promise it, in a form that is read so.
  ///
  /// Two edges alone look like two pairs: they are written once more, as pairs.
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
