import CLinux
import GasBase
import Glibc

/// Reads and writes a file past the page cache (`O_DIRECT`): for bytes that are wanted once, so that the kernel need
/// not find memory for them and take it back again.
///
/// Bytes that are only in the page cache yet are seen all the same: the kernel sends them to the disk before it reads,
/// and drops from the cache what is overwritten. Safe to use from several threads, each with a buffer of its own.
final class DirectAccess: Sendable {
  private enum State {
    case unused
    case open(Int32)
    /// The file system has no direct access. A descriptor stays open, since other threads may be reading with it.
    case impossible(Int32?)
  }

  /// Direct reads and writes begin and end at multiples of this, in the file and in memory.
  static let blockBytes = 4096

  private let state = Locked(State.unused)
  private let isWritable: Bool

  init(isWritable: Bool) { self.isWritable = isWritable }

  deinit {
    state.withLock { state in
      switch state {
      case .open(let descriptor), .impossible(let descriptor?): close(descriptor)
      case .unused, .impossible(nil): break
      }
    }
  }

  /// Reads whole blocks.
  ///
  /// - Parameters:
  ///   - descriptor: the open file, which need not have a name any more.
  ///   - offset: where to begin, a multiple of a block.
  ///   - target: memory that starts at a multiple of a block and is some blocks long.
  ///   - path: what messages call the file.
  /// - Returns: how many bytes there are up to the file's end; `nil` if reads have to go through the page cache.
  /// - Throws: `GasError` if the disk fails.
  func read(_ descriptor: Int32, at offset: Int, into target: UnsafeMutableRawBufferPointer, _ path: String) throws
    -> Int?
  {
    guard let direct = open(descriptor) else { return nil }
    var done = 0
    while done < target.count {
      let count = pread(direct, target.baseAddress! + done, target.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EINVAL {
        giveUp()
        return nil
      }
      guard count >= 0 else { throw POSIX.error("read", path, errno) }
      done += count
      // A part of a block is the end of the file.
      if count == 0 || count % Self.blockBytes != 0 { break }
    }
    return done
  }

  /// Writes whole blocks.
  ///
  /// - Parameters:
  ///   - descriptor: the open file, which need not have a name any more.
  ///   - offset: where to begin, a multiple of a block.
  ///   - bytes: start at a multiple of a block in memory and are some blocks long.
  ///   - path: what messages call the file.
  /// - Returns: false if writes have to go through the page cache.
  /// - Throws: `GasError` if the disk fails.
  func write(_ descriptor: Int32, at offset: Int, _ bytes: UnsafeRawBufferPointer, _ path: String) throws -> Bool {
    guard let direct = open(descriptor) else { return false }
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let place = offset + done
      let (count, code) = POSIX.attempt(
        .init(.write, path, descriptor: direct, offset: place, bytes: rest), byteCount: rest.count
      ) { pwrite(direct, rest.baseAddress!, $0, off_t(place)) }
      if count == -1 && code == EINVAL {
        giveUp()
        return false
      }
      guard count != -1 else { throw POSIX.error("write", path, code) }
      done += count
      // The rest begins within a block: it goes through the page cache.
      guard count % Self.blockBytes == 0 else { return false }
    }
    return true
  }

  private func open(_ descriptor: Int32) -> Int32? {
    state.withLock { state in
      if case .unused = state {
        let opened = Glibc.open(
          "/proc/self/fd/\(descriptor)", (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC | gas_direct_flag())
        state = opened >= 0 ? .open(opened) : .impossible(nil)
      }
      if case .open(let opened) = state { return opened }
      return nil
    }
  }

  private func giveUp() {
    state.withLock { state in
      if case .open(let opened) = state { state = .impossible(opened) }
    }
  }
}
