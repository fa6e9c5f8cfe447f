import Foundation
import GasBase
import GasStore

/// Named float32 tensors in one file, in the safetensors format: readable from Python without this project.
///
/// Layout: 8 bytes little-endian header length, a JSON header with dtype, shape and data offsets of each tensor and a
/// `__metadata__` of texts, then the data. Source: https://github.com/huggingface/safetensors, "Format".
public struct Safetensors: Equatable {
  public struct Tensor: Equatable {
    public var shape: [Int]
    public var values: [Float]

    public init(shape: [Int], values: [Float]) {
      precondition(shape.reduce(1, *) == values.count, "a tensor of shape \(shape) has not \(values.count) values")
      self.shape = shape
      self.values = values
    }
  }

  public var tensors: [String: Tensor] = [:]
  public var metadata: [String: String] = [:]

  private static let longestHeader = 100 << 20

  public init() {}

  public func write(to path: String) throws {
    var header: [String: HeaderEntry] = metadata.isEmpty ? [:] : ["__metadata__": .metadata(metadata)]
    var offset = 0
    let names = tensors.keys.sorted()
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
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    try AtomicFile.write(path) { file in
      try withUnsafeBytes(of: UInt64(json.count).littleEndian) { try file.write($0) }
      try file.write(json)
      for name in names { try tensors[name]!.values.withUnsafeBytes { try file.write($0) } }
    }
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

  public init(reading path: String) throws {
    let file = try MappedFile(opening: path)
    func damaged(_ expected: String, _ found: String, at offset: Int) -> GasError {
      GasError(expected: expected, found: found, file: path, at: .offset(offset), advice: "the file is damaged")
    }
    guard file.byteCount >= 8 else { throw damaged("8 bytes of header length", "\(file.byteCount)", at: 0) }
    let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
    guard length <= Self.longestHeader, 8 + Int(length) <= file.byteCount else {
      throw damaged("a header inside the file", "one of \(length) bytes", at: 0)
    }
    let dataStart = 8 + Int(length)
    let json = Data(file.bytes[8..<dataStart])
    guard let header = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] else {
      throw damaged("a JSON header", "something else", at: 8)
    }
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    for (name, value) in header where name != "__metadata__" {
      guard let entry = value as? [String: Any], entry["dtype"] as? String == "F32",
        let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int], offsets.count == 2,
        shape.allSatisfy({ $0 >= 0 }), 0 <= offsets[0], offsets[0] <= offsets[1],
        offsets[1] <= file.byteCount - dataStart, offsets[1] - offsets[0] == shape.reduce(4, *)
      else { throw damaged("tensor \"\(name)\" to be float32 inside the file", "\(value)", at: 8) }
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[dataStart + offsets[0]..<dataStart + offsets[1]])
      let values = [Float](unsafeUninitializedCapacity: bytes.count / 4) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        count = bytes.count / 4
      }
      tensors[name] = Tensor(shape: shape, values: values)
    }
  }
}
