/// How a table is written as text, as the ending of its file's name says.
package struct TableFileName {
  /// The endings that say how.
  package static let endings = [".csv", ".csv.gz", ".tsv", ".tsv.gz"]

  /// What is between fields.
  package let format: DelimitedText
  /// Whether the text is packed by gzip.
  package let isPacked: Bool

  /// Reads an ending; a name without any is that of commas, not packed.
  package init(_ path: String) {
    format = [".tsv", ".tsv.gz"].contains(where: path.hasSuffix) ? .tabs : .commas
    isPacked = path.hasSuffix(".gz")
  }
}
