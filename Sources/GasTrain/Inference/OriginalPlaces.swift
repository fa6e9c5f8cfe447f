import GasBase
import GasBatch
import GasStore

/// Tells where the rows of batches belong in original order. It is used from one thread.
final class OriginalPlaces {
  private let store: Store
  private let codec = BlockCodec()
  private let order = Buffer<UInt32>()

  init(_ store: Store) {
    self.store = store
  }

  /// Calls `body` with each row of a batch and its place in original order.
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
        try body(segment.start + index, Int(place))
      }
    }
    store.column(.order).release()
  }
}
