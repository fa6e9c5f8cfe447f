import TestSupport
import XCTest

@testable import GasFormats

/// Event files against vectors of others and a second reader.
final class TensorBoardEventTests: XCTestCase {
  /// The vectors of RFC 3720, appendix B.4, and the check value that catalogues of checksums have.
  func testChecksumVectors() {
    let vectors: [([UInt8], UInt32)] = [
      ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
      ((0..<32).map { UInt8($0) }, 0x46dd_794e), ((0..<32).map { UInt8(31 - $0) }, 0x113f_db5c),
      (Array("123456789".utf8), 0xe306_9283), ([], 0),
    ]
    for (bytes, checksum) in vectors {
      XCTAssertEqual(CRC32C.checksum(bytes), checksum)
      XCTAssertEqual(EventFile.checksum(bytes), checksum)
    }
  }

  /// What a file of tensorboard 2.21 begins with, whose writer was given this time.
  func testTheFirstRecordIsThatOfOthers() {
    let expected = """
      18 00 00 00 00 00 00 00 a3 7f 4b 22 09 00 00 40 2a d2 50 da 41 1a 0d 62 72 61 69 6e 2e 45 76 65 6e 74 3a 32 \
      ef e0 5a f6
      """
    let record = TensorBoardEvent.fileVersion(wallTime: 1_766_017_193).record
    XCTAssertEqual(record.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined(separator: " "), expected)
  }

  func testScalars() throws {
    let bytes = [
      TensorBoardEvent.fileVersion(wallTime: 1),
      .scalars([("loss", 0.1), ("a/b", .infinity), ("ü", -3e300)], wallTime: 1.5, step: 0),
      .scalars([], wallTime: 2, step: 1),
      .scalars([("loss", 1e-50)], wallTime: 2.5, step: 1 << 40),
      .start(wallTime: 3, step: 300),
    ].flatMap(\.record)
    let file = try EventFile(bytes)
    XCTAssertEqual(file.events.count, 5)
    XCTAssertFalse(file.isCut)
    let scalars = try file.scalars()
    XCTAssertEqual(scalars.map(\.step), [0, 0, 0, 1 << 40])
    XCTAssertEqual(scalars.map(\.tag), ["loss", "a/b", "ü", "loss"])
    XCTAssertEqual(scalars.map(\.value), [0.1, .infinity, -.infinity, 0])
    XCTAssertEqual(file.events[3].first?.field, .double(2.5))
    XCTAssertEqual(EventFile.integer(2, in: file.events[4]), 300)
    XCTAssertEqual(try EventFile.messages(7, in: file.events[4]).map { EventFile.integer(1, in: $0) }, [1])
    // A file that ends anywhere is one of the records before.
    for count in stride(from: 0, to: bytes.count, by: 7) {
      XCTAssertLessThanOrEqual(try EventFile(Array(bytes.prefix(count))).events.count, 5)
    }
    var damaged = bytes
    damaged[60] ^= 1
    XCTAssertThrowsError(try EventFile(damaged))
  }

  func testEventsAreReadAgain() throws {
    let events: [TensorBoardEvent] = [
      .fileVersion(wallTime: 1), .settings([("hidden", "64")], run: "first", wallTime: 1),
      .scalars([("loss", 0.5)], wallTime: 2, step: 0), .scalars([("loss", 0.25)], wallTime: 3, step: 127),
      .scalars([], wallTime: 4, step: 128), .start(wallTime: 5, step: 1 << 40), .start(wallTime: 5, step: 0),
    ]
    let parts = events.map(\.record)
    let bytes = parts.flatMap { $0 }
    func read(_ bytes: [UInt8]) -> [TensorBoardRecord] { bytes.withUnsafeBytes(TensorBoardRecord.all) }
    let records = read(bytes)
    XCTAssertEqual(records.map(\.step), [0, 0, 0, 127, 128, 1 << 40, 0])
    XCTAssertEqual(records.map(\.isStart), [false, false, false, false, false, true, true])
    XCTAssertEqual(records.map(\.contents), events.map(\.contents))
    // Whenever it was, the event is the same; it is another one if a number or the step is.
    XCTAssertEqual(records[2].contents, TensorBoardEvent.scalars([("loss", 0.5)], wallTime: 9, step: 0).contents)
    XCTAssertNotEqual(records[2].contents, TensorBoardEvent.scalars([("loss", 0.5)], wallTime: 2, step: 1).contents)
    XCTAssertNotEqual(records[2].contents, records[3].contents)
    // A file that is cut anywhere, or has a damaged byte, has the records before that place.
    for place in bytes.indices {
      var (whole, end) = (0, parts[0].count)
      while end <= place { (whole, end) = (whole + 1, end + parts[whole + 1].count) }
      XCTAssertEqual(read(Array(bytes.prefix(place))).count, whole, "cut at \(place)")
      var damaged = bytes
      damaged[place] ^= 1
      XCTAssertEqual(read(damaged).count, whole, "damaged at \(place)")
    }
  }

  func testSettings() throws {
    let settings = [("hidden", "64"), ("batch-norm", "true"), ("model", "g|cn")]
    let event = TensorBoardEvent.settings(settings, run: "first", wallTime: 7)
    let message = try XCTUnwrap(EventFile(event.record).events.first)
    let values = try EventFile.messages(5, in: message).flatMap { try EventFile.messages(1, in: $0) }
    XCTAssertEqual(values.map { EventFile.text(1, in: $0) }, ["settings", "_hparams_/session_start_info"])
    let table = try XCTUnwrap(EventFile.messages(8, in: values[0]).first.flatMap { EventFile.text(8, in: $0) })
    XCTAssertEqual(
      table,
      "| setting | value |\n| --- | --- |\n| hidden | 64 |\n| batch-norm | true |\n| model | g\\|cn |")
    let plugin = try XCTUnwrap(EventFile.messages(1, in: EventFile.messages(9, in: values[1])[0]).first)
    XCTAssertEqual(EventFile.text(1, in: plugin), "hparams")
    let session = try XCTUnwrap(EventFile.messages(3, in: EventFile.messages(2, in: plugin)[0]).first)
    let entries = try EventFile.messages(1, in: session)
    XCTAssertEqual(entries.map { EventFile.text(1, in: $0) }, ["hidden", "batch-norm", "model"])
    let fields = try entries.map { try EventFile.messages(2, in: $0)[0][0] }
    XCTAssertEqual(fields.map(\.number), [2, 4, 3])
    XCTAssertEqual(fields.map(\.field), [.double(64), .integer(1), .bytes(Array("g|cn".utf8))])
    XCTAssertEqual(EventFile.text(4, in: session), "first")
  }
}
