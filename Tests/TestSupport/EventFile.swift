import Foundation

/// A second reader of TensorBoard's event files, written after the formats alone: TFRecord (tensorflow.org, "TFRecord
/// and tf.train.Example") and Protocol Buffers. It knows no names of fields, only their numbers.
public struct EventFile {
  /// What a field of a message holds.
  public enum Field: Equatable {
    /// An integer.
    case integer(UInt64)
    /// Eight bytes.
    case double(Double)
    /// Four bytes.
    case float(Float)
    /// Text, bytes or another message.
    case bytes([UInt8])
  }

  /// A field number and what it holds.
  public typealias Message = [(number: Int, field: Field)]

  /// What is wrong with a file.
  public struct Damage: Error {}

  /// The messages of whole records.
  public private(set) var events: [Message] = []
  /// Whether the file ends with a part of a record.
  public private(set) var isCut = false

  /// Reads a file.
  public init(_ path: String) throws { try self.init([UInt8](Data(contentsOf: URL(fileURLWithPath: path)))) }

  /// Reads the bytes of a file.
  public init(_ bytes: [UInt8]) throws {
    var place = 0
    while place < bytes.count {
      guard place + 12 <= bytes.count else {
        isCut = true
        return
      }
      let length = Int(Self.number(bytes[place..<place + 8]))
      guard Self.masked(bytes[place..<place + 8]) == Self.number(bytes[place + 8..<place + 12]) else { throw Damage() }
      place += 12
      guard place + length + 4 <= bytes.count else {
        isCut = true
        return
      }
      let data = bytes[place..<place + length]
      place += length
      guard Self.masked(data) == Self.number(bytes[place..<place + 4]) else { throw Damage() }
      place += 4
      events.append(try Self.message(Array(data)))
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The checksum bit by bit, as its polynomial says.
  public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var register: UInt32 = 0xffff_ffff
    for byte in bytes {
      for bit in 0..<8 {
        let isOne = (register ^ UInt32(byte >> UInt8(bit))) & 1 == 1
        register = register / 2
        if isOne { register ^= 0x82f6_3b78 }
      }
    }
    return register ^ 0xffff_ffff
  }

  private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    let sum = UInt64(checksum(bytes))
    let rotated = sum / 32768 + sum * 131072 % 4_294_967_296
    return (rotated + 0xa282_ead8) % 4_294_967_296
  }

  /// The fields of a message.
  public static func message(_ bytes: [UInt8]) throws -> Message {
    var (place, fields) = (0, Message())
    func varint() throws -> UInt64 {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while true {
        guard place < bytes.count, shift < 64 else { throw Damage() }
        value |= UInt64(bytes[place] & 127) << shift
        place += 1
        if bytes[place - 1] < 128 { return value }
        shift += 7
      }
    }
    func take(_ count: Int) throws -> ArraySlice<UInt8> {
      guard place + count <= bytes.count else { throw Damage() }
      place += count
      return bytes[place - count..<place]
    }
    while place < bytes.count {
      let key = try varint()
      let number = Int(key / 8)
      switch key % 8 {
      case 0: fields.append((number, .integer(try varint())))
      case 1: fields.append((number, .double(Double(bitPattern: Self.number(try take(8))))))
      case 2: fields.append((number, .bytes(Array(try take(Int(try varint()))))))
      case 5: fields.append((number, .float(Float(bitPattern: UInt32(Self.number(try take(4)))))))
      default: throw Damage()
      }
    }
    return fields
  }
}

extension EventFile {
  /// The scalars in the order of the file: step, tag, value.
  public func scalars() throws -> [(step: Int, tag: String, value: Float)] {
    try events.flatMap { event -> [(Int, String, Float)] in
      let step = Self.integer(2, in: event)
      return try Self.messages(5, in: event).flatMap { try Self.messages(1, in: $0) }.compactMap { value in
        guard case .float(let number)? = value.first(where: { $0.number == 2 })?.field else { return nil }
        return (step, Self.text(1, in: value) ?? "", number)
      }
    }
  }

  /// An integer field; 0 if it is absent.
  public static func integer(_ number: Int, in message: Message) -> Int {
    guard case .integer(let value)? = message.first(where: { $0.number == number })?.field else { return 0 }
    return Int(value)
  }

  /// A text field.
  public static func text(_ number: Int, in message: Message) -> String? {
    guard case .bytes(let bytes)? = message.first(where: { $0.number == number })?.field else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The messages of a field.
  public static func messages(_ number: Int, in message: Message) throws -> [Message] {
    try message.compactMap { entry in
      guard entry.number == number, case .bytes(let bytes) = entry.field else { return nil }
      return try Self.message(bytes)
    }
  }
}
