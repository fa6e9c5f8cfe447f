import FoundationEssentials
import GasBase
import GasFiles

extension Safetensors {
  /// The longest header that is read. It is far beyond any model's, and JSON takes many times its size while it is
  /// read.
  private static let longestHeader = 4 << 20

  /// Reads a file and checks all that its header says of it: each byte of the data belongs to one tensor.
  ///
  /// - Parameter path: the file's path.
  /// - Throws: `GasError` if the file cannot be read, is damaged, or has tensors that are not float32.
  public init(reading path: String) throws {
    try self.init(reading: path, types: [.float32])
  }

  /// Reads a file of another program, whose tensors may be float16, bfloat16 and float64 too. They become float32, and
  /// `converted` has their types.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - isLeftOut: tells by its name whether a tensor is passed over, whatever its type.
  /// - Throws: `GasError` if the file cannot be read, is damaged, or has other tensors or numbers beyond float32.
  package init(converting path: String, leavingOut isLeftOut: (String) -> Bool = { _ in false }) throws {
    try self.init(reading: path, types: [.float32, .float16, .bfloat16, .float64], leavingOut: isLeftOut)
  }

  private init(reading path: String, types: [TensorType], leavingOut isLeftOut: (String) -> Bool = { _ in false })
    throws
  {
    let file = try MappedFile(opening: path)
    let head = try Self.head(of: file)
    let data = UnsafeRawBufferPointer(rebasing: file.bytes[head.count...])
    let header = try Self.header(of: head, path)
    var texts = try Self.texts(header, path)
    let keys = EmbeddedChecksum.CodingKeys.self
    let declared = EmbeddedChecksum(
      checksum: texts.removeValue(forKey: keys.checksum.rawValue), kind: texts.removeValue(forKey: keys.kind.rawValue))
    isSealed = try declared.check(
      head, followedBy: { Checksum.crc32(data, continuing: $0) }, file: path,
      advice: "the file is damaged; if it was changed on purpose, leave checksum and checksum-kind out of its metadata")
    metadata = texts
    let entries = try header.filter { $0.key != Self.metadataKey }.map { try Entry($0.key, $0.value, types, path) }
    try Self.checkPlaces(entries, data.count, path)
    for entry in entries.sorted(by: { $0.name < $1.name }) where !isLeftOut(entry.name) {
      let type = try entry.type(oneOf: types, path)
      let bytes = UnsafeRawBufferPointer(rebasing: data[entry.place])
      tensors[entry.name] = Tensor(shape: entry.shape, values: try type.floats(bytes, of: entry.name, file: path))
      if type != .float32 { converted[entry.name] = type.rawValue }
    }
  }

  private static let metadataKey = "__metadata__"

  private static func damaged(_ expected: String, _ found: String, _ path: String, at offset: Int = 8) -> GasError {
    GasError(expected: expected, found: found, file: path, at: .offset(offset), advice: "the file is damaged")
  }

  /// Reads the length of the header and the header.
  private static func head(of file: MappedFile) throws -> [UInt8] {
    guard file.byteCount >= 8 else {
      throw damaged("8 bytes of header length", "\(file.byteCount)", file.path, at: 0)
    }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= longestHeader, length <= file.byteCount - 8 else {
      throw damaged("a header inside the file", "one of \(length) bytes", file.path, at: 0)
    }
    return [UInt8](file.bytes[..<(8 + Int(length))])
  }

  private static func header(of head: [UInt8], _ path: String) throws -> [String: Any] {
    let json = Data(head[8...])
    guard let header = try? JSONDecoder().decode([String: PlainValue].self, from: json) else {
      throw damaged("a JSON header", "something else", path)
    }
    // The decoder keeps only one of several values under the same name.
    guard JSONKeys.count(in: json) == JSONKeys.count(in: .table(header)) else {
      throw damaged("names that differ", "a name that is there twice", path)
    }
    return header.mapValues(\.any)
  }

  private static func texts(_ header: [String: Any], _ path: String) throws -> [String: String] {
    guard let found = header[metadataKey] else { return [:] }
    guard let texts = found as? [String: String] else {
      throw damaged("\(metadataKey) to be of texts", "\(found)".excerpt, path)
    }
    return texts
  }

  /// A tensor as the header has it.
  private struct Entry {
    let name: String
    let shape: [Int]
    private let typeName: String
    /// The place of its bytes in the data.
    let place: Range<Int>

    init(_ name: String, _ value: Any, _ types: [TensorType], _ path: String) throws {
      guard let entry = value as? [String: Any], let typeName = entry["dtype"] as? String,
        let shape = entry["shape"] as? [Int], let count = Tensor.count(shape),
        let offsets = entry["data_offsets"] as? [Int], offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1],
        TensorType(rawValue: typeName).map({ offsets[1] - offsets[0] == count * $0.byteCount }) ?? true
      else {
        throw damaged("tensor \"\(name.excerpt)\" to be \(types.words) with offsets", "\(value)".excerpt, path)
      }
      (self.name, self.shape, self.typeName, place) = (name, shape, typeName, offsets[0]..<offsets[1])
    }

    func type(oneOf types: [TensorType], _ path: String) throws -> TensorType {
      if let type = TensorType(rawValue: typeName), types.contains(type) { return type }
      throw GasError(
        expected: "tensor \"\(name.excerpt)\" to be \(types.words)", found: typeName.excerpt, file: path, at: .offset(8)
      )
    }
  }

  /// Checks that tensors lie in the data one after the other, without gaps.
  private static func checkPlaces(_ entries: [Entry], _ byteCount: Int, _ path: String) throws {
    var end = 0
    for entry in entries.sorted(by: {
      ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound)
    }) {
      guard entry.place.lowerBound == end else {
        throw damaged(
          "tensor \"\(entry.name.excerpt)\" to begin at \(end) of the data", "\(entry.place.lowerBound)", path)
      }
      end = entry.place.upperBound
    }
    guard end == byteCount else { throw damaged("\(end) bytes of data", "\(byteCount)", path) }
  }
}

/// Counts the names in a JSON text and in a parser's result, which differ where a name was there twice.
enum JSONKeys {
  /// The number of names in a text, which is well-formed JSON in UTF-8.
  static func count(in json: Data) -> Int {
    var (count, isText, isEscaped) = (0, false, false)
    for byte in json {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else {
          isText = byte != UInt8(ascii: "\"")
        }
      } else {
        isText = byte == UInt8(ascii: "\"")
        // Outside of texts a colon stands after a name and nowhere else.
        if byte == UInt8(ascii: ":") { count += 1 }
      }
    }
    return count
  }

  static func count(in value: PlainValue) -> Int {
    switch value {
    case .table(let values): values.values.reduce(values.count) { $0 + count(in: $1) }
    case .list(let values): values.reduce(0) { $0 + count(in: $1) }
    default: 0
    }
  }
}
