import GasBase

/// What the stages of an ingest work with: room on disk, memory they may take, threads.
struct Workspace: Sendable {
  let scratch: ScratchFolder
  /// What the whole process may take, page cache included.
  var memoryBytes = IngestOptions.standardMemoryBytes
  var parallel = Parallel.serial

  /// Memory that a sort may take; the rest is for arrays that are used at random places, and for pages on their way to the disk.
  var sortBytes: Int { memoryBytes / 4 }

  /// Memory for what is put in the order of the rows.
  var bucketBytes: Int { memoryBytes / 16 }

  /// An array of zeros in a scratch file (in memory if it is small).
  func zeros<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    count: Int, of type: Element.Type = Element.self
  ) throws -> FlatArray<Element> {
    try scratch.zeros(count: count)
  }
}
