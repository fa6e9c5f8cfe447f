import Foundation
import GasBase
import GasFiles
import GasFormats

/// Writes a store's original ids in original order, which names the rows of exported files.
///
/// Ids are scattered into mapped files; memory is that of one partition.
public struct IdExport {
  private let store: Store
  private let order = Buffer<UInt32>()

  /// Prepares the export of a store's ids; reads nothing yet.
  public init(_ store: Store) {
    self.store = store
  }

  /// Writes the ids to a file that replaces any of that name.
  ///
  /// - Parameter path: of a `.npy` file of int64 [N] for integer ids, of a text file with a name a line otherwise.
  /// - Throws: `GasError` if ids are damaged or the file cannot be written.
  public func write(to path: String) throws { try ready(at: path).publish() }

  /// Writes the ids to a file that does not have its name yet.
  ///
  /// - Parameters:
  ///   - path: of a `.npy` file of int64 [N] for integer ids, of a text file with a name a line otherwise.
  ///   - replaces: whether the file takes the place of what has its name.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if ids are damaged or the file cannot be written.
  public func ready(at path: String, replaces: Bool = true) throws -> ReadyFile {
    switch store.manifest.idKind {
    case .string: try names(path, replaces)
    case .integer, .sequential: try integers(path, replaces)
    }
  }

  private func integers(_ path: String, _ replaces: Bool) throws -> ReadyFile {
    let output = try NpyOutput<Int64>(creating: path, rowCount: store.nodeCount)
    let codec = BlockCodec()
    let ids = Buffer<Int64>()
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let order = try places(of: nodes, using: codec)
      let values = ids.resized(to: nodes.count)
      if store.manifest.idKind == .integer {
        try store.column(.ids).read(nodes, into: values, using: codec)
      } else {
        for index in values.indices { values[index] = Int64(order[index]) }
      }
      for (place, id) in zip(order, values) { output.row(Int(place))[0] = id }
      output.release()
    }
    return try output.ready(replaces: replaces)
  }

  /// Writes names. They have different lengths, so the place of each is counted first, in a mapped file beside the
  /// output.
  private func names(_ path: String, _ replaces: Bool) throws -> ReadyFile {
    let count = store.nodeCount
    let ends = try MutableColumn.nameless(
      in: AtomicFile.parent(of: path), type: .uint64, rowCount: count + 1, width: nil
    ).values
    let places = ends.mutableElements(0..<count + 1, as: UInt64.self)
    try forEachName { place, name in
      guard places[place + 1] == 0 else { throw damaged(.order, "expected each place once, found \(place) twice") }
      places[place + 1] = UInt64(name.count + 1)
    }
    for place in 0..<count { places[place + 1] += places[place] }
    ends.release()

    let writer = try FileWriter(drafting: path)
    try writer.extend(to: Int(places[count]))
    let file = try writer.mapped()
    try forEachName { place, name in
      let line = UnsafeMutableRawBufferPointer(rebasing: file.mutableBytes[Int(places[place])..<Int(places[place + 1])])
      line.copyBytes(from: name)
      line[name.count] = UInt8(ascii: "\n")
    }
    try file.sync(0..<file.byteCount)
    return try writer.ready(replaces: replaces)
  }

  /// Returns where rows belong in original order; valid until the next call.
  private func places(of nodes: Range<Int>, using codec: BlockCodec) throws -> UnsafeMutableBufferPointer<UInt32> {
    let places = order.resized(to: nodes.count)
    try store.column(.order).read(nodes, into: places, using: codec)
    if let wrong = places.first(where: { Int($0) >= store.nodeCount }) {
      throw damaged(.order, "expected a place below \(store.nodeCount), found \(wrong)")
    }
    return places
  }

  private func damaged(_ name: ColumnName, _ problem: String) -> GasError {
    GasError(problem, file: store.column(name).path, advice: "gas-stat verify says more")
  }

  /// Calls `body` with the UTF-8 bytes of each name and its place in original order, partition by partition.
  private func forEachName(_ body: (_ place: Int, _ name: UnsafeBufferPointer<UInt8>) throws -> Void) throws {
    let codec = BlockCodec()
    let (offsets, bytes) = (Buffer<UInt64>(), Buffer<UInt8>())
    for partition in store.partitions.indices {
      let nodes = store.partitions.nodes(partition)
      let places = try places(of: nodes, using: codec)
      let starts = offsets.resized(to: nodes.count + 1)
      try store.column(.idOffsets).read(nodes.lowerBound..<nodes.upperBound + 1, into: starts, using: codec)
      let isAscending = zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 }
      guard isAscending, starts[nodes.count] <= UInt64(store.column(.idBytes).rowCount) else {
        throw damaged(.idOffsets, "id offsets are damaged")
      }
      let text = bytes.resized(to: Int(starts[nodes.count] - starts[0]))
      try store.column(.idBytes).read(Int(starts[0])..<Int(starts[nodes.count]), into: text, using: codec)
      for index in 0..<nodes.count {
        let span = Int(starts[index] - starts[0])..<Int(starts[index + 1] - starts[0])
        try body(Int(places[index]), UnsafeBufferPointer(rebasing: text[span]))
      }
      store.release()
    }
  }
}
