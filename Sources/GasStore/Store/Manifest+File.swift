import FoundationEssentials
import GasBase
import GasFiles

extension Manifest {
  /// The file's text, with its own checksum filled in.
  func encoded() throws -> String {
    var blank = self
    blank.checksum = Self.noChecksum
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(blank), as: UTF8.self) + "\n"
    let checksum = Checksum.text(Checksum.crc32(Array(text.utf8)))
    return text.replacingFirst(Self.checksumField(Self.noChecksum), with: Self.checksumField(checksum))
  }

  /// Whether there is the manifest of a store at a path.
  package static func isThere(inStore path: String) -> Bool { FileAccess.isThere(path + "/" + fileName) }

  /// Reads and checks a manifest: version first, then checksum, then contents.
  ///
  /// - Parameter path: the file.
  /// - Throws: `GasError` if it cannot be read, is damaged or of a later version, or has a number out of range.
  public init(reading path: String) throws {
    let data = try SmallFile.read(
      path, limit: Self.largestFileBytes, advice: "is this a store? gas-ingest makes one")
    struct Preamble: Decodable {
      let formatVersion: Int
      let checksum: String
    }
    let decoder = JSONDecoder()
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
      do {
        return try decoder.decode(type, from: data)
      } catch let error as DecodingError {
        throw GasError(
          "not a manifest: \(Self.explain(error))", file: path, advice: "the file is damaged or not a store's")
      }
    }
    let preamble = try decode(Preamble.self)
    guard 1...Self.currentVersion ~= preamble.formatVersion else {
      let isNewer = preamble.formatVersion > Self.currentVersion
      throw GasError(
        expected: "format version 1 to \(Self.currentVersion)", found: "\(preamble.formatVersion)", file: path,
        advice: isNewer ? "use a newer release of gas" : "the file is damaged or not a store's")
    }
    let found = Checksum.text(Checksum.crc32(Self.blanked(data, preamble.checksum)))
    guard found == preamble.checksum else {
      throw GasError(
        expected: "manifest checksum \(preamble.checksum)", found: found, file: path, at: .offset(0),
        advice: "the file was damaged or edited")
    }
    if let (number, offset) = Self.numberThatIsNotWhole(in: data) {
      throw GasError(
        expected: "whole numbers, written with digits alone", found: number.excerpt, file: path, at: .offset(offset),
        advice: "the file was edited; put the number back as gas-ingest wrote it")
    }
    self = try decode(Manifest.self)
    if let problem {
      throw GasError(problem, file: path)
    }
    if let problem = partitions.problem(nodeCount: nodeCount, edgeCount: edgeCount) {
      throw GasError("bad partition table: \(problem)", file: path)
    }
  }

  /// The first number of a JSON text that has a point or an exponent. All numbers of a manifest count something or
  /// number it, but `JSONDecoder` takes 1e3 for a whole number, and other readers do not.
  private static func numberThatIsNotWhole(in json: Data) -> (text: String, offset: Int)? {
    var (isText, isEscaped, start) = (false, false, Int?.none)
    for (offset, byte) in json.enumerated() {
      let isOfNumber = !isText && (UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "+-.eE".utf8.contains(byte))
      if !isOfNumber, let from = start {
        let text = String(decoding: json.dropFirst(from).prefix(offset - from), as: UTF8.self)
        // The words true, false and null have an e, and no digit.
        if text.contains(where: \.isNumber), text.contains(where: { ".eE".contains($0) }) { return (text, from) }
        start = nil
      }
      if isOfNumber, start == nil { start = offset }
      if isText {
        isText = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      } else if byte == UInt8(ascii: "\"") {
        isText = true
      }
    }
    return nil
  }

  /// What is wrong with the numbers, if anything; readers compute with them without further checks.
  private var problem: String? {
    if let problem = contradiction ?? shard?.problem(partitions.count) { return problem }
    guard 1...Self.largestNodeCount ~= nodeCount else { return "expected 1 to 2^32-2 nodes, found \(nodeCount)" }
    guard 0...nodeCount ~= selfLoopCount else { return "expected 0 to \(nodeCount) self-loops, found \(selfLoopCount)" }
    guard 0...Self.largestWidth ~= splitCount else { return Self.outOfRange("splits", from: 0, splitCount) }
    if let width = features?.width, !(1...Self.largestWidth ~= width) { return Self.outOfRange("features", width) }
    if let width = edgeFeatures?.width, !(1...Self.largestWidth ~= width) {
      return Self.outOfRange("edge features", width)
    }
    if let count = labels?.classCount, !(1...Self.largestWidth ~= count) { return Self.outOfRange("classes", count) }
    guard Set(columns.map(\.name)).count == columns.count else { return "a column that is listed twice" }
    guard partitions.count <= Self.largestPartitionCount else {
      return "expected at most \(Self.largestPartitionCount) partitions, found \(partitions.count)"
    }
    return nil
  }

  private static func outOfRange(_ what: String, from least: Int = 1, _ found: Int) -> String {
    "expected from \(least) to \(largestWidth) \(what), found \(found)"
  }

  /// The most classes, or columns of sparse features, of a store in which the largest used has number `used`. Those
  /// behind it have no node, and many of them are a mistake that would cost memory in every model.
  public static func largestCount(used: Int) -> Int { max(1 << 20, 16 * (used + 1)) }

  /// The most partitions: more would make the manifest, which is read as a whole, the largest part of a store.
  public static let largestPartitionCount = 1 << 19
  private static let largestFileBytes = 64 << 20

  /// The most nodes: row numbers are 32-bit, and the last of them is left free as a mark.
  public static let largestNodeCount = Int(UInt32.max) - 1
  /// The most classes and features: they are numbered by Int32 in places.
  private static let largestWidth = Int(Int32.max)

  /// The file's bytes as they were when the checksum was computed.
  private static func blanked(_ file: Data, _ checksum: String) -> [UInt8] {
    var bytes = [UInt8](file)
    if let range = bytes.firstRange(of: Array(checksumField(checksum).utf8)) {
      bytes.replaceSubrange(range, with: checksumField(noChecksum).utf8)
    }
    return bytes
  }

  private static func checksumField(_ checksum: String) -> String {
    "\"checksum\" : \"\(checksum)\""
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, _): "no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context): context.debugDescription
    case .dataCorrupted(let context): context.debugDescription
    @unknown default: "\(error)"
    }
  }
}

extension String {
  func replacingFirst(_ old: String, with new: String) -> String {
    replacing(old, with: new, maxReplacements: 1)
  }
}
