import Foundation
import XCTest

/// Files and folders of another user: that they may not be read is said, and not that they are damaged or missing.
final class PermissionTests: ToolTestCase {
  /// Runs a program as nobody.
  private func refused(_ tool: Tool, _ arguments: String..., says texts: String..., line: UInt = #line) throws {
    let script = "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$0\" \"$@\""
    let result = try tool.run(arguments, by: script, in: folder.path)
    XCTAssertEqual(result.status, 1, result.errors, line: line)
    assertOneLine(result, of: tool, result.errors, line: line)
    for text in texts { XCTAssertTrue(result.errors.contains(text), "no \"\(text)\" in \(result.errors)", line: line) }
  }

  private func chmod(_ name: String, _ mode: Int) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: name.isEmpty ? folder.path : file(name))
  }

  func testOfAnotherUser() throws {
    try XCTSkipUnless(getuid() == 0, "another user takes root")
    try makeStore(nodes: 40)
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1", "--hidden", "4")
    try write("0 1\n", to: "edges.tsv")
    try write("s,t\na,b\n", to: "edges.csv")
    try write("epochs: 1\n", to: "settings.yaml")
    try FileManager.default.createDirectory(atPath: file("out"), withIntermediateDirectories: false)
    try chmod("", 0o755)
    try chmod("out", 0o777)
    for name in ["edges.tsv", "edges.csv", "settings.yaml"] { try chmod(name, 0o600) }
    let denied = "Permission denied; this user may not read it: ask its owner for access"
    try refused(.ingest, "edges.tsv", "-o", "out/s", says: "edges.tsv: ", denied)
    try refused(
      .ingest, "table", "--edges", "edges.csv", "--source", "s", "--target", "t", "-o", "out/s", says: "edges.csv: ",
      denied)
    try refused(.run, "train", "g.store", "--config", "settings.yaml", says: "settings.yaml: ", denied)
    try chmod("g.store/runs/a", 0o700)
    try refused(
      .run, "infer", "g.store", "--run", "a", "--logits", "out/l.npy", says: "this user may not look into the run")
    try chmod("g.store/runs", 0o700)
    let closed = "g.store/runs/a: this user may not look into the run; ask its owner for access"
    try refused(.run, "infer", "g.store", "--run", "a", "--logits", "out/l.npy", says: closed)
    // Nothing seems to have no runs, or to be all right.
    let unread = "g.store/runs: cannot read the folder: Permission denied"
    try refused(.run, "list", "g.store", says: unread, "which runs there are is not known")
    try refused(.stat, "verify", "g.store", says: unread)
    try chmod("g.store/manifest.json", 0o600)
    try refused(.stat, "g.store", says: "g.store/manifest.json: cannot be read: ", denied)
    try chmod("g.store", 0o700)
    let folder = "Permission denied; this user may not look into g.store: ask its owner for access"
    try refused(.stat, "g.store", says: "g.store/manifest.json: cannot be read: ", folder)
    try refused(.run, "train", "g.store", says: folder)
    try refused(.run, "list", "g.store", says: folder)
    try refused(.stat, "verify", "g.store", says: folder)
    try refused(.stat, "clean", "g.store", says: folder)
    try refused(.ingest, "data/edges.npy", "-o", "g.store", "--overwrite", says: folder)
    try chmod("data", 0o700)
    try refused(
      .ingest, "data/edges.npy", "-o", "out/s",
      says: "data/edges.npy", "this user may not look into data: ask its owner for access")
  }
}
