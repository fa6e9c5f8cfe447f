import GasBase

@testable import GasEdges
@testable import GasFiles
@testable import GasFormats
@testable import GasIngest
@testable import GasTables
@testable import GasText

extension Target {
  /// Lists of ids, parts of splits and tables, of a graph of seven nodes. The first byte of an input chooses the file's
  /// kind.
  static let lists = [
    Target(name: "ids") { input in
      let list = IdList(path: file("ids", input), inputs: InputLog(), space: try space())
      _ = try list.nodes(hasStringIds: (input.first ?? 0) & 4 != 0)
    },
    Target(name: "split-part") { input in
      let space = try space()
      let nodes = try nodes(hasNames: (input.first ?? 0) & 4 != 0, space)
      let list = try SplitList(opening: file("part", input), part: .train, nodes: nodes, InputLog(), space)
      try list.forEachNode { node, _, _ in precondition(0..<7 ~= node, "a node that is none") }
    },
    Target(name: "splits") { input in
      let path = InputFile.holding(input, called: "splits.npz")
      let space = try space()
      for list in try SplitList.all(in: path, nodes: .sequential(count: 7), InputLog(), space) {
        try list.forEachNode { node, _, _ in precondition(0..<7 ~= node, "a node that is none") }
      }
    },
    Target(name: "number-table") { input in
      let path = InputFile.holding(input.without(1), called: "table.csv")
      let rows = try NumberTable.countRows(path)
      try NumberTable(path: path, rowCount: rows, mayLackNumbers: (input.first ?? 0) & 1 != 0).convert(
        to: InputFile.folder + "/table.npy", InputLog())
    },
    Target(name: "tables") { input in
      let source = try ByteSource(opening: InputFile.holding(input.without(1), called: "table.csv"))
      let separator = (input.first ?? 0) & 1 == 0 ? nil : UInt8(ascii: ":")
      let reader = try CSVReader(source, separator: separator)
      while try reader.next() {
        for column in reader.columns.indices {
          let number = FieldValues.number(reader[column])
          precondition(number?.isFinite ?? true, "a number that is none")
          precondition(DateText.seconds(reader[column])?.isFinite ?? true, "a date that is none")
          precondition(FieldValues.commaNumber(reader[column])?.isFinite ?? true, "a number that is none")
          _ = (FieldValues.truth(reader[column]), OtherDate.matches(reader[column]))
        }
      }
    },
    Target(name: "graphbolt") { input in
      _ = try GraphBoltMetadata(reading: InputFile.holding(input, called: "metadata.yaml"))
    },
  ]

  private static func file(_ name: String, _ input: UnsafeRawBufferPointer) -> String {
    let ending = [".txt", ".npy", ".npz"][Int((input.first ?? 0) & 3) % 3]
    return InputFile.holding(input.without(1), called: name + ending)
  }

  private static func space() throws -> Workspace {
    Workspace(scratch: try ScratchFolder(at: InputFile.folder + "/scratch"))
  }

  private static func nodes(hasNames: Bool, _ space: Workspace) throws -> NodeIds {
    guard hasNames else { return .sequential(count: 7) }
    let table = try StringTable(in: space)
    for name in ["a", "b", "0", "1", "true", "é", "node 7"] {
      _ = try Array(name.utf8).withUnsafeBytes { try table.add($0) }
    }
    return .names(table)
  }
}
