import CZstd
import Foundation
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest

/// A folder of input files, and the shortest way to make a store of them.
final class Inputs {
  let folder: TemporaryFolder
  var store: String { path("out.store") }

  init() throws { folder = try TemporaryFolder() }

  func path(_ name: String) -> String { folder.file(name) }

  @discardableResult
  func text(_ text: String, _ name: String = "edges.tsv") throws -> String {
    try bytes(Array(text.utf8), name)
  }

  @discardableResult
  func bytes(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  @discardableResult
  func array<T: NpyElement>(_ values: [T], _ shape: [Int], _ name: String) throws -> String {
    try NpyWriter.write(values, shape: shape, to: path(name))
    return path(name)
  }

  @discardableResult
  func array<T: NpyElement>(_ values: [T], _ name: String) throws -> String {
    try array(values, [values.count], name)
  }

  /// Truth values, which Swift arrays have no NumPy type for.
  @discardableResult
  func mask(_ values: [Bool], _ shape: [Int], _ name: String) throws -> String {
    let header = NpyHeader(type: .bool, shape: shape)
    return try bytes(header.encoded() + values.map { $0 ? 1 : 0 }, name)
  }

  /// Strings in NumPy's UTF-32.
  @discardableResult
  func names(_ values: [String], _ name: String) throws -> String {
    let width = values.map(\.unicodeScalars.count).max() ?? 0
    var bytes = NpyHeader(type: .unicode(count: width), shape: [values.count]).encoded()
    for value in values {
      var points = value.unicodeScalars.map(\.value)
      points += repeatElement(0, count: width - points.count)
      for point in points { withUnsafeBytes(of: point.littleEndian) { bytes += $0 } }
    }
    return try self.bytes(bytes, name)
  }

  func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let source = try self.bytes(bytes, "to-pack")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-nc", source]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let packed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    XCTAssertEqual(process.terminationStatus, 0)
    return [UInt8](packed)
  }

  /// One zstd frame with a checksum.
  func zstd(_ bytes: [UInt8]) -> [UInt8] {
    let context = ZSTD_createCCtx()
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress2(context, &packed, packed.count, bytes, bytes.count)
    XCTAssertEqual(ZSTD_isError(count), 0)
    return Array(packed.prefix(count))
  }

  /// Ingests `edges` with partitions that need no METIS unless the options say otherwise.
  @discardableResult
  func ingest(_ edges: String..., options change: (inout IngestOptions) -> Void = { _ in }) throws -> IngestReport {
    var options = IngestOptions(edges: edges, output: store)
    options.partitioner = .contiguous
    options.partitionCount = 1
    change(&options)
    return try Ingest(options).run()
  }

  /// The store's contents, after everything in it has been verified.
  func contents() throws -> StoreContents { try StoreContents(store) }
}
