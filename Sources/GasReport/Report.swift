import GasBase
import GasFiles
import GasRuns
import GasStore

/// A report about runs of a store: one page that a manager can read and an engineer can check.
///
/// Scores and figures come from exact inference of the runs' weights, streamed batch by batch, so that memory depends
/// on a batch, the classes that are shown and the epochs, and not on the graph.
package struct Report {
  let graph: GraphFigures
  let runs: [RunFigures]

  /// The most runs of a page, which are told apart by as many kinds of lines.
  package static let mostRuns = SeriesStyle.count

  /// Reads and computes all that the page shows.
  ///
  /// - Parameters:
  ///   - store: the store that the runs are of.
  ///   - names: the runs' names, each once.
  ///   - work: how outputs are computed.
  /// - Throws: `GasError` if there is no such run, a run has no weights, or files are damaged.
  package init(_ store: Store, runs names: [String], _ work: OutputWork) throws {
    try RunFolder.checkDistinct(names)
    precondition(!names.isEmpty && names.count <= Self.mostRuns, "from 1 to \(Self.mostRuns) runs")
    let folders = try names.map { try RunFolder.open(in: store, name: $0) }
    runs = try zip(folders, names).map { folder, name in
      try folder.whileInPlace { try RunFigures(name, of: store, work) }
    }
    graph = try GraphFigures(store, runs[0].settings, ofRun: names.count > 1 ? names[0] : nil)
    try store.checkUsed()
  }

  /// The page, ready to get its name.
  ///
  /// - Parameter file: where it goes, which was checked.
  /// - Returns: the file, to be published, and its size.
  /// - Throws: `GasError` if the disk fails.
  package func page(at file: OutputFile) throws -> (file: ReadyFile, byteCount: Int) {
    let text = ReportPage(graph: graph, runs: runs).text
    let ready = try AtomicFile.ready(file.path, replaces: file.replacement) { try $0.write(text) }
    return (ready, text.utf8.count)
  }
}
