import CZstd

/// Zstandard, RFC 8878: frames, and skippable frames that hold nothing of the data.
final class ZstdPacking: Packing {
  static let name = "zstd"
  static let piece = "frame"
  static let endings = [".zst", ".tzst"]
  static let command = "zstdcat"
  private let context: OpaquePointer
  /// `zstd --long=31` makes windows of 2 GiB, the largest that exist; every reader has to accept 8 MiB.
  private static let windowLogs = 23...31

  init(memoryBytes: Int) {
    guard let context = ZSTD_createDCtx() else { preconditionFailure("zstd does not start") }
    self.context = context
    let largest = Int.bitWidth - 1 - memoryBytes.leadingZeroBitCount
    let windowLog = min(max(largest, Self.windowLogs.lowerBound), Self.windowLogs.upperBound)
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLog))
  }

  deinit { ZSTD_freeDCtx(context) }

  static func starts(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first else { return false }
    let isSkippable = isSkippable(first) && bytes.dropFirst().starts(with: [0x2a, 0x4d, 0x18])
    return isSkippable || bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
  }

  static func mayStart(_ byte: UInt8) -> Bool { byte == 0x28 || isSkippable(byte) }

  private static func isSkippable(_ first: UInt8) -> Bool { first & 0xf0 == 0x50 }

  func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Inflater.Step {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let status = ZSTD_decompressStream(context, &target, &source)
    return Inflater.Step(consumed: source.pos, produced: target.pos, state: state(status))
  }

  private func state(_ status: Int) -> Inflater.State {
    guard ZSTD_isError(status) == 0 else {
      return ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge
        ? .needs(0) : .damaged(String(cString: ZSTD_getErrorName(status)))
    }
    return status == 0 ? .ended : .more
  }

  func reset() {
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
  }
}
