import TestSupport
import XCTest

@testable import GasFormats

/// A tar archive of one file is that file.
final class TarTests: XCTestCase {
  private let edges = Array("1 2\n3 4\n".utf8)

  private func lines(_ path: String) throws -> [String] { try LineReader.lines(of: path) }

  func testOneFileIsRead() throws {
    let inputs = try Inputs()
    let file = inputs.tarMember("graph/out.x", edges)
    let folder = inputs.tarMember("graph/", [], kind: "5")
    let link = inputs.tarMember("graph/latest", [], kind: "2")
    let resources = inputs.tarMember("graph/._out.x", [1, 2, 3])
    let global = inputs.tarMember("pax_global_header", Array("20 comment=12345678\n".utf8), kind: "g")
    for (name, archive) in [
      ("plain", inputs.tar(file)), ("with others", inputs.tar(global, folder, resources, file, link)),
      ("without an end", file), ("with one block of zeros", file + [UInt8](repeating: 0, count: 512)),
      ("blocked", inputs.tar(file) + [UInt8](repeating: 0, count: 9000)),
      ("old", inputs.tar(inputs.tarMember("out.x", edges, kind: "\0"))),
    ] {
      XCTAssertEqual(try lines(inputs.bytes(archive, "a.tar")), ["1 2", "3 4"], name)
      XCTAssertEqual(try lines(inputs.bytes(inputs.gzip(archive), "a")), ["1 2", "3 4"], name)
    }
    XCTAssertEqual(try lines(inputs.bytes(inputs.tar(inputs.tarMember("empty", [])), "a.tar")), [])
  }

  /// Lengths around those of blocks and buffers.
  func testLongFiles() throws {
    let inputs = try Inputs()
    for count in [511, 512, 513, (1 << 18) - 1, (1 << 20) + 7, 3 << 20] {
      let line = String(repeating: "x", count: count)
      let archive = inputs.tar(inputs.tarMember("f", Array((line + "\ny\n").utf8)))
      XCTAssertEqual(try lines(inputs.bytes(archive, "a.tar")), [line, "y"], "\(count)")
    }
  }

  func testLongNamesAndSizesInExtensions() throws {
    let inputs = try Inputs()
    let name = String(repeating: "long/", count: 60) + "out.x"
    let gnu = inputs.tar(
      inputs.tarMember("././@LongLink", Array(name.utf8) + [0], kind: "L"), inputs.tarMember(name, edges))
    XCTAssertEqual(try lines(inputs.bytes(gnu, "gnu.tar")), ["1 2", "3 4"])
    let record = "path=\(name)\n"
    let length = record.utf8.count + 4
    let pax = inputs.tarMember("PaxHeaders/out.x", Array("\(length) \(record)".utf8), kind: "x")
    XCTAssertEqual(try lines(inputs.bytes(inputs.tar(pax, inputs.tarMember("short", edges)), "p.tar")), ["1 2", "3 4"])
    let two = inputs.tar(pax, inputs.tarMember("short", edges), inputs.tarMember("other", edges))
    let path = try inputs.bytes(two, "two.tar")
    assertRefused("found 2: \(name), other; unpack the right one: tar -xOf") { _ = try lines(path) }
  }

  func testSeveralFilesAreNamed() throws {
    let inputs = try Inputs()
    let archive = inputs.tar(
      inputs.tarMember("n/out.n", edges), inputs.tarMember("n/meta.n", edges), inputs.tarMember("n/it's", edges))
    for (name, bytes) in [("k.tar", archive), ("k.tar.bz2", inputs.bzip2(archive)), ("k.tar.xz", inputs.xz(archive))] {
      let path = try inputs.bytes(bytes, name)
      assertRefused(
        "\(name): expected one file in the tar archive, found 3: n/out.n, n/meta.n, n/it's; unpack the right one: tar -xOf",
        "n/out.n > \(path).new, and pass \(path).new"
      ) { try inputs.ingest(path) }
    }
    let none = try inputs.bytes(inputs.tar(inputs.tarMember("folder/", [], kind: "5")), "none.tar")
    assertRefused("none.tar: the tar archive holds no file") { _ = try lines(none) }
  }

  /// A few names stand for all, and a long one for itself only in part: where such an archive is packed, it is small.
  func testManyLongNamesAreNotKept() throws {
    let inputs = try Inputs()
    let name = Array(String(repeating: "n", count: 1 << 20).utf8)
    let member = inputs.tarMember("././@LongLink", name, kind: "L") + inputs.tarMember("short", edges)
    let path = try inputs.bytes(inputs.tar(member, member, member, member, member, member), "six.tar")
    assertRefused("six.tar: expected one file in the tar archive, found 6: nnn") {
      do { _ = try lines(path) } catch {
        XCTAssertLessThan("\(error)".utf8.count, 8_000)
        throw error
      }
    }
  }

  /// What the message says can be pasted.
  func testNamesThatBeginWithADash() throws {
    let inputs = try Inputs()
    let two = try inputs.bytes(inputs.tar(inputs.tarMember("-x y", edges), inputs.tarMember("f", edges)), "two.tar")
    assertRefused("tar -xOf \(two) -- '-x y' > \(two).new, and pass \(two).new") { _ = try lines(two) }
  }

  func testDamageIsNamed() throws {
    let inputs = try Inputs()
    let archive = inputs.tar(inputs.tarMember("a", edges), inputs.tarMember("folder/", [], kind: "5"))
    for count in [513, 519, 700, 1023, 1025, 1300] {
      let path = try inputs.bytes(Array(archive[..<count]), "cut.tar")
      assertRefused("cut.tar at offset \(count): the tar archive ends in the middle; the file is truncated") {
        _ = try lines(path)
      }
    }
    var damaged = archive
    damaged[1024] ^= 1
    let path = try inputs.bytes(damaged, "damaged.tar")
    assertRefused("damaged.tar at offset 1024: the tar archive is damaged: a header's checksum is wrong") {
      _ = try lines(path)
    }
    let sparse = try inputs.bytes(inputs.tar(inputs.tarMember("a", edges, kind: "S")), "sparse.tar")
    assertRefused("sparse.tar: the tar archive holds a with holes left out") { _ = try lines(sparse) }
    let joined = try inputs.bytes(archive + archive, "joined.tar")
    assertRefused("joined.tar at offset", "expected nothing behind the end of the tar archive") {
      _ = try lines(joined)
    }
  }
}
