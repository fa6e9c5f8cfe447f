import GasBase
import GasFiles

/// A store's names in original order, a line each, in a mapped file that the caller has made. They have different
/// lengths, so where each begins is counted first, in a mapped file without a name.
struct NameLines {
  private let ends: MutableColumn
  private let text: MappedFile
  private let starts: UnsafeMutableBufferPointer<UInt64>

  /// Puts the names where they belong.
  ///
  /// - Parameters:
  ///   - store: a store whose ids are names.
  ///   - folder: the folder whose disk takes the places.
  ///   - file: makes the mapped file of as many bytes as it is told.
  /// - Throws: `GasError` if ids are damaged or the disk is full.
  init(_ store: Store, scratchIn folder: String, file: (_ byteCount: Int) throws -> MappedFile) throws {
    let (walk, count) = (IdWalk(store), store.nodeCount)
    ends = try MutableColumn.nameless(in: folder, type: .uint64, rowCount: count + 1, width: nil)
    starts = ends.values.mutableElements(0..<count + 1, as: UInt64.self)
    try walk.forEachName(release: ends.values.release) { [starts] _, place, name in
      guard starts[place + 1] == 0 else {
        throw walk.damaged(.order, "expected each place once, found \(place) twice")
      }
      starts[place + 1] = UInt64(name.count + 1)
    }
    for place in 0..<count { starts[place + 1] += starts[place] }
    text = try file(Int(starts[count]))
    try walk.forEachName(release: release) { [starts, text] _, place, name in
      let line = UnsafeMutableRawBufferPointer(rebasing: text.mutableBytes[Int(starts[place])..<Int(starts[place + 1])])
      line.copyBytes(from: name)
      line[name.count] = UInt8(ascii: "\n")
    }
  }

  /// The name at a place, without the end of its line.
  subscript(place: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: text.bytes[Int(starts[place])..<Int(starts[place + 1]) - 1])
  }

  /// Returns when all lines are on the disk.
  ///
  /// - Throws: `GasError` if the disk fails.
  func sync() throws { try text.sync(0..<text.byteCount) }

  /// Takes what was read or written out of resident memory.
  func release() {
    ends.values.release()
    text.release(0..<text.byteCount)
  }
}
