import GasStore

@testable import GasIngest
@testable import GasTables

extension TableOptions {
  /// The only column of labels.
  var label: String? {
    get { labelColumns.first }
    set { labelColumns = newValue.map { [$0] } ?? [] }
  }
}

extension Inputs {
  /// Makes a store of tables; paths are names inside of the folder.
  @discardableResult
  func ingestTables(
    _ change: (inout TableOptions) -> Void, options more: (inout IngestOptions) -> Void = { _ in }
  ) throws -> IngestReport {
    var tables = TableOptions()
    change(&tables)
    tables.edges = tables.edges.map { edges in
      var edges = edges
      edges.path = path(edges.path)
      return edges
    }
    tables.nodes = tables.nodes.map(path)
    tables.labels = tables.labels.map(path)
    tables.encodingStore = tables.encodingStore.map(path)
    var options = IngestOptions(tables: tables, output: store)
    options.partitioner = .contiguous
    options.partitionCount = 1
    options.replacesExisting = true
    more(&options)
    return try Ingest(options).run()
  }

  /// Edges, and nodes with columns of every kind.
  func people() throws {
    try text("from,to,amount,when\na,b,2,2024-01-01\nb,c,4,2024-01-02\na,b,6,2024-01-03\nc,d,,\n", "tx.csv")
    try text(
      """
      name,age,city,member,joined,note,fraud
      a,10,Rome,yes,2024-01-01,"one, two",no
      b,NA,Oslo,no,2024-01-03,three,yes
      c,30,Rome,,2024-01-02,four,
      d,20,,yes,,five,no

      """, "people.csv")
  }
}
