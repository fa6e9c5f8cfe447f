import GasBase
import Glibc

/// A matrix with memory of its own, zero at first and aligned to 64 bytes. It is for data that outlive a step:
/// parameters, moments.
public final class OwnedMatrix {
  private let rows: Int
  private let columns: Int
  private let base: UnsafeMutablePointer<Float>

  /// A handle to the numbers; it keeps the memory alive.
  public var matrix: Matrix { Matrix(rows: rows, columns: columns, base: base, owner: self) }

  /// Allocates `rows × columns` zeros. The process ends with one line where there is no memory.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    base = allocateAligned(Float.self, count: rows * columns)
    base.update(repeating: 0, count: rows * columns)
  }

  deinit {
    free(base)
  }
}

/// The width of a cache line and of the widest registers, in bytes.
let alignment = 64

/// Allocates memory for `count` values, aligned to 64 bytes, to be given back by `free`.
func allocateAligned<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
  var memory: UnsafeMutableRawPointer?
  let bytes = max(count * MemoryLayout<T>.stride, alignment)
  guard posix_memalign(&memory, alignment, bytes) == 0, let memory else {
    AddressSpace.endProcess(wanting: bytes)
  }
  return memory.bindMemory(to: T.self, capacity: count)
}
