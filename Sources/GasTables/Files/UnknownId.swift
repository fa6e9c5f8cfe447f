import Foundation
import GasBase
import GasFormats

/// An id that no node has, and the row that names it: what messages say where all rows of a table were left out.
struct UnknownId {
  /// The id as the table has it.
  private let id: String
  private let column: String
  private let row: Int
  private let file: String
  private let line: Int

  /// Remembers the field of a row.
  ///
  /// - Parameters:
  ///   - reader: is at the row.
  ///   - place: the column of the id.
  init(_ reader: CSVReader, _ place: Int) {
    id = String(decoding: reader[place], as: UTF8.self)
    (column, row, file, line) = (reader.columns[place], reader.row, reader.name, reader.line)
  }

  /// The error for a table of which no row is left.
  ///
  /// - Parameters:
  ///   - what: what a row of it is: "edge" or "label".
  ///   - count: how many rows were left out.
  ///   - ids: the ids of nodes.
  ///   - nodes: what messages call the table of nodes.
  /// - Returns: the error, with an example and what to do.
  func error(leavingOutEvery what: String, _ count: Int, _ ids: TableIds, _ nodes: String) -> GasError {
    let found = id.isEmpty ? "an empty one" : "\"\(id.excerpt)\""
    return GasError(
      "--unknown drop left out every \(what) (\(count)): each names an id that \(nodes) does not have, such as \(found) "
        + "in row \(row), column \"\(column.excerpt)\"", file: file, at: .line(line), advice: advice(ids, nodes))
  }

  private func advice(_ ids: TableIds, _ nodes: String) -> String {
    if let other = spellings.first(where: { $0 != id && ids.node($0) != nil }) {
      return "\(nodes) has \"\(other.excerpt)\": write ids alike in both tables"
    }
    let example = ids.first.map { ", such as \"\($0.excerpt)\"," } ?? ""
    return "is --id the column of ids\(example) that this table names? Ids are the same only if they are written alike"
  }

  /// The id as other programs may write it: in other letters, without blanks, zeros in front or a decimal point.
  private var spellings: [String] {
    let plain = id.trimmingCharacters(in: .whitespacesAndNewlines)
    var all = [plain, plain.lowercased(), plain.uppercased()]
    if let number = Double(plain), let whole = Int64(exactly: number) {
      all += ["\(whole)", "\(whole).0"]
    }
    return all
  }
}
