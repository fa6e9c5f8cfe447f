import GasBase

/// Reads the one Python expression that a NumPy header consists of: a dictionary of a string, a truth value and a
/// tuple.
struct NpyHeaderScanner {
  struct Dictionary {
    var descr: String
    var isFortranOrder: Bool
    var shape: [Int]
  }

  let text: UnsafeRawBufferPointer
  /// Offset of the text in the file, for messages.
  let start: Int
  let file: String
  private var position = 0

  init(text: UnsafeRawBufferPointer, start: Int, file: String) {
    self.text = text
    self.start = start
    self.file = file
  }

  mutating func dictionary() throws -> Dictionary {
    var descr: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr": descr = try elementType()
      case "fortran_order": isFortranOrder = try truthValue()
      case "shape": shape = try tuple()
      default: throw fail("'descr', 'fortran_order' or 'shape'", "'\(key)'")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    guard let descr, let isFortranOrder, let shape else {
      throw fail("'descr', 'fortran_order' and 'shape'", "not all of them")
    }
    return Dictionary(descr: descr, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func elementType() throws -> String {
    skipBlanks()
    guard peek() != UInt8(ascii: "[") else {
      throw fail("plain elements", "records with named fields", advice: "save each field as an array of its own")
    }
    return try string()
  }

  private mutating func string() throws -> String {
    skipBlanks()
    guard let quote = peek(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw fail("a quoted string", shown())
    }
    position += 1
    let first = position
    while let byte = peek(), byte != quote { position += 1 }
    guard peek() != nil else { throw fail("the end of a string", "the end of the header") }
    position += 1
    return String(decoding: text[first..<position - 1], as: UTF8.self)
  }

  private mutating func truthValue() throws -> Bool {
    if skip("True") { return true }
    if skip("False") { return false }
    throw fail("True or False", shown())
  }

  private mutating func tuple() throws -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !skip(")") {
      numbers.append(try number())
      if !skip(",") {
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func number() throws -> Int {
    skipBlanks()
    let first = position
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard let value = Int(String(decoding: text[first..<position], as: UTF8.self)) else {
      throw fail("a length", shown())
    }
    // Python 2 wrote long integers with this suffix.
    _ = skip("L")
    return value
  }

  private mutating func skip(_ token: String) -> Bool {
    skipBlanks()
    guard text[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    return true
  }

  private mutating func expect(_ token: String) throws {
    guard skip(token) else { throw fail("\"\(token)\" in the header", shown()) }
  }

  private mutating func skipBlanks() {
    while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") {
      position += 1
    }
  }

  private func peek() -> UInt8? { position < text.count ? text[position] : nil }

  private func shown() -> String {
    let rest = text[position...].prefix(16)
    return rest.isEmpty ? "the end of the header" : "\"\(String(decoding: rest, as: UTF8.self))\""
  }

  private func fail(_ expected: String, _ found: String, advice: String? = nil) -> GasError {
    GasError(expected: expected, found: found, file: file, at: .offset(start + position), advice: advice)
  }
}
