import GasBase
import GasFiles

extension StagedWindow {
  /// The memory that filling a window takes, however large the window is.
  package final class Memory {
    /// How many bytes of a source may be in memory at a time. In a large graph a batch has few rows in a piece, and the
    /// rows of each piece are a write of their own: larger pieces make fewer and larger writes.
    static let pieceBytes = 16 << 20...128 << 20

    let pieceBytes: Int
    let halo = Buffer<UInt32>()
    let haloDegrees = Buffer<Float>()
    let gathered = Buffer<UInt8>()
    /// For each source, the piece that is copied and the one that is read meanwhile.
    let pieces = [PieceReader(), PieceReader()]

    init(pieceBytes: Int = Memory.pieceBytes.lowerBound) {
      self.pieceBytes = pieceBytes
    }

    /// Frees everything until it is wanted again.
    func release() {
      gathered.release()
      for reader in pieces { reader.release() }
    }

    /// The most bytes that the memory grows to for batches of such a halo, with the lists that are read.
    package static func byteCount(halo: Int, sources: Int, pieceBytes: Int = Memory.pieceBytes.lowerBound) -> Int {
      pieceCount(sources) * pieceBytes + halo * 4 * MemoryLayout<UInt32>.size
    }

    /// How many pieces are in memory at a time: two of each source, and what is gathered from one.
    private static func pieceCount(_ sources: Int) -> Int { 2 * sources + 1 }

    /// How many bytes are written for a batch at once, where pieces can be large enough.
    private static let writtenBytes = 32 << 10

    /// How large pieces should be: so large that a batch's share of one is worth a write, as far as memory allows.
    ///
    /// - Parameters:
    ///   - batches: how many batches a window has.
    ///   - share: the share of a column's bytes that is copied for a window.
    ///   - sources: how many columns are copied.
    ///   - room: how many bytes may be taken beyond what is needed. Half of them are used, since writes want some of
    ///     the page cache.
    /// - Returns: the bytes of a piece.
    package static func pieceBytes(batches: Int, share: Double, sources: Int, room: Int) -> Int {
      let wanted = Double(writtenBytes * batches) / max(share, 0.01)
      let allowed = pieceBytes.lowerBound + max(0, room / 2 / pieceCount(sources))
      return min(max(Int(wanted), pieceBytes.lowerBound), allowed, pieceBytes.upperBound)
    }
  }
}
