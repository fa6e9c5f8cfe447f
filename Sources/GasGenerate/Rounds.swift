import GasBase

/// Computes rows of an array on several threads, and hands them on in order: a round of pieces at a time, in memory
/// that is used again.
struct Rounds {
  let parallel: Parallel
  let progress: ProgressDisplay
  /// How many pieces a round has for each thread: enough that threads seldom wait for each other.
  private static let piecesPerThread = 8

  /// How many pieces are in memory at a time.
  static func pieces(_ parallel: Parallel) -> Int { parallel.threadCount * piecesPerThread }

  /// Computes all rows.
  ///
  /// - Parameters:
  ///   - title: what is being computed, for the progress line.
  ///   - rowCount: how many rows there are.
  ///   - width: elements in a row.
  ///   - rowsPerPiece: how many rows `fill` computes at a time.
  ///   - unit: what is counted, in the plural, for the progress line.
  ///   - fill: computes the rows of a range; called on any thread, and never for parts of a piece.
  ///   - consume: gets each round's rows, one round after the other.
  /// - Throws: what `consume` throws.
  func run<T: BitwiseCopyable>(
    _ title: String, rowCount: Int, width: Int, rowsPerPiece: Int, unit: String,
    fill: (Range<Int>, UnsafeMutableBufferPointer<T>) -> Void,
    consume: (Range<Int>, UnsafeBufferPointer<T>) throws -> Void
  ) throws {
    let memory = Buffer<T>()
    let line = progress.line(title, total: rowCount, unit: unit)
    defer { line?.finish() }
    let rowsPerRound = rowsPerPiece * Self.pieces(parallel)
    for round in (0..<rowCount).chunks(ofCount: rowsPerRound) {
      let values = Unchecked(memory.resized(to: round.count * width))
      parallel.forEachRange(of: round.count, chunk: rowsPerPiece) { piece in
        let rows = round.lowerBound + piece.lowerBound..<round.lowerBound + piece.upperBound
        let place = piece.lowerBound * width..<piece.upperBound * width
        fill(rows, UnsafeMutableBufferPointer(rebasing: values.value[place]))
      }
      try consume(round, UnsafeBufferPointer(values.value))
      line?.advance(by: round.count)
    }
  }
}
