import GasBase

/// What the stages of an ingest work with: room on disk, memory they may take, threads.
@usableFromInline
package struct Workspace: Sendable {
  package static let standardMemoryBytes = 2 << 30
  /// Less would leave nothing to sort in.
  package static let smallestMemoryBytes = 64 << 20

  @usableFromInline package let scratch: ScratchFolder
  /// What the whole process may take, page cache included.
  @usableFromInline package let memoryBytes: Int
  @usableFromInline package let parallel: Parallel
  /// For arrays that are used at random places.
  private let allowance: MemoryAllowance

  package init(
    scratch: ScratchFolder, memoryBytes: Int = Self.standardMemoryBytes, parallel: Parallel = .serial
  ) {
    self.scratch = scratch
    self.memoryBytes = memoryBytes
    self.parallel = parallel
    allowance = MemoryAllowance(byteCount: memoryBytes / 2)
  }

  /// Memory that a sort may take; the rest is for arrays that are used at random places, and for pages on their way to the disk.
  @usableFromInline package var sortBytes: Int { memoryBytes / 4 }

  /// Memory for what is put in the order of the rows.
  package var bucketBytes: Int { memoryBytes / 16 }

  /// Sees to it that single rows can be held in memory, as they are read and as they are written.
  ///
  /// - Parameter bytesEach: what that takes for each number of a row.
  /// - Throws: `GasError` if it is more than ingest may take.
  package func checkRow(of width: Int, _ what: String, bytesEach: Int, file: String, advice: String? = nil) throws {
    let (byteCount, isTooMuch) = width.multipliedReportingOverflow(by: bytesEach)
    guard isTooMuch || byteCount > max(memoryBytes, Self.smallestMemoryBytes) else { return }
    let wanted = isTooMuch ? .max : byteCount
    throw GasError(
      "a row of \(width) \(what) takes up to \(Units.bytes(wanted)) of memory, --memory allows \(Units.bytes(memoryBytes))",
      file: file, advice: [advice, "pass a larger --memory"].compactMap { $0 }.joined(separator: ", or "))
  }

  /// An array of zeros in a scratch file (in memory if it is small), to be used front to back.
  package func zeros<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    count: Int, of type: Element.Type = Element.self
  ) throws -> FlatArray<Element> {
    try scratch.zeros(count: count)
  }

  /// An array of zeros to be used at random places: in memory, as long as all of these together take no more than half of it, and in
  /// scratch files beyond.
  ///
  /// The kernel writes changed pages of a file to the disk every so often. Where single elements change all over an array, that is
  /// all of it, again and again.
  package func randomAccessZeros<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    count: Int, of type: Element.Type = Element.self
  ) throws -> FlatArray<Element> {
    try FlatArray(zeros: count, within: allowance) ?? scratch.zeros(count: count)
  }
}
