import CYAML
import GasBase

/// Turns the events of libyaml into values. It stops as soon as there is more than people write.
struct YAMLParser: ~Copyable {
  /// The most names, values and lists.
  static let mostValues = 20_000
  /// How deep lists and tables may lie inside each other; each level takes some of the stack.
  private static let greatestDepth = 64

  private let file: SmallYAML
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private var event = yaml_event_t()
  private var valueCount = 0
  private var depth = 0

  /// - Parameters:
  ///   - file: what messages are about.
  ///   - text: the text, which outlives the parser.
  init(_ file: SmallYAML, _ text: UnsafeBufferPointer<UInt8>) {
    self.file = file
    guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("no memory for a parser") }
    // libyaml finds the encoding: told of it, it would take a byte order mark for a column of the first line.
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    var last = event
    yaml_event_delete(&last)
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Reads the only document; `nil` if there is none.
  mutating func document() throws -> PlainValue? {
    try advance()
    try advance()
    guard event.type == YAML_DOCUMENT_START_EVENT else { return nil }
    try advance()
    let value = try value()
    try advance()
    try advance()
    guard event.type == YAML_STREAM_END_EVENT else { throw file.problem("a second document begins", line: line) }
    return value
  }

  private var line: Int { event.start_mark.line + 1 }

  /// Goes on to the next event.
  private mutating func advance() throws {
    yaml_event_delete(&event)
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
  }

  /// What libyaml says, without the text that it quotes.
  private var problem: GasError {
    let words = parser.pointee.problem.map { String(cString: $0) } ?? "it cannot be read"
    let isUnreadable = parser.pointee.error == YAML_READER_ERROR
    return file.problem(words, line: isUnreadable ? nil : parser.pointee.problem_mark.line + 1)
  }

  /// The value that the event begins; ends at its last event.
  private mutating func value() throws -> PlainValue {
    valueCount += 1
    guard valueCount <= Self.mostValues else { throw file.tooMuch }
    switch event.type {
    case YAML_SCALAR_EVENT: return try scalar()
    case YAML_SEQUENCE_START_EVENT: return try nested { parser in .list(try parser.list()) }
    case YAML_MAPPING_START_EVENT: return try nested { parser in .table(try parser.table()) }
    default: throw file.hasAliases(line: line)
    }
  }

  private mutating func nested(_ body: (inout YAMLParser) throws -> PlainValue) throws -> PlainValue {
    depth += 1
    guard depth <= Self.greatestDepth else {
      throw file.problem("more than \(Self.greatestDepth) levels", line: line)
    }
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func list() throws -> [PlainValue] {
    var values: [PlainValue] = []
    try advance()
    while event.type != YAML_SEQUENCE_END_EVENT {
      values.append(try value())
      try advance()
    }
    return values
  }

  private mutating func table() throws -> [String: PlainValue] {
    var values: [String: PlainValue] = [:]
    try advance()
    while event.type != YAML_MAPPING_END_EVENT {
      let name = try name()
      try advance()
      guard values.updateValue(try value(), forKey: name) == nil else { throw file.repeats(name) }
      try advance()
    }
    return values
  }

  private mutating func name() throws -> String {
    valueCount += 1
    guard valueCount <= Self.mostValues else { throw file.tooMuch }
    guard event.type == YAML_SCALAR_EVENT else {
      if event.type == YAML_ALIAS_EVENT { throw file.hasAliases(line: line) }
      throw file.problem("a list or table stands where a name should", line: line)
    }
    return text
  }

  private static let tagPrefix = "tag:yaml.org,2002:"

  private func scalar() throws -> PlainValue {
    let isPlain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
    guard let tag = event.data.scalar.tag.map({ String(cString: $0) }) else {
      return isPlain ? YAMLScalar.value(of: text) : .text(text)
    }
    if tag == "!" || tag == Self.tagPrefix + "str" { return .text(text) }
    let value = YAMLScalar.value(of: text)
    let name = tag.hasPrefix(Self.tagPrefix) ? tag.dropFirst(Self.tagPrefix.count) : ""
    switch (name, value) {
    case ("int", .integer), ("float", .integer), ("float", .number), ("bool", .bool), ("null", .null): return value
    default: throw file.problem("the tag \(tag) does not suit \"\(text.excerpt)\"", line: line)
    }
  }

  /// The text of a scalar, which libyaml has in UTF-8.
  private var text: String {
    let scalar = event.data.scalar
    return String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
  }
}
