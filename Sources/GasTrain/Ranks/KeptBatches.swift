import GasBase
import GasBatch
import GasFiles
import GasNN
import GasRanks
import GasStore

/// Outputs that a rank has computed, on their way to rank 0, which scores or writes them. They lie in a file without a
/// name until that rank has computed its own.
///
/// Rank 0 takes them rank by rank, and so in the order in which one rank alone would compute them. Memory: one batch.
final class KeptBatches {
  private let store: Store
  private let group: RankGroup
  private let file: ScratchFile
  private var sizes: [Int] = []
  private let memory = Buffer<UInt8>()

  init(_ store: Store, _ group: RankGroup, scratchIn folder: String) throws {
    (self.store, self.group) = (store, group)
    file = try ScratchFile(creating: folder + "/kept-batches")
  }

  /// Keeps all rows of a batch.
  ///
  /// - Parameters:
  ///   - layer: the layer that was computed.
  ///   - batch: the batch.
  ///   - rows: its rows, n × width.
  /// - Throws: `GasError` if the disk fails.
  func keep(layer: Int, _ batch: Batch, _ rows: Matrix) throws {
    try keep(Record(layer: layer, batch, rows), batch, rows, Array(0..<batch.rowCount))
  }

  /// Keeps the rows of a batch that are scored: those with a label in a part of the split.
  func keepScored(layer: Int, _ batch: Batch, _ rows: Matrix) throws {
    let scored = (0..<batch.rowCount).filter { row in
      (batch.splits.isEmpty || batch.splits[row] & 3 != 0) && batch.labels.isLabelled(row)
    }
    guard !scored.isEmpty else { return }
    var record = Record(layer: layer, batch, rows)
    (record.rowCount, record.partitions) = (scored.count, [])
    try keep(record, batch, rows, scored)
  }

  private func keep(_ record: Record, _ batch: Batch, _ rows: Matrix, _ wanted: [Int]) throws {
    let bytes = UnsafeMutableRawBufferPointer(memory.resized(to: record.byteCount))
    record.write(to: bytes)
    var place = record.headBytes
    func copy(_ source: UnsafeRawPointer?, width: Int) {
      guard let source, width > 0 else { return }
      for row in wanted {
        (bytes.baseAddress! + place).copyMemory(from: source + row * width, byteCount: width)
        place += width
      }
    }
    copy(UnsafeRawPointer(rows.base), width: rows.columns * MemoryLayout<Float>.size)
    copy(batch.labels.address, width: record.labelBytes)
    copy(batch.splits.baseAddress.map { UnsafeRawPointer($0) }, width: record.splitBytes)
    sizes.append(record.byteCount)
    try file.append(UnsafeRawBufferPointer(bytes))
  }

  /// Sends what was kept to rank 0, which calls `receive`.
  ///
  /// - Throws: `GasError` if a message cannot be sent, or the disk fails.
  func send() throws {
    var count = sizes.count
    try withUnsafeBytes(of: &count) { try group.send($0, to: 0, as: .outputs) }
    try sizes.withUnsafeBytes { try group.send($0, to: 0, as: .outputs) }
    var place = 0
    for size in sizes {
      let bytes = UnsafeMutableRawBufferPointer(memory.resized(to: size))
      try file.read(at: place, into: bytes)
      try group.send(UnsafeRawBufferPointer(bytes), to: 0, as: .outputs)
      place += size
    }
  }

  /// The bytes that a rank sends of batches whose scored rows were kept.
  ///
  /// - Parameters:
  ///   - scored: how many rows of each batch are scored.
  ///   - store: the store.
  ///   - width: numbers in a row.
  /// - Returns: the bytes, with those that say how many there are.
  static func sentBytes(scored: [Int], of store: Store, width: Int) -> Int {
    let labels = NodeLabels(store.manifest.labels, rowCount: 0, at: nil).rowBytes
    let kept = scored.filter { $0 > 0 }.map { rows in
      Record(rowCount: rows, width: width, labelBytes: labels, splitBytes: store.manifest.splitCount > 0 ? 1 : 0)
        .byteCount
    }
    return kept.reduce(MemoryLayout<Int>.size) { $0 + MemoryLayout<Int>.size + $1 }
  }

  /// Shows rank 0 the batches of all other ranks, rank by rank.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - group: the ranks.
  ///   - visit: gets the layer, each batch and its rows, n × width.
  /// - Throws: `GasError` if a message cannot be received; what `visit` throws.
  static func receive(
    _ store: Store, _ group: RankGroup, _ visit: (_ layer: Int, Batch, Matrix) throws -> Void
  ) throws {
    let memory = Buffer<UInt8>()
    for rank in group.ranks.dropFirst() {
      var count = 0
      try withUnsafeMutableBytes(of: &count) { try group.receive($0, from: rank, as: .outputs) }
      var sizes = [Int](repeating: 0, count: count)
      try sizes.withUnsafeMutableBytes { try group.receive($0, from: rank, as: .outputs) }
      for size in sizes {
        let bytes = UnsafeMutableRawBufferPointer(memory.resized(to: size))
        try group.receive(bytes, from: rank, as: .outputs)
        let record = Record(reading: UnsafeRawBufferPointer(bytes))
        let (batch, rows) = record.batch(of: store, in: bytes)
        try visit(record.layer, batch, rows)
      }
    }
  }
}

/// What a kept batch begins with. Behind it stand rows, labels and parts.
private struct Record {
  var layer: Int
  var rowCount: Int
  var width: Int
  /// Bytes of a row's labels, and of its part.
  var labelBytes: Int
  var splitBytes: Int
  var partitions: [Int]

  /// Some rows of a batch.
  init(rowCount: Int, width: Int, labelBytes: Int, splitBytes: Int) {
    (layer, partitions) = (0, [])
    (self.rowCount, self.width, self.labelBytes, self.splitBytes) = (rowCount, width, labelBytes, splitBytes)
  }

  init(layer: Int, _ batch: Batch, _ rows: Matrix) {
    self.layer = layer
    (rowCount, width) = (batch.rowCount, rows.columns)
    labelBytes = batch.labels.rowBytes
    splitBytes = batch.splits.isEmpty ? 0 : 1
    partitions = batch.segments.map(\.partition)
  }

  private var numbers: [Int] { [layer, rowCount, width, labelBytes, splitBytes, partitions.count] + partitions }
  var headBytes: Int { (6 + partitions.count) * MemoryLayout<Int>.size }
  var byteCount: Int { headBytes + rowCount * (width * MemoryLayout<Float>.size + labelBytes + splitBytes) }

  func write(to bytes: UnsafeMutableRawBufferPointer) {
    numbers.withUnsafeBytes { bytes.copyMemory(from: $0) }
  }

  init(reading bytes: UnsafeRawBufferPointer) {
    let numbers = bytes.assumingMemoryBound(to: Int.self)
    (layer, rowCount, width, labelBytes, splitBytes) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    partitions = Array(numbers[6..<6 + numbers[5]])
  }

  func batch(of store: Store, in bytes: UnsafeMutableRawBufferPointer) -> (Batch, Matrix) {
    let rows = bytes.baseAddress! + headBytes
    let labels = rows + rowCount * width * MemoryLayout<Float>.size
    let splits = (labels + rowCount * labelBytes).assumingMemoryBound(to: UInt8.self)
    let batch = Batch(
      of: partitions, store.partitions, rowCount: rowCount,
      labels: labelBytes > 0 ? NodeLabels(store.manifest.labels, rowCount: rowCount, at: labels) : .none,
      splits: UnsafeBufferPointer(start: splits, count: splitBytes * rowCount))
    return (batch, Matrix(rows: rowCount, columns: width, base: rows.assumingMemoryBound(to: Float.self)))
  }
}

extension NodeLabels {
  /// Where the labels begin.
  fileprivate var address: UnsafeRawPointer? {
    switch self {
    case .none: nil
    case .single(let all): UnsafeRawPointer(all.baseAddress)
    case .multi(let all, _): UnsafeRawPointer(all.baseAddress)
    case .values(let all, _): UnsafeRawPointer(all.baseAddress)
    }
  }

  /// Bytes of the labels of a row.
  fileprivate var rowBytes: Int {
    switch self {
    case .none: 0
    case .single: MemoryLayout<Int32>.size
    case .multi(_, let count): count
    case .values(_, let width): width * MemoryLayout<Float>.size
    }
  }

  fileprivate init(_ labels: Manifest.Labels?, rowCount: Int, at address: UnsafeRawPointer?) {
    func values<T>(_ width: Int) -> UnsafeBufferPointer<T> {
      UnsafeBufferPointer(start: address?.assumingMemoryBound(to: T.self), count: rowCount * width)
    }
    switch (labels?.kind, labels?.classCount ?? 0) {
    case (nil, _): self = .none
    case (.single, _): self = .single(values(1))
    case (.multi, let count): self = .multi(values(count), classCount: count)
    case (.values, let width): self = .values(values(width), width: width)
    }
  }
}
