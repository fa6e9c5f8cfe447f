import GasBase

/// What the stages of an ingest work with: disk space, memory they may take, threads.
@usableFromInline
package struct Workspace: Sendable {
  /// The memory that is used if the user does not say.
  package static let standardMemoryBytes = 2 << 30
  /// The smallest memory that is accepted: less would leave nothing to sort in.
  package static let smallestMemoryBytes = 64 << 20

  /// Where large arrays are kept.
  @usableFromInline package let scratch: ScratchFolder
  /// The memory that the whole process may take, page cache included.
  @usableFromInline package let memoryBytes: Int
  /// The threads that work.
  @usableFromInline package let parallel: Parallel
  /// The memory for arrays that are used at random places.
  private let allowance: MemoryAllowance

  /// Groups disk space, memory and threads.
  package init(
    scratch: ScratchFolder, memoryBytes: Int = Self.standardMemoryBytes, parallel: Parallel = .serial
  ) {
    self.scratch = scratch
    self.memoryBytes = memoryBytes
    self.parallel = parallel
    allowance = MemoryAllowance(byteCount: memoryBytes / 2)
  }

  /// Memory that a sort may take; the rest is for arrays that are used at random places, and for pages on their way to
  /// the disk.
  @usableFromInline package var sortBytes: Int { memoryBytes / 4 }

  /// Memory for what is put in the order of the rows.
  package var bucketBytes: Int { memoryBytes / 16 }

  /// Checks that a single row can be held in memory, as it is read and as it is written.
  ///
  /// - Parameters:
  ///   - width: numbers in a row.
  ///   - what: what messages call these numbers.
  ///   - bytesEach: memory for each number, in bytes.
  ///   - file: the file that the row is in.
  ///   - advice: what can be done besides giving more memory.
  /// - Throws: `GasError` if a row takes more than ingest may.
  package func checkRow(of width: Int, _ what: String, bytesEach: Int, file: String, advice: String? = nil) throws {
    let (byteCount, isTooMuch) = width.multipliedReportingOverflow(by: bytesEach)
    guard isTooMuch || byteCount > max(memoryBytes, Self.smallestMemoryBytes) else { return }
    let wanted = isTooMuch ? .max : byteCount
    throw GasError(
      "a row of \(width) \(what) takes up to \(Units.bytes(wanted)) of memory, --memory allows \(Units.bytes(memoryBytes))",
      file: file, advice: [advice, "pass a larger --memory"].compactMap { $0 }.joined(separator: ", or "),
      status: .refusedBudget)
  }

  /// Makes an array of zeros in a scratch file (in memory if it is small), to be used front to back.
  ///
  /// - Parameters:
  ///   - count: how many elements.
  ///   - type: the type of the elements.
  /// - Returns: the array.
  /// - Throws: `GasError` if the disk has no space for it.
  package func zeros<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    count: Int, of type: Element.Type = Element.self
  ) throws -> FlatArray<Element> {
    try scratch.zeros(count: count)
  }

  /// Makes an array of zeros to be used at random places. It is in memory as long as all such arrays together take no
  /// more than half of `memoryBytes`, and in a scratch file otherwise.
  ///
  /// The kernel writes changed pages of a file to the disk every so often. If single elements change all over an array,
  /// these are all of its pages, again and again.
  ///
  /// - Parameters:
  ///   - count: how many elements.
  ///   - type: the type of the elements.
  /// - Returns: the array.
  /// - Throws: `GasError` if the disk has no space for it.
  package func randomAccessZeros<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    count: Int, of type: Element.Type = Element.self
  ) throws -> FlatArray<Element> {
    try FlatArray(zeros: count, within: allowance) ?? scratch.zeros(count: count)
  }
}
