import Foundation
import GasBase
import TestSupport
import XCTest

/// Which kernels compute, who chooses them, and where it is said.
final class KernelTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  private let unset = ["OPENBLAS_CORETYPE": "", "GAS_BLAS": "", "GAS_INSTRUCTION_SET": ""]
  private let plain = ["OPENBLAS_CORETYPE": "Prescott", "GAS_INSTRUCTION_SET": "portable"]

  /// With nothing set, all that the processor can do is used, whatever the library makes of the processor.
  func testKernelsSuitTheProcessor() throws {
    let kernels = try kernels(of: ["train", "g.store", "--plan"], unset)
    XCTAssertEqual(kernels["instructionSet"], InstructionSet.best)
    let weaker: Set<String> =
      switch InstructionSet.best {
      case "x86-64-v4": ["Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen"]
      case "x86-64-v3": ["Prescott", "Nehalem", "Sandybridge"]
      default: []
      }
    XCTAssertFalse(weaker.contains(try XCTUnwrap(kernels["blasCore"])), "\(kernels)")
  }

  func testChoiceOfTheUserIsKeptAndSaidEverywhere() throws {
    let train = ["train", "g.store", "--epochs", "2", "--run", "r", "--trace", "t.json"]
    for arguments in [["train", "g.store", "--plan"], train, ["infer", "g.store", "--run", "r"]] {
      let kernels = try kernels(of: arguments, plain)
      XCTAssertEqual(kernels["blasCore"], "Prescott", "\(arguments)")
      XCTAssertEqual(kernels["instructionSet"], "portable", "\(arguments)")
    }
    XCTAssertEqual(try kernels(of: ["g.store", "--run", "r"], unset, tool: .stat)["blasCore"], "Prescott")
    let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file("t.json"))))
    let about = (trace as? [String: Any])?["otherData"] as? [String: String]
    XCTAssertTrue(try XCTUnwrap(about?["kernels"]).hasSuffix("Prescott, own kernels portable"), "\(trace)")
    let text = try Tool.run.run(["train", "g.store", "--plan"], in: folder.path, environment: plain).output
    XCTAssertTrue(text.contains("Prescott, own kernels portable"), text)
  }

  /// Other kernels add in another order: near, but not the same bits, and said so.
  func testResumingOnOtherKernels() throws {
    let train = ["train", "g.store", "--epochs", "2", "--run", "r"]
    XCTAssertEqual(try Tool.run.run(train, in: folder.path, environment: plain).status, 0)
    let resume = ["resume", "g.store", "--run", "r", "--epochs", "4"]
    let same = try Tool.run.run(resume, in: folder.path, environment: plain)
    XCTAssertEqual(same.errors, "")
    guard InstructionSet.best != "portable" else { throw XCTSkip("this processor has the plain instruction set alone") }
    let other = try Tool.run.run(
      ["resume", "g.store", "--run", "r", "--epochs", "6"], in: folder.path,
      environment: ["OPENBLAS_CORETYPE": "Prescott", "GAS_INSTRUCTION_SET": InstructionSet.best])
    XCTAssertEqual(other.status, 0, other.errors)
    XCTAssertTrue(other.errors.contains("note: the checkpoint was computed by"), other.errors)
    XCTAssertTrue(
      other.errors.contains("own kernels portable") && other.errors.contains(InstructionSet.best), other.errors)
    // The checkpoint is of these kernels now.
    let again = try Tool.run.run(
      ["resume", "g.store", "--run", "r", "--epochs", "7"], in: folder.path,
      environment: ["OPENBLAS_CORETYPE": "Prescott", "GAS_INSTRUCTION_SET": InstructionSet.best])
    XCTAssertEqual(again.errors, "")
  }

  /// A missing library is one line, before anything is written or replaced.
  func testMissingLibrary() throws {
    try succeed(.run, "train", "g.store", "--epochs", "1", "--run", "r")
    let before = try FolderContents(folder.path)
    for arguments in [
      ["train", "g.store", "--epochs", "1"], ["train", "g.store", "--epochs", "1", "--run", "r", "--overwrite"],
      ["train", "g.store", "--plan"], ["resume", "g.store", "--run", "r", "--epochs", "2"],
      ["infer", "g.store", "--run", "r", "--logits", "l.npy"],
    ] {
      let result = try Tool.run.run(arguments, in: folder.path, environment: ["GAS_BLAS": "/nowhere/libblas.so"])
      XCTAssertEqual(result.status, 1, result.errors)
      assertOneLine(result, of: .run, result.errors)
      XCTAssertTrue(result.errors.contains("/nowhere/libblas.so: cannot be loaded"), result.errors)
      XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], "\(arguments)")
    }
  }

  func testInstructionSetThatIsNotThereIsRefused() throws {
    let commands: [(Tool, [String])] = [
      (.ingest, ["data/edges.npy", "--output", "other.store"]), (.run, ["train", "g.store", "--epochs", "1"]),
      (.stat, ["g.store"]),
    ]
    for (tool, arguments) in commands {
      let result = try tool.run(arguments, in: folder.path, environment: ["GAS_INSTRUCTION_SET": "avx1024"])
      XCTAssertEqual(result.status, 1, result.errors)
      assertOneLine(result, of: tool, result.errors)
      XCTAssertTrue(result.errors.contains("expected GAS_INSTRUCTION_SET to be one of portable"), result.errors)
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("other.store")))
  }

  private func kernels(
    of arguments: [String], _ environment: [String: String], tool: Tool = .run, line: UInt = #line
  ) throws -> [String: String] {
    let result = try tool.run(arguments + ["--json"], in: folder.path, environment: environment)
    XCTAssertEqual(result.status, 0, result.errors, line: line)
    let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return try XCTUnwrap(report?["kernels"] as? [String: String], result.output, line: line)
  }
}
