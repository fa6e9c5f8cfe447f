import GasBase
import GasFiles
import GasFormats
import GasGraph

/// Edges as bare pairs of little-endian integers, source and target: a file, or bytes that a generator pipes in.
struct BinaryPairs: EdgeFile {
  private let source: ByteSource
  private let ids: BinaryIds
  let unit = "bytes"
  private static let batchCount = 1 << 17

  init(
    opening path: String, _ ids: BinaryIds,
    memoryBytes: Int = ByteSource.unpackingBytes(of: Workspace.standardMemoryBytes)
  ) throws {
    source = try ByteSource(opening: path, detection: .ending, memoryBytes: memoryBytes)
    self.ids = ids
  }

  var name: String { source.file.name }
  var size: Int? { source.file.totalBytes }
  private var idBytes: Int { ids == .u32 || ids == .i32 ? 4 : 8 }

  func forEachBatch(_ body: (EdgeBatch, Int) throws -> Void) throws {
    let memory = Buffer<UInt8>()
    var first = 0
    var reported = 0
    while true {
      let room = UnsafeMutableRawBufferPointer(memory.resized(to: 2 * idBytes * Self.batchCount))
      let count = try source.read(into: room)
      let pairs = count / (2 * idBytes)
      guard pairs * 2 * idBytes == count else {
        throw GasError(
          expected: "pairs of \(2 * idBytes) bytes", found: "\(count - pairs * 2 * idBytes) bytes at the end",
          file: name, at: .offset(2 * idBytes * (first + pairs)),
          advice: "the file is truncated, or not of \(ids.rawValue)")
      }
      guard pairs > 0 else { return }
      let edges = try decode(UnsafeRawBufferPointer(rebasing: room[..<count]), firstEdge: first)
      try body(EdgeBatch(file: name, edges: edges, places: .edges(from: first)), source.file.byteCount - reported)
      reported = source.file.byteCount
      first += pairs
    }
  }

  private func decode(_ bytes: UnsafeRawBufferPointer, firstEdge: Int) throws -> EdgeChunk<Int64> {
    switch ids {
    case .u32: return pairs(bytes) { (id: UInt32) in Int64(id) }
    case .i32: return pairs(bytes) { (id: Int32) in Int64(id) }
    case .i64: return pairs(bytes) { (id: Int64) in id }
    case .u64:
      let edges = pairs(bytes) { (id: UInt64) in Int64(bitPattern: id) }
      for (place, ends) in zip(edges.sources, edges.targets).enumerated() where ends.0 < 0 || ends.1 < 0 {
        throw GasError(
          expected: "ids up to 2^63 − 1", found: "a larger one in edge \(firstEdge + place)", file: name,
          at: .offset(16 * (firstEdge + place) + (ends.0 < 0 ? 0 : 8)))
      }
      return edges
    }
  }

  @inline(__always)
  private func pairs<ID: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ value: (ID) -> Int64
  ) -> EdgeChunk<Int64> {
    func ends(_ offset: Int) -> [Int64] {
      (0..<bytes.count / (2 * idBytes)).map {
        value(ID(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2 * idBytes + offset, as: ID.self)))
      }
    }
    return EdgeChunk(sources: ends(0), targets: ends(idBytes))
  }

  func record(in inputs: InputLog) { inputs.record(source.file) }
}
