import Foundation
import TestSupport
import XCTest

@testable import GasFormats

/// Files that NumPy and SciPy have made (Fixtures/graphs/numpy.txt), unpacked into a folder.
struct NumPyFiles {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let root = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardized
    let text = try String(contentsOf: root.appending(path: "Fixtures/graphs/numpy.txt"), encoding: .utf8)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      let bytes = try XCTUnwrap(Data(base64Encoded: String(parts[1])))
      try bytes.write(to: URL(fileURLWithPath: folder.file(String(parts[0]))))
    }
  }

  func path(_ name: String) -> String { folder.file(name) }

  func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(path(name)) }

  /// Writes changed bytes of a file beside it.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try FileBytes.write(bytes, to: path(name))
    return path(name)
  }
}
