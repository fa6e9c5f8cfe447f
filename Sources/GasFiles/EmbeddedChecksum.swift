import GasBase

/// A CRC-32 inside the file that it covers, in JSON: eight hexadecimal digits, which count as zeros when it is
/// computed.
///
/// The kind of checksum stands beside it. So a file in which one of the two was damaged is not taken for a file of the
/// time before run files had checksums.
package struct EmbeddedChecksum: Codable {
  package var checksum: String?
  package var kind: String?

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case checksum
    case kind = "checksum-kind"
  }

  package init(checksum: String?, kind: String?) { (self.checksum, self.kind) = (checksum, kind) }

  /// What is written before the checksum is known.
  package static let blank = EmbeddedChecksum(checksum: "00000000", kind: "crc32")

  /// Puts the checksum of a whole file into its JSON.
  ///
  /// - Parameters:
  ///   - head: the start of the file, with the fields of `blank` in it.
  ///   - rest: continues a checksum over what follows.
  package static func seal(_ head: inout [UInt8], followedBy rest: (UInt32) -> UInt32 = { $0 }) {
    guard let digits = digits(in: head) else { preconditionFailure("the JSON has no checksum to fill in") }
    head.replaceSubrange(digits, with: Checksum.text(rest(Checksum.crc32(head))).utf8)
  }

  /// Checks a file against the checksum that its JSON has.
  ///
  /// - Parameters:
  ///   - head: the start of the file, its JSON included.
  ///   - rest: continues a checksum over what follows.
  ///   - file: the file's path, for messages.
  ///   - position: the place of what has the checksum, for messages.
  ///   - advice: what to do where the file was changed on purpose.
  /// - Returns: false if the file is from before there were checksums.
  /// - Throws: `GasError` if it is not as it was written.
  package func check(
    _ head: [UInt8], followedBy rest: (UInt32) -> UInt32 = { $0 }, file: String,
    at position: GasError.Position = .offset(0),
    advice: String
  ) throws -> Bool {
    func damaged(_ expected: String, _ found: String) -> GasError {
      GasError(expected: expected, found: found, file: file, at: position, advice: advice)
    }
    guard checksum != nil || kind != nil else { return false }
    guard kind == Self.blank.kind else {
      throw damaged("checksum-kind crc32", kind.map { "\"\($0.excerpt)\"" } ?? "none")
    }
    guard let checksum, let digits = Self.digits(in: head) else { throw damaged("a checksum of eight digits", "none") }
    var blanked = head
    blanked.replaceSubrange(digits, with: Self.blank.checksum!.utf8)
    let found = Checksum.text(rest(Checksum.crc32(blanked)))
    guard found == checksum else { throw damaged("checksum \(checksum.excerpt)", found) }
    return true
  }

  /// Where the digits are: in the first text of eight characters behind the name of the field. A text that contains
  /// this name has backslashes before the quotes.
  package static func digits(in head: [UInt8]) -> Range<Int>? {
    let name = Array("\"\(CodingKeys.checksum.rawValue)\"".utf8)
    let (blanks, quote) = (Array(" :".utf8), UInt8(ascii: "\""))
    var place = 0
    while let found = head[place...].firstRange(of: name) {
      place = found.upperBound
      let start = place + head[place...].prefix { blanks.contains($0) }.count + 1
      if start + 8 < head.count, start - 1 > place, head[start - 1] == quote, head[start + 8] == quote {
        return start..<start + 8
      }
    }
    return nil
  }
}
