import Foundation
import GasBase

/// A matrix with memory of its own, zero at first, aligned to 64 bytes. For what outlives a step: parameters, moments.
public final class OwnedMatrix {
  private let rows: Int
  private let columns: Int
  private let base: UnsafeMutablePointer<Float>

  public var matrix: Matrix { Matrix(rows: rows, columns: columns, base: base, owner: self) }

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

/// Memory for `count` values, aligned to 64 bytes; to be given back by `free`.
func allocateAligned<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
  var memory: UnsafeMutableRawPointer?
  let bytes = max(count * MemoryLayout<T>.stride, alignment)
  guard posix_memalign(&memory, alignment, bytes) == 0, let memory else {
    AddressSpace.endProcess(wanting: bytes)
  }
  return memory.bindMemory(to: T.self, capacity: count)
}
