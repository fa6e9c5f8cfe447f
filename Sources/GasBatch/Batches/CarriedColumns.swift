import GasNN
import GasStore

/// What stages leave for later ones during layer-wise inference, in mapped files without names beside the histories: a
/// row for each node, a file for each value. Training does not need it, since all stages of a batch follow each other
/// there.
///
/// To be used from one thread.
package final class CarriedColumns {
  private var columns: [String: MutableColumn] = [:]

  /// Makes a file for each value that a stage leaves.
  ///
  /// - Parameters:
  ///   - folder: where the disk space is taken.
  ///   - stages: the stages of the model.
  ///   - nodeCount: how many rows a file has.
  ///   - isReserved: whether disk space is set aside for all rows.
  /// - Throws: `GasError` if a file cannot be made.
  package init(in folder: String, stages: [Stage], nodeCount: Int, isReserved: Bool) throws {
    for (name, width) in stages.flatMap(\.carries).sorted(by: { $0.key < $1.key }) {
      columns[name] = try .nameless(
        in: folder, type: .float32, rowCount: nodeCount, width: width, isReserved: isReserved)
    }
  }

  /// The state of a batch: values that earlier passes have left are read when a stage asks for them.
  package func state(of batch: Batch, on tape: Tape) -> CarriedState {
    CarriedState { [columns] name in
      columns[name].map { tape.constant(Self.read($0.values, batch, tape.arena)) }
    }
  }

  /// Stores what a stage has left.
  ///
  /// - Parameters:
  ///   - names: the values that the stage has declared.
  ///   - batch: whose rows they are.
  ///   - state: has the values.
  ///   - writing: sends the rows to the disk if there is a memory budget.
  /// - Throws: `GasError` if the disk fails.
  package func keep(
    _ names: some Sequence<String>, of batch: Batch, _ state: CarriedState, _ writing: WriteThrottle?
  ) throws {
    for name in names {
      guard let values = columns[name]?.values else { continue }
      let rows = state[name].value
      precondition(
        rows.rows == batch.rowCount && rows.columns == values.width,
        "\"\(name)\" is \(rows.rows) × \(rows.columns); declared are \(batch.rowCount) × \(values.width)")
      try values.write(rows, of: batch, writing)
    }
  }

  private static func read(_ values: MappedElements, _ batch: Batch, _ arena: Arena) -> Matrix {
    let rows = arena.matrix(rows: batch.rowCount, columns: values.width)
    for segment in batch.segments {
      do {
        try RowGatherer.copy(EncodedRows(values), segment.nodes, into: rows.row(segment.start))
      } catch {
        preconditionFailure("a column that is written in place has no checksums: \(error)")
      }
    }
    values.release()
    return rows
  }
}
