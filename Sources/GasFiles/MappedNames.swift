import GasBase
import Synchronization

/// Which file is mapped where, for a signal handler that reports which one could not be read.
///
/// It is a table of fixed size without locks: looking into it allocates nothing and waits for nobody. Files beyond its
/// size have no name in it.
public enum MappedNames {
  /// Sets the table up. To be called before a handler may use it.
  public static func prepare() { _ = table }

  /// Finds the path of the file that is mapped at an address: escaped, and shortened from the left if it is very long.
  /// Safe in a signal handler.
  ///
  /// - Parameter address: any address.
  /// - Returns: the path; `nil` if no file is known there.
  public static func name(at address: UInt) -> UnsafePointer<CChar>? {
    for slot in 0..<slotCount {
      let (start, end) = (table[2 * slot].load(ordering: .acquiring), table[2 * slot + 1].load(ordering: .relaxed))
      if start > taken && start <= address && address < end { return UnsafePointer(names + slot * nameBytes) }
    }
    return nil
  }

  /// Notes a mapping.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - bytes: where it is mapped.
  /// - Returns: its place in the table, for `remove`; `nil` if there is none left.
  static func insert(_ path: String, _ bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    let isTaken = { (slot: Int) in
      table[2 * slot].compareExchange(expected: 0, desired: taken, ordering: .acquiringAndReleasing).exchanged
    }
    guard let slot = (0..<slotCount).first(where: isTaken) else { return nil }
    let text = Array(path.printable().utf8.suffix(nameBytes - 1)) + [0]
    for (index, byte) in text.enumerated() { names[slot * nameBytes + index] = CChar(bitPattern: byte) }
    let start = UInt(bitPattern: base)
    // The handler reads what is mapped in whole pages.
    table[2 * slot + 1].store(UInt(roundedUp(Int(start) + bytes.count, to: MappedFile.pageBytes)), ordering: .relaxed)
    table[2 * slot].store(start, ordering: .releasing)
    return slot
  }

  static func remove(_ slot: Int) { table[2 * slot].store(0, ordering: .releasing) }

  private static let slotCount = 1024
  private static let nameBytes = 512
  /// Stands in place of a start while a slot is filled. Nothing is mapped there.
  private static let taken: UInt = 1

  /// Two numbers for each slot: where the mapping starts (0 if the slot is free) and where it ends.
  nonisolated(unsafe) private static let table: UnsafeMutablePointer<Atomic<UInt>> = {
    let table = UnsafeMutablePointer<Atomic<UInt>>.allocate(capacity: 2 * slotCount)
    for index in 0..<2 * slotCount { (table + index).initialize(to: Atomic(0)) }
    return table
  }()

  /// At a fixed place, so that the handler finds letters there even while a slot gets another file.
  nonisolated(unsafe) private static let names = UnsafeMutablePointer<CChar>.allocate(capacity: slotCount * nameBytes)
}
