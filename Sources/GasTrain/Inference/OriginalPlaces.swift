import GasBase
import GasBatch
import GasStore

/// Tells where the rows of batches belong: in original order, or among the distinct nodes of a list. It is used from
/// one thread.
final class OriginalPlaces {
  private let store: Store
  private let nodes: NodeList?
  private let codec = BlockCodec()
  private let order = Buffer<UInt32>()

  /// - Parameters:
  ///   - store: the store whose batches come.
  ///   - nodes: the nodes that are wanted; all if `nil`.
  init(_ store: Store, _ nodes: NodeList?) {
    (self.store, self.nodes) = (store, nodes)
  }

  /// The file that says where rows belong.
  var path: String { store.column(.order).path }

  /// How many rows have a place.
  var count: Int { nodes?.distinctCount ?? store.nodeCount }

  /// Calls `body` with each row of a batch that is wanted and its place.
  ///
  /// - Throws: `GasError` if the order is damaged; what `body` throws.
  func forEachRow(of batch: Batch, _ body: (_ row: Int, _ place: Int) throws -> Void) throws {
    for segment in batch.segments {
      let places = order.resized(to: segment.nodes.count)
      try store.column(.order).read(segment.nodes, into: places, using: codec)
      for (index, place) in places.enumerated() {
        guard Int(place) < store.nodeCount else {
          throw GasError(
            expected: "a place below \(store.nodeCount)", found: "\(place)", file: store.column(.order).path,
            advice: "gas-stat verify says more")
        }
        guard let place = nodes.map({ $0.number(at: Int(place)) }) ?? Int(place) else { continue }
        try body(segment.start + index, place)
      }
    }
    store.column(.order).release()
    nodes?.release()
  }
}
