import GasBase
import GasFormats

/// `metrics.jsonl` as a table: a row for each epoch, and a column for each number that some epoch has. A number that an
/// epoch does not have is an empty field.
public struct MetricsTable {
  private let numbers: [EpochNumber]
  private let records: [EpochRecord]

  /// Takes the records of a run.
  public init(_ records: [EpochRecord]) {
    self.records = records
    numbers = EpochNumber.present(in: records)
  }

  /// The names of the columns.
  public var columns: [String] { ["epoch", "step"] + numbers.map(\.name) }

  /// Writes the table.
  ///
  /// - Parameters:
  ///   - output: where it goes.
  ///   - format: how fields are written.
  /// - Throws: `GasError` if the disk fails.
  package func write(to output: TextOutput, as format: DelimitedText) throws {
    try output.write(row(columns, format))
    for record in records {
      let fields = numbers.map { $0.value(record).map(Self.text) }
      try output.write(row(["\(record.epoch)", "\(record.step)"] + fields, format))
    }
  }

  /// The digits that give the same number when they are read; whole numbers without a point.
  private static func text(_ value: Double) -> String {
    value.rounded() == value && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  private func row(_ fields: [String?], _ format: DelimitedText) -> [UInt8] {
    var row: [UInt8] = []
    for (place, field) in fields.enumerated() {
      if place > 0 { format.appendSeparator(to: &row) }
      if let field { format.append(Array(field.utf8), to: &row) }
    }
    format.endRow(&row)
    return row
  }
}
