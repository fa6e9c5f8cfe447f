import GasBase

/// Draws the edges of a random graph between internal numbers 0 ..< nodeCount, which are not ids yet.
///
/// Edges come in chunks, each from a stream of random numbers of its own, so that threads can share the work.
protocol EdgeDraw: Sendable {
  /// Draws edges until the memory is full.
  ///
  /// - Parameters:
  ///   - pairs: gets source and target of each edge: two different nodes.
  ///   - random: the chunk's random numbers.
  func fill(_ pairs: UnsafeMutableBufferPointer<UInt32>, _ random: inout SeededRandom)
}

/// The edges of a generated graph, as ids.
struct GeneratedEdges: Sendable {
  private let draw: any EdgeDraw
  private let ids: Permutation
  private let seed: UInt64
  static let edgesPerChunk = 1 << 15

  init(_ options: GeneratorOptions, ids: Permutation) {
    draw = options.kind == .planted ? PlantedEdges(options) : RMATEdges(options)
    self.ids = ids
    seed = options.seed
  }

  /// Fills a chunk, each edge as two ids.
  func fill(_ pairs: UnsafeMutableBufferPointer<UInt32>, chunk: Int) {
    var random = SeededRandom(seed: seed, stream: GeneratorStream.edges + UInt64(chunk))
    draw.fill(pairs, &random)
    for place in pairs.indices { pairs[place] = UInt32(truncatingIfNeeded: ids[Int(pairs[place])]) }
  }
}

/// Streams of random numbers, one for each use.
enum GeneratorStream {
  static let ids: UInt64 = 1
  static let splits: UInt64 = 2
  static let means: UInt64 = 3
  static let features: UInt64 = 4
  static let noise: UInt64 = 5
  /// The first stream of edges; each chunk has its own.
  static let edges: UInt64 = 1 << 40
  /// The first stream of labels; each node has its own.
  static let labels: UInt64 = 1 << 42
}
