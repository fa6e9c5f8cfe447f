import GasBase
import Glibc

/// Reads a file, a pipe or standard input front to back, and computes size and checksum on the way. Not thread-safe.
public final class FileReader {
  /// The name of standard input on a command line.
  public static let standardInput = "-"

  /// What messages call the input.
  public let name: String
  /// The size of a regular file in bytes; `nil` where only reading to the end can tell.
  public let totalBytes: Int?
  /// How many bytes have been read so far.
  public private(set) var byteCount = 0
  /// CRC-32 of what has been read so far.
  public private(set) var checksum: UInt32 = 0
  /// Whether it is standard input, which has no path.
  public var isStandardInput: Bool { !ownsDescriptor }
  private let descriptor: Int32
  private let ownsDescriptor: Bool

  /// Opens a file, or standard input for `-`.
  ///
  /// - Parameter path: what to open.
  /// - Throws: `GasError` if it cannot be opened.
  public init(opening path: String) throws {
    ownsDescriptor = path != Self.standardInput
    name = ownsDescriptor ? path : "standard input"
    descriptor = ownsDescriptor ? try POSIX.open(path, O_RDONLY, action: "open") : STDIN_FILENO
    var status = stat()
    try POSIX.call("look at", name) { [descriptor] in Int(fstat(descriptor, &status)) }
    totalBytes = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  deinit {
    if ownsDescriptor { close(descriptor) }
  }

  /// Reads until `target` is full or the input ends.
  ///
  /// - Parameter target: where the bytes go.
  /// - Returns: how many bytes there were; less than asked for only at the end.
  /// - Throws: `GasError` if reading fails.
  public func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    var done = 0
    while done < target.count {
      let count = try POSIX.call("read", name) { [descriptor] in
        Glibc.read(descriptor, target.baseAddress! + done, target.count - done)
      }
      if count == 0 { break }
      done += count
    }
    let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(target)[..<done])
    checksum = Checksum.crc32(bytes, continuing: checksum)
    byteCount += done
    return done
  }
}
