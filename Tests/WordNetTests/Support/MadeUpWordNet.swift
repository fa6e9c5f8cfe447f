import Foundation
import TestSupport

@testable import wordnet_inputs

/// Five synsets of nobody's dictionary, in WordNet's format: all four parts of speech, a satellite, frames and
/// examples.
enum MadeUpWordNet {
  static let noun = """
      1 This is the licence of a made-up dictionary.
      2 It is indented.
    00000100 05 n 02 blorb 0 wug a 002 ~ 00000200 n 0000 + 00000100 v 0101 | a small round animal; "the blorb squeaks"
    00000200 05 n 01 blorblet 0 001 @ 00000100 n 0000 | a young blorb; a small one

    """
  static let verb = """
    00000100 38 v 01 blorb 0 001 + 00000100 n 0101 02 + 02 00 + 22 01 | roll as a small animal rolls; "they blorb"

    """
  static let adjective = """
    00000300 00 s 01 blorbish 0 001 + 00000100 n 0101 | like a blorb; "a blorbish friend"; "blorbish ways"

    """
  static let adverb = """
    00000400 02 r 01 blorbly 0 001 \\ 00000300 s 0101 | in a blorbish way

    """

  /// Writes the files to a folder and reads them. `changes` are contents by file name that replace the above; nil
  /// leaves the file out.
  static func read(changing changes: [String: String?] = [:]) throws -> WordNet {
    let folder = try TemporaryFolder()
    let files = ["data.noun": noun, "data.verb": verb, "data.adj": adjective, "data.adv": adverb]
    for (name, text) in files.mapValues(Optional.some).merging(changes, uniquingKeysWith: { $1 }) {
      try text?.write(toFile: folder.file(name), atomically: false, encoding: .utf8)
    }
    return try withExtendedLifetime(folder) { try WordNet(folder: $0.path) }
  }
}
