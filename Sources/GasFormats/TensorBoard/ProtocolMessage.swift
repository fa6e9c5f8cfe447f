import GasBase

/// A message of Protocol Buffers, written field by field (protobuf.dev, "Encoding").
struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case bits64 = 1
    case lengthDelimited = 2
    case bits32 = 5
  }

  private mutating func begin(_ field: Int, _ type: WireType) { append(varint: UInt64(field) << 3 | type.rawValue) }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Adds an integer, an enumeration or a truth value.
  mutating func add(_ field: Int, integer: Int) {
    begin(field, .varint)
    append(varint: UInt64(bitPattern: Int64(integer)))
  }

  mutating func add(_ field: Int, double: Double) {
    begin(field, .bits64)
    bytes.append(littleEndian: double.bitPattern)
  }

  mutating func add(_ field: Int, float: Float) {
    begin(field, .bits32)
    bytes.append(littleEndian: float.bitPattern)
  }

  /// Adds text in UTF-8, or bytes.
  mutating func add(_ field: Int, text: String) { add(field, data: Array(text.utf8)) }

  mutating func add(_ field: Int, message: ProtocolMessage) { add(field, data: message.bytes) }

  /// Adds a message that is filled in here.
  mutating func add(_ field: Int, _ fill: (inout ProtocolMessage) -> Void) {
    var message = ProtocolMessage()
    fill(&message)
    add(field, message: message)
  }

  private mutating func add(_ field: Int, data: [UInt8]) {
    begin(field, .lengthDelimited)
    append(varint: UInt64(data.count))
    bytes += data
  }
}
