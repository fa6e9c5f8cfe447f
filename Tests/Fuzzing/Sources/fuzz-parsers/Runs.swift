import Foundation
import GasBase
import GasSettings

@testable import GasFiles
@testable import GasFormats
@testable import GasRuns

extension Target {
  /// What a run consists of, and its settings. The first byte of an input says whether checksums are put right.
  static let runFiles = [
    Target(name: "settings-yaml") { input in
      let path = InputFile.holding(input, called: "settings.yaml")
      _ = try RunSettings.resolve(configFile: path, flags: [:])
    },
    Target(name: "run-config") { input in _ = try RunConfig(reading: sealed(input, "config.json")) },
    Target(name: "refresh") { input in _ = try Refresh(reading: sealed(input, "refresh.json")) },
    Target(name: "metrics") { input in
      var state = Checkpoint()
      state.epoch = 3
      _ = try MetricsFile(sealedLines(input, "metrics.jsonl"), of: state)
    },
    Target(name: "safetensors") { input in
      let path = sealed(input, "model.safetensors")
      _ = try? TorchFile(reading: path)
      _ = try Safetensors(reading: path)
    },
    Target(name: "checkpoint") { input in
      _ = try Checkpoint(reading: sealed(input, "checkpoint.safetensors"))
    },
  ]

  private static func sealed(_ input: UnsafeRawBufferPointer, _ name: String) -> String {
    var bytes = [UInt8](input.without(1))
    if (input.first ?? 1) & 1 == 0 { seal(&bytes) }
    return bytes.withUnsafeBytes { InputFile.holding($0, called: name) }
  }

  private static func sealedLines(_ input: UnsafeRawBufferPointer, _ name: String) -> String {
    var bytes: [UInt8] = []
    for line in input.dropFirst().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      var text = [UInt8](line) + [UInt8(ascii: "\n")]
      if (input.first ?? 1) & 1 == 0 { seal(&text) }
      bytes += text
    }
    return bytes.withUnsafeBytes { InputFile.holding($0, called: name) }
  }

  private static func seal(_ bytes: inout [UInt8]) {
    guard EmbeddedChecksum.digits(in: bytes) != nil else { return }
    bytes.replaceSubrange(EmbeddedChecksum.digits(in: bytes)!, with: Array("00000000".utf8))
    EmbeddedChecksum.seal(&bytes)
  }
}
