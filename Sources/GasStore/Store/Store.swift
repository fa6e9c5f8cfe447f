import GasBase
import GasFiles

/// A finished store, opened for reading. Safe to share between threads.
public final class Store: Sendable {
  /// The store's folder, as it was given.
  public let path: String
  /// The folder that the store's runs lie in: `runs` in the store, unless another was named.
  public let runsPath: String
  /// Whether the runs lie elsewhere than in the store.
  public let hasRunsApart: Bool
  /// What the store is.
  public let manifest: Manifest
  private let columns: [ColumnName: Column]
  /// Taken before the manifest is read, so that it never is that of a later manifest.
  private let identity: FileVersion?

  /// The number of nodes N.
  public var nodeCount: Int { manifest.nodeCount }
  /// Which rows and entries each partition owns.
  public var partitions: PartitionTable { manifest.partitions }

  /// Opens a store, maps its columns and checks that each is the one that the manifest means. If another process
  /// replaces the store meanwhile, either the old or the new one is opened.
  ///
  /// - Parameters:
  ///   - path: the store's folder.
  ///   - runs: the folder of its runs; `nil` for the one in the store.
  /// - Throws: `GasError` naming the file and, where there is one, the offset of what is wrong.
  public init(opening path: String, runs: String? = nil) throws {
    self.path = path
    runsPath = runs ?? path + "/runs"
    hasRunsApart = runs != nil
    try ShardFolder.refuse(path)
    (identity, manifest, columns) = try Self.read(path)
    try checkShapes()
  }

  private static func read(_ path: String) throws -> (FileVersion?, Manifest, [ColumnName: Column]) {
    while true {
      let identity = FileVersion(path + "/" + Manifest.fileName)
      do {
        let manifest = try Manifest(reading: path + "/" + Manifest.fileName)
        return (identity, manifest, try columns(of: manifest, in: path))
      } catch {
        // The manifest of one store and the columns of another are no damage.
        guard identity != FileVersion(path + "/" + Manifest.fileName) else { throw error }
      }
    }
  }

  private static func columns(of manifest: Manifest, in path: String) throws -> [ColumnName: Column] {
    var columns: [ColumnName: Column] = [:]
    for entry in manifest.columns {
      let column = try Column(opening: path + "/columns/" + entry.name.fileName)
      let found = Manifest.ColumnEntry(entry.name, column.header)
      guard found == entry else {
        throw GasError(
          expected: "the column of the manifest (header checksum \(entry.headerChecksum))",
          found: "another (\(found.headerChecksum))", file: column.path, at: .offset(ColumnHeader.checkedBytes))
      }
      columns[entry.name] = column
    }
    return columns
  }

  /// Whether this store still has its name; false if another one has taken its place.
  public var isInPlace: Bool { identity == FileVersion(path + "/" + Manifest.fileName) }

  /// Refuses to go on where the store has lost its name.
  ///
  /// - Throws: `GasError` if another store has its name by now, or none.
  public func checkIsInPlace() throws {
    guard !isInPlace else { return }
    throw GasError(
      "another process has replaced the store meanwhile", file: path, advice: "run the command again", status: .tryAgain
    )
  }

  /// Does work that finds files, such as those of runs, by the name of the store.
  ///
  /// - Parameter work: what to do.
  /// - Returns: what `work` returns.
  /// - Throws: what `work` throws; if the store has lost its name meanwhile, a `GasError` that says so instead, since
  ///   that is the reason.
  public func whileInPlace<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch {
      try checkIsInPlace()
      throw error
    }
  }

  /// The words of a command that mean a run of this store, behind the store itself.
  ///
  /// - Parameter name: the run's name.
  /// - Returns: `--run` and the name, behind the folder of the runs where they lie apart.
  public func runWords(_ name: String) -> [String] { (hasRunsApart ? ["--runs", runsPath] : []) + ["--run", name] }

  /// Whether the store has a column.
  public func has(_ name: ColumnName) -> Bool { columns[name] != nil }

  /// Returns a column that the manifest promises. A column that the store does not have stops the program: see `has`.
  public func column(_ name: ColumnName) -> Column {
    guard let column = columns[name] else { preconditionFailure("\(path) has no column \(name.rawValue)") }
    return column
  }

  /// The columns that the store has.
  public var columnNames: [ColumnName] { ColumnName.allCases.filter(has) }

  /// Stored bits of an adjacency entry that it holds: the data of `neighbours`, without its header and table.
  public var bitsPerEntry: Double {
    Double(8 * column(.neighbours).header.dataBytes) / Double(max(1, partitions.edges(of: heldPartitions).count))
  }

  /// Takes every column out of resident memory.
  public func release() {
    for column in columns.values { column.release() }
  }

  /// Compares blocks of which scattered rows were read with their checksums, unless that has been done since the store
  /// was opened: to be called before a result of such rows leaves the process. Rows that are read front to back are
  /// compared as they are read.
  ///
  /// - Throws: `GasError` that names file and offset of a block with a wrong checksum.
  public func checkUsed() throws {
    for column in columns.values { try column.checkUsed() }
  }

  private func checkShapes() throws {
    for rule in ColumnRule.rules(for: manifest) {
      guard let column = columns[rule.name] else {
        throw GasError("column \"\(rule.name.rawValue)\" is missing", file: path + "/" + Manifest.fileName)
      }
      let isRight =
        rule.types.contains(column.type) && column.header.encoding == rule.encoding
        && (rule.rowCount == nil || column.rowCount == rule.rowCount) && column.width == rule.width
      guard isRight else {
        throw GasError(expected: "\(rule)", found: "\(ColumnRule(found: column, as: rule.name))", file: column.path)
      }
    }
    // Each row's list has one place in both columns.
    guard let indices = columns[.featureIndices], let values = columns[.featureValues] else { return }
    guard indices.rowCount == values.rowCount else {
      throw GasError(
        expected: "\(indices.rowCount) values", found: "\(values.rowCount)", file: values.path, at: .offset(32))
    }
  }
}

/// What the format demands of one column of a given store.
struct ColumnRule: CustomStringConvertible {
  let name: ColumnName
  let types: [ElementType]
  let encoding: ColumnEncoding
  /// `nil` where only the contents can tell.
  let rowCount: Int?
  var width = 1

  init(_ name: ColumnName, _ types: ElementType..., encoding: ColumnEncoding, rows: Int?, width: Int = 1) {
    self.name = name
    self.types = types
    self.encoding = encoding
    rowCount = rows
    self.width = width
  }

  init(found column: Column, as name: ColumnName) {
    self.init(name, column.type, encoding: column.header.encoding, rows: column.rowCount, width: column.width)
  }

  var description: String {
    "\(types.map(\.description).joined(separator: " or ")) [\(rowCount.map(String.init) ?? "any"), \(width)], \(encoding)"
  }

  static func rules(for manifest: Manifest) -> [ColumnRule] {
    let nodes = manifest.nodeCount
    let edges = manifest.edgeCount
    let halo = manifest.partitions.haloStarts.last
    let lists: ColumnEncoding = manifest.formatVersion == 1 ? .lz4 : .packed
    var rules = [
      ColumnRule(.order, .uint32, encoding: .lz4, rows: nodes),
      ColumnRule(.degrees, .uint32, encoding: .raw, rows: nodes),
      ColumnRule(.neighbours, .uint32, encoding: lists, rows: edges),
      ColumnRule(.halo, .uint32, encoding: lists, rows: halo),
      ColumnRule(.haloDegrees, .float32, encoding: .lz4, rows: halo),
    ]
    switch manifest.idKind {
    case .sequential: break
    case .integer: rules.append(ColumnRule(.ids, .int64, encoding: .lz4, rows: nodes))
    case .string:
      rules.append(ColumnRule(.idOffsets, .uint64, encoding: .lz4, rows: nodes + 1))
      rules.append(ColumnRule(.idBytes, .uint8, encoding: .lz4, rows: nil))
    }
    if manifest.weighted {
      rules.append(ColumnRule(.weightedDegrees, .float32, encoding: .raw, rows: nodes))
      rules.append(ColumnRule(.edgeWeights, .float32, encoding: .lz4, rows: edges))
    }
    if let width = manifest.edgeFeatures?.width {
      rules.append(ColumnRule(.edgeFeatures, .float32, encoding: .lz4, rows: edges, width: width))
    }
    switch manifest.features?.storage {
    case nil: break
    case .dense: rules.append(features(manifest))
    case .sparse:
      rules.append(ColumnRule(.featureOffsets, .uint64, encoding: .raw, rows: nodes + 1))
      rules.append(ColumnRule(.featureIndices, .uint32, encoding: .raw, rows: nil))
      rules.append(ColumnRule(.featureValues, .float32, encoding: .raw, rows: nil))
    }
    switch manifest.labels?.kind {
    case nil: break
    case .single: rules.append(ColumnRule(.labels, .int32, encoding: .raw, rows: nodes))
    case .multi:
      let width = manifest.labels?.classCount ?? 0
      rules.append(ColumnRule(.labels, .uint8, encoding: .raw, rows: nodes, width: width))
    case .values:
      let width = manifest.labels?.classCount ?? 0
      rules.append(ColumnRule(.labels, .float32, encoding: .raw, rows: nodes, width: width))
    }
    if manifest.sampleWeighted == true {
      rules.append(ColumnRule(.sampleWeights, .float32, encoding: .raw, rows: nodes))
    }
    if manifest.shard != nil { rules.append(ColumnRule(.selfLoops, .uint8, encoding: .lz4, rows: nodes)) }
    if manifest.splitCount > 0 {
      rules.append(ColumnRule(.splits, .uint8, encoding: .raw, rows: nodes, width: manifest.splitCount))
    }
    return rules
  }

  private static func features(_ manifest: Manifest) -> ColumnRule {
    let (nodes, width) = (manifest.nodeCount, manifest.features?.width ?? 0)
    guard let encoding = manifest.features?.encoding else {
      return ColumnRule(.features, .float32, .float16, .bfloat16, encoding: .raw, rows: nodes, width: width)
    }
    return ColumnRule(.features, encoding.elementType, encoding: .raw, rows: nodes, width: encoding.columnWidth(width))
  }
}
