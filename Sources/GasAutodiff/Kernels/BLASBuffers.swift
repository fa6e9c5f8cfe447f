import FoundationEssentials
import GasBase
import Glibc

/// The buffers in which OpenBLAS packs its operands, one for each product that is computed at a time.
/// Where the system has no memory for one, `blas_memory_alloc` asks again and again. Under a limit on the address space
/// they are therefore taken when the library is loaded; the library keeps them from then on.
enum BLASBuffers {
  /// The size of a buffer on x86-64 in OpenBLAS 0.3; on other processors it is smaller.
  private static let byteCount = 128 << 20
  /// Address space that is left for all other mappings.
  private static let spareBytes = 32 << 20

  /// Takes as many buffers as there are cores, or as the limit on the address space allows.
  ///
  /// - Parameters:
  ///   - handle: the loaded library.
  ///   - path: its file, for errors.
  /// - Returns: turns for products, where fewer buffers fit than there are cores; `nil` where none are needed.
  /// - Throws: `GasError` if not even one buffer fits.
  static func take(from handle: UnsafeMutableRawPointer, _ path: String) throws -> Turns? {
    guard let limit = AddressSpace.limitBytes, let allocate = dlsym(handle, "blas_memory_alloc"),
      let free = dlsym(handle, "blas_memory_free")
    else { return nil }
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let count = (1...cores).last { AddressSpace.hasRoom(for: $0 * byteCount + spareBytes) } ?? 0
    guard count > 0 else {
      throw GasError(
        "takes \(Units.bytes(byteCount)) to multiply in, and the process may map \(Units.bytes(limit)) in all (ulimit -v)",
        file: path, advice: "allow it more")
    }
    let taken = (0..<count).map { _ in unsafeBitCast(allocate, to: Allocate.self)(0) }
    for buffer in taken { unsafeBitCast(free, to: Free.self)(buffer) }
    return count < cores ? Turns(count: count) : nil
  }

  private typealias Allocate = @convention(c) (Int32) -> UnsafeMutableRawPointer?
  private typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
}

/// Lets at most `count` threads do something at a time.
final class Turns: @unchecked Sendable {
  private let condition = Condition()
  private var left: Int

  init(count: Int) { left = count }

  func begin() {
    condition.withLock {
      while left == 0 { condition.wait() }
      left -= 1
    }
  }

  func end() {
    condition.withLock {
      left += 1
      condition.signal()
    }
  }
}
