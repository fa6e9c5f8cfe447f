import GasBase
import GasFiles
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFormats
@testable import GasGraph

/// Edges of a few lines of text.
class TextColumnCase: XCTestCase {
  /// Edges as names or numbers say them, in the order of the input.
  func edges(
    _ text: String, names hasNames: Bool = true, _ change: (inout EdgeFormat) -> Void = { _ in }
  ) throws -> [String] {
    let (edges, _, name) = try read(text, names: hasNames, change)
    return zip(edges.sources, edges.targets).map { "\(name($0))→\(name($1))" }
  }

  func read(
    _ text: String, names hasNames: Bool = true, _ change: (inout EdgeFormat) -> Void = { _ in }
  ) throws -> (EdgeChunk<Int64>, TextRemarks, (Int64) -> String) {
    var format = EdgeFormat()
    format.hasStringIds = hasNames
    change(&format)
    if format.columns?.weight != nil { format.isWeighted = true }
    let table = try StringTable(in: TestWorkspace().space)
    var parser = EdgeParser(format: format, file: "e", names: hasNames ? NameResolver(table: table, list: nil) : nil)
    var bytes = Array((text + "\n").utf8)
    let batch = try bytes.withUnsafeMutableBytes { try parser.parse(UnsafeRawBufferPointer($0)) }
    try parser.finish()
    return (batch.edges, parser.remarks, { hasNames ? table[Int($0)] : "\($0)" })
  }
}
