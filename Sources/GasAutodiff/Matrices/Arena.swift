import GasBase

/// Memory for one step's matrices. It is handed out front to back and taken back all at once; single matrices that are
/// no longer needed can be recycled before.
///
/// `reset()` keeps the memory for the next step. Once the largest step has been seen, no step asks the system for more:
/// the arena then is one chunk that is as large as the largest step was. Not thread-safe; a data-loading thread has an
/// arena of its own.
public final class Arena {
  private var chunks: [Pages] = []
  /// Bytes handed out of the last chunk, and of the chunks before it.
  private var used = 0
  private var usedBefore = 0
  /// Memory that was recycled and not handed out again.
  private var recycled: [(base: UnsafeMutableRawPointer, byteCount: Int)] = []
  private static let chunkBytes = 1 << 20

  /// An arena for work within a step whose memory is taken back sooner, such as the messages of one chunk of edges. It
  /// is kept, with its memory, when this one is reset.
  var scratch: Arena {
    if let inner { return inner }
    let fresh = Arena()
    inner = fresh
    return fresh
  }
  private var inner: Arena?

  /// Makes an empty arena. It asks the system for memory when the first matrix is made.
  public init() {}

  /// All memory that the arena holds, used or not, with that of its scratch arena.
  public var bytesReserved: Int { ownBytes + (inner?.bytesReserved ?? 0) }
  private var ownBytes: Int { chunks.reduce(0) { $0 + $1.byteCount } }

  /// The bytes handed out since the last reset; memory that was recycled and handed out again counts once.
  public var bytesUsed: Int { usedBefore + used }

  /// Memory for `count` values, aligned to 64 bytes, valid until the next `reset`. The content is arbitrary.
  public func allocate<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    precondition(count >= 0, "cannot allocate \(count) values")
    let bytes = Self.bytes(T.self, count)
    if let again = takeRecycled(bytes) { return again.bindMemory(to: T.self, capacity: count) }
    if chunks.isEmpty || used + bytes > chunks[chunks.count - 1].byteCount { addChunk(atLeast: bytes) }
    let address = chunks[chunks.count - 1].base + used
    used += bytes
    return address.bindMemory(to: T.self, capacity: count)
  }

  /// A matrix with arbitrary content, valid until the next `reset`.
  public func matrix(rows: Int, columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, base: allocate(Float.self, count: rows * columns), owner: self)
  }

  /// A matrix of bfloat16 numbers with arbitrary content, valid until the next `reset`.
  public func bfloatMatrix(rows: Int, columns: Int) -> BFloatMatrix {
    BFloatMatrix(rows: rows, columns: columns, base: allocate(UInt16.self, count: rows * columns), owner: self)
  }

  /// Takes back a matrix that will not be read any more, for the next one of its size. A matrix of another owner is
  /// left alone.
  public func recycle(_ matrix: Matrix) {
    guard matrix.isOwned(by: self), matrix.count > 0 else { return }
    #if DEBUG
      // A reader that uses it all the same then gets numbers that show it.
      matrix.fill(with: .nan)
    #endif
    recycled.append((UnsafeMutableRawPointer(matrix.base), Self.bytes(Float.self, matrix.count)))
  }

  /// Takes back a matrix of bfloat16 numbers.
  public func recycle(_ matrix: BFloatMatrix) {
    guard matrix.isOwned(by: self), matrix.count > 0 else { return }
    #if DEBUG
      matrix.base.update(repeating: .max, count: matrix.count)
    #endif
    recycled.append((UnsafeMutableRawPointer(matrix.base), Self.bytes(UInt16.self, matrix.count)))
  }

  private func takeRecycled(_ bytes: Int) -> UnsafeMutableRawPointer? {
    var place = recycled.count - 1
    while place >= 0 && recycled[place].byteCount != bytes { place -= 1 }
    return place >= 0 ? recycled.remove(at: place).base : nil
  }

  private static func bytes<T>(_: T.Type, _ count: Int) -> Int {
    roundedUp(count * MemoryLayout<T>.stride, to: alignment)
  }

  /// Takes all memory back. Matrices that the arena made are invalid from here on.
  public func reset() {
    if chunks.count > 1 {
      let needed = bytesUsed
      chunks.removeAll()
      addChunk(atLeast: needed)
    }
    used = 0
    usedBefore = 0
    recycled.removeAll(keepingCapacity: true)
  }

  private func addChunk(atLeast bytes: Int) {
    // An eighth more than there was keeps the number of chunks small while the largest step is not known yet.
    let size = roundedUp(max(bytes, ownBytes / 8), to: Self.chunkBytes)
    usedBefore += used
    used = 0
    chunks.append(Pages(byteCount: size))
  }
}
