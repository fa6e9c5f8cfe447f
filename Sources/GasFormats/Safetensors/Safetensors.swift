import FoundationEssentials
import GasBase
import GasFiles

/// Named float32 tensors in one file, in the safetensors format: readable from Python without this project.
///
/// Layout: 8 bytes little-endian header length, a JSON header with dtype, shape and data offsets of each tensor and a
/// `__metadata__` of texts, then the data. Source: https://github.com/huggingface/safetensors, "Format". Files that
/// this project writes have a checksum of the whole file among these texts (docs/format.md, "A run").
public struct Safetensors: Equatable {
  /// A float32 tensor.
  public struct Tensor: Equatable {
    /// The extent of each dimension.
    public var shape: [Int]
    /// The values in row-major order.
    public var values: [Float]

    /// Makes a tensor. There must be as many values as the shape says.
    public init(shape: [Int], values: [Float]) {
      precondition(Self.count(shape) == values.count, "a tensor of shape \(shape) has not \(values.count) values")
      self.shape = shape
      self.values = values
    }

    /// The number of values in a tensor of such a shape; `nil` if these are more than a file can hold.
    static func count(_ shape: [Int]) -> Int? {
      var count = 1
      for extent in shape {
        guard extent >= 0, let product = count.multiplied(by: extent), product <= Int.max / 8 else { return nil }
        count = product
      }
      return count
    }
  }

  /// The tensors, by name.
  public var tensors: [String: Tensor] = [:]
  /// The texts of `__metadata__`, without the checksum.
  public var metadata: [String: String] = [:]
  /// The types, as the file names them, of tensors that were not float32 when they were read.
  package internal(set) var converted: [String: String] = [:]
  /// Whether the file that was read has a checksum. Files of earlier versions and of other programs have none.
  public internal(set) var isSealed = false

  /// Makes an empty set of tensors.
  public init() {}

  /// Writes the file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - replaces: what the file takes the place of.
  /// - Throws: `GasError` if the file cannot be written.
  public func write(to path: String, replaces: Replacement = .anything) throws {
    try ready(at: path, replaces: replaces).publish()
  }

  /// Writes a file that does not have its name yet.
  ///
  /// - Parameters:
  ///   - path: the name that it will get.
  ///   - replaces: what it will take the place of.
  /// - Returns: the file, to be published.
  /// - Throws: `GasError` if the file cannot be written.
  public func ready(at path: String, replaces: Replacement = .anything) throws -> ReadyFile {
    let names = tensors.keys.sorted()
    var head = try head(names)
    EmbeddedChecksum.seal(&head) { checksum in
      names.reduce(checksum) { sum, name in
        tensors[name]!.values.withUnsafeBytes { Checksum.crc32($0, continuing: sum) }
      }
    }
    return try AtomicFile.ready(path, replaces: replaces) { file in
      try file.write(head)
      for name in names { try tensors[name]!.values.withUnsafeBytes { try file.write($0) } }
    }
  }

  /// The bytes before the data.
  private func head(_ names: [String]) throws -> [UInt8] {
    let blank = EmbeddedChecksum.blank
    let checksum = [
      EmbeddedChecksum.CodingKeys.checksum.rawValue: blank.checksum!,
      EmbeddedChecksum.CodingKeys.kind.rawValue: blank.kind!,
    ]
    var header: [String: HeaderEntry] = ["__metadata__": .metadata(metadata.merging(checksum) { $1 })]
    var offset = 0
    for name in names {
      let tensor = tensors[name]!
      let end = offset + tensor.values.count * 4
      header[name] = .tensor(TensorEntry(dtype: "F32", shape: tensor.shape, dataOffsets: [offset, end]))
      offset = end
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var json = [UInt8](try encoder.encode(header))
    // The format asks for data aligned to 8 bytes, by spaces behind the JSON.
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: roundedUp(json.count, to: 8) - json.count))
    return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
  }

  private enum HeaderEntry: Encodable {
    case metadata([String: String])
    case tensor(TensorEntry)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .metadata(let texts): try texts.encode(to: encoder)
      case .tensor(let entry): try entry.encode(to: encoder)
      }
    }
  }

  private struct TensorEntry: Encodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }
}

extension Int {
  /// The product, or `nil` where it is no `Int`.
  fileprivate func multiplied(by other: Int) -> Int? {
    let (product, isTooLarge) = multipliedReportingOverflow(by: other)
    return isTooLarge ? nil : product
  }
}
