import CBzip2
import CLzma
import CZstd
import XCTest

extension Inputs {
  /// One bzip2 stream.
  func bzip2(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [CChar](repeating: 0, count: bytes.count * 2 + 600)
    var count = UInt32(packed.count)
    var source = bytes.map { CChar(bitPattern: $0) }
    XCTAssertEqual(BZ2_bzBuffToBuffCompress(&packed, &count, &source, UInt32(source.count), 9, 0, 0), BZ_OK)
    return packed.prefix(Int(count)).map { UInt8(bitPattern: $0) }
  }

  func xz(_ bytes: [UInt8]) -> [UInt8] { xz(bytes, preset: 1) }

  /// One xz stream with a checksum. Preset 9 has a dictionary of 64 MiB.
  func xz(_ bytes: [UInt8], preset: UInt32) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: lzma_stream_buffer_bound(bytes.count))
    var count = 0
    let status = lzma_easy_buffer_encode(
      preset, LZMA_CHECK_CRC64, nil, bytes, bytes.count, &packed, &count, packed.count)
    XCTAssertEqual(status, LZMA_OK)
    return Array(packed.prefix(count))
  }

  /// One zstd frame that does not say how long the data are, so that its window is as large as it says.
  func zstd(_ bytes: [UInt8], windowLog: Int32) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count) + 64)
    let capacity = packed.count
    var count = 0
    bytes.withUnsafeBytes { source in
      packed.withUnsafeMutableBytes { target in
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
        var output = ZSTD_outBuffer(dst: target.baseAddress, size: capacity, pos: 0)
        for action in [ZSTD_e_flush, ZSTD_e_end] {
          XCTAssertEqual(ZSTD_compressStream2(context, &output, &input, action), 0)
        }
        count = output.pos
      }
    }
    return Array(packed.prefix(count))
  }

  /// A member of a tar archive: header, data and padding.
  func tarMember(_ name: String, _ data: [UInt8], kind: Character = "0") -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    let size = String(data.count, radix: 8)
    put(String(name.prefix(100)), 0)
    put("0000644", 100)
    put(String(repeating: "0", count: 11 - size.count) + size, 124)
    put("        ", 148)
    put(String(kind), 156)
    put("ustar", 257)
    put("00", 263)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", 148)
    return header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
  }

  /// A whole archive.
  func tar(_ members: [UInt8]...) -> [UInt8] { members.flatMap { $0 } + [UInt8](repeating: 0, count: 1024) }
}
