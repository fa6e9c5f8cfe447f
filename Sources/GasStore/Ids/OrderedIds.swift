import GasBase
import GasFiles
import GasFormats

/// A store's original ids, found by their places in original order. They lie in mapped files without names, as long as
/// the ids; memory is that of one partition.
package final class OrderedIds {
  private enum Contents {
    /// Each id is its place.
    case sequential
    case integers(MutableColumn)
    case names(NameLines)
  }

  private let contents: Contents

  /// Puts the ids into original order.
  ///
  /// - Parameters:
  ///   - store: the store whose ids they are.
  ///   - folder: the folder whose disk takes them.
  /// - Throws: `GasError` if ids are damaged or the disk is full.
  package init(_ store: Store, scratchIn folder: String) throws {
    switch store.manifest.idKind {
    case .sequential: contents = .sequential
    case .integer:
      let column = try MutableColumn.nameless(in: folder, type: .int64, rowCount: store.nodeCount, width: nil)
      let ids = column.values.mutableElements(0..<store.nodeCount, as: Int64.self)
      try IdWalk(store).forEachInteger(release: column.values.release) { _, place, id in ids[place] = id }
      contents = .integers(column)
    case .string:
      contents = .names(
        try NameLines(store, scratchIn: folder) { try MappedFile(scratch: folder + "/ids", byteCount: $0) })
    }
  }

  /// Appends an id as a field of a row.
  ///
  /// - Parameters:
  ///   - place: the id's place in original order.
  ///   - text: the row so far.
  ///   - format: how fields are written.
  package func append(_ place: Int, to text: inout [UInt8], as format: DelimitedText) {
    switch contents {
    case .sequential: text.append(contentsOf: "\(place)".utf8)
    case .integers(let column):
      text.append(contentsOf: "\(column.values.mutableElements(place..<place + 1, as: Int64.self)[0])".utf8)
    case .names(let names): format.append(names[place], to: &text)
    }
  }

  /// Takes what was read out of resident memory.
  package func release() {
    switch contents {
    case .sequential: break
    case .integers(let column): column.values.release()
    case .names(let names): names.release()
    }
  }
}
