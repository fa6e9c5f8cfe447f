import Foundation
import GasBase

/// Files that are read whole: manifests, settings, metrics.
public enum SmallFile {
  /// The usual limit, 256 MiB: a larger file is not what it is taken for, unless the caller knows better.
  public static let standardLimit = 256 << 20

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: the most bytes that it may have.
  ///   - takesPipes: whether a pipe is read to its end too, such as shells make of `<(…)`; else it is refused, since
  ///     it might keep the caller waiting.
  ///   - advice: what the message says may be done if the file cannot be read.
  /// - Returns: its bytes.
  /// - Throws: `GasError` if it cannot be read or is too large.
  public static func read(
    _ path: String, limit: Int = standardLimit, takesPipes: Bool = false, advice: String? = nil
  ) throws -> Data {
    let descriptor = try open(path, takesPipes ? O_RDONLY : O_RDONLY | O_NONBLOCK, advice)
    defer { close(descriptor) }
    var status = stat()
    try POSIX.call("be read", path) { Int(fstat(descriptor, &status)) }
    if !takesPipes || status.st_mode & S_IFMT != S_IFIFO { _ = try POSIX.size(of: descriptor, path) }
    return try bytes(of: descriptor, limit: limit, path)
  }

  private static func open(_ path: String, _ flags: Int32, _ advice: String?) throws -> Int32 {
    do { return try POSIX.open(path, flags, action: "be read") } catch let error as GasError {
      throw GasError(error.problem, file: path, advice: advice ?? error.advice)
    }
  }

  private static func bytes(of descriptor: Int32, limit: Int, _ path: String) throws -> Data {
    var bytes = Data()
    var piece = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try piece.withUnsafeMutableBytes { buffer in
        try POSIX.call("be read", path) { Foundation.read(descriptor, buffer.baseAddress!, buffer.count) }
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw GasError(expected: "at most \(Units.bytes(limit))", found: "more", file: path)
      }
      bytes.append(contentsOf: piece[..<count])
    }
  }
}
