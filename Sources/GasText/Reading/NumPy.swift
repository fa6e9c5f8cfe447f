/// How NumPy's files begin and end.
package enum NumPy {
  /// How a `.npy` file begins.
  package static let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
  package static let zipMagic: [UInt8] = [0x50, 0x4b, 0x03, 0x04]

  /// Whether a file's name says that it is an array.
  package static func isArray(_ path: String) -> Bool { path.hasSuffix(".npy") }
  /// Whether a file's name says that it is an archive of arrays.
  package static func isArchive(_ path: String) -> Bool { path.hasSuffix(".npz") }
}
