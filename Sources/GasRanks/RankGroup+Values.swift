import FoundationEssentials
import GasBase

/// Small values, which all ranks get to know. All ranks call the same function.
extension RankGroup {
  /// The values of all ranks, in the order of these.
  ///
  /// - Parameter value: this rank's.
  /// - Returns: a value for each rank.
  /// - Throws: `GasError` if a message cannot be sent; what encoding throws.
  package func gathered<Value: Codable>(_ value: Value) throws -> [Value] {
    let own = try encoded(value)
    let sizes = try gatheredSizes(own.count)
    let memory = sizes.map { Self.memory($0) }
    defer { memory.forEach { $0.deallocate() } }
    try own.withUnsafeBytes { own in
      try exchange([UnsafeRawBufferPointer](repeating: own, count: count), memory)
    }
    return try memory.map { try decoded(UnsafeRawBufferPointer($0)) }
  }

  /// The value of rank 0, on all ranks.
  ///
  /// - Parameter value: the value; others than rank 0 have none.
  /// - Returns: rank 0's.
  /// - Throws: `GasError` if a message cannot be sent; what encoding throws.
  package func shared<Value: Codable>(_ value: Value?) throws -> Value {
    precondition((value != nil) == isFirst, "rank 0 alone has the value")
    let own = try value.map(encoded) ?? Data()
    let size = try gatheredSizes(own.count)[0]
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    let memory = ranks.map { Self.memory($0 == 0 ? size : 0) }
    defer { memory.forEach { $0.deallocate() } }
    try own.withUnsafeBytes { own in try exchange(ranks.map { _ in isFirst ? own : none }, memory) }
    return try decoded(UnsafeRawBufferPointer(memory[0]))
  }

  /// A number of each rank, in the order of these.
  package func gatheredSizes(_ size: Int) throws -> [Int] {
    var sizes = [Int](repeating: 0, count: count)
    try withUnsafeBytes(of: size) { own in
      try sizes.withUnsafeMutableBytes { all in
        let parts = ranks.map { rank in
          UnsafeMutableRawBufferPointer(
            rebasing: all[rank * MemoryLayout<Int>.size..<(rank + 1) * MemoryLayout<Int>.size])
        }
        try exchange([UnsafeRawBufferPointer](repeating: own, count: count), parts)
      }
    }
    return sizes
  }

  /// Sends bytes to one rank, which calls `receive`.
  package func send(_ bytes: UnsafeRawBufferPointer, to peer: Int, as kind: RankMessage = .control) throws {
    try exchange(
      ranks.map { $0 == peer ? bytes : .init(start: nil, count: 0) }, ranks.map { _ in .init(start: nil, count: 0) },
      as: kind)
  }

  /// Receives bytes from one rank, which calls `send` with as many.
  package func receive(
    _ memory: UnsafeMutableRawBufferPointer, from peer: Int, as kind: RankMessage = .control
  ) throws {
    try exchange(
      ranks.map { _ in .init(start: nil, count: 0) }, ranks.map { $0 == peer ? memory : .init(start: nil, count: 0) },
      as: kind)
  }

  /// Gives all ranks the bytes that rank 0 has.
  package func copyFromFirst(_ memory: UnsafeMutableRawBufferPointer) throws {
    let (none, bytes) = (UnsafeMutableRawBufferPointer(start: nil, count: 0), UnsafeRawBufferPointer(memory))
    try exchange(
      ranks.map { isFirst && $0 != 0 ? bytes : UnsafeRawBufferPointer(none) },
      ranks.map { !isFirst && $0 == 0 ? memory : none })
  }

  func encoded<Value: Codable>(_ value: Value) throws -> Data {
    let encoder = PropertyListEncoder()
    // It keeps all bits of numbers, also of those that are not finite.
    encoder.outputFormat = .binary
    return try encoder.encode([value])
  }

  func decoded<Value: Codable>(_ bytes: UnsafeRawBufferPointer) throws -> Value {
    let values = try PropertyListDecoder().decode([Value].self, from: Data(bytes))
    guard let value = values.first else { throw GasError("an empty message from another rank") }
    return value
  }

  static func memory(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    .allocate(byteCount: byteCount, alignment: 16)
  }
}
