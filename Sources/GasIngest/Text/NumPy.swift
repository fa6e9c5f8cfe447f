import GasBase

/// How files that are not text begin.
enum NumPy {
  static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  static let zipMagic: [UInt8] = [0x50, 0x4b, 0x03, 0x04]

  static func isArray(_ path: String) -> Bool { path.hasSuffix(".npy") }
  static func isArchive(_ path: String) -> Bool { path.hasSuffix(".npz") }

  /// Refuses what is clearly no text.
  static func refuse(in source: ByteSource) throws {
    try refuse(magic, in: source, "a NumPy array", "give the file the ending .npy")
    try refuse(zipMagic, in: source, "a zip archive", "unpack it, or save the edges as .npy")
  }

  private static func refuse(_ magic: [UInt8], in source: ByteSource, _ found: String, _ advice: String) throws {
    guard try source.peek(magic.count) == magic else { return }
    throw GasError(
      expected: "text, plain or packed by gzip or zstd", found: found, file: source.file.name, at: .offset(0),
      advice: advice)
  }
}
