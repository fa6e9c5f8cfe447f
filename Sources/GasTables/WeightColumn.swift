import GasBase
import GasFiles
import GasFormats

/// The column of sample weights, in the table of labels or of nodes: how much each labelled node counts in the loss.
struct WeightColumn {
  /// The rows by id.
  let table: KeyedTable
  /// The column of weights.
  let place: Int
  let format: FieldFormat

  /// Reads the weights and writes them to a `.npy` file, [nodes] of float32. A node without a row has weight 1.
  ///
  /// - Parameters:
  ///   - labels: which nodes have labels: only of these is a gap an error.
  ///   - path: the file.
  /// - Throws: `GasError` naming the row of a field that is no weight, or the file if all weights are 0.
  func write(for labels: LabelTable.Contents, to path: String) throws {
    let output = try NpyOutput<Float>(creating: path, rowCount: labels.classes.count)
    for node in 0..<labels.classes.count { output.row(node)[0] = 1 }
    var isAnyPositive = false
    try table.forEachNode("reading sample weights of") { node, reader in
      let isLabelled = labels.classes[node] >= 0
      guard isLabelled || !format.isGap(reader[place]) else { return }
      let weight = try weight(reader)
      output.row(node)[0] = weight
      if isLabelled && weight > 0 { isAnyPositive = true }
    }
    guard isAnyPositive else {
      throw GasError(
        "all labelled nodes have weight 0 in column \"\(table.file.columns[place].excerpt)\" (--sample-weight)",
        file: table.file.name, advice: "nodes of weight 0 are not trained on")
    }
    try output.finish()
  }

  private func weight(_ reader: CSVReader) throws -> Float {
    let field = reader[place]
    if !format.isGap(field), let weight = format.float(field), weight >= 0 { return weight }
    throw format.complaint(
      reader, place, expected: "a weight of at least 0", flag: "--sample-weight",
      advice: "a node of weight 0 is not trained on")
  }
}
