/// How the set of partitions that read a row is coded in 128 bits.
///
/// Fields of the same width hold the smallest readers, ascending from the high end. Reader p is stored as M − p,
/// where M is the largest number of a field, and zero is an empty field. As many fields are used as fit: 21 with up to
/// 63 partitions, 10 with up to 4095. Readers beyond them are left out, so sets that only differ there count as equal.
struct ReaderCode {
  static let empty: UInt128 = 0
  private let width: Int
  private let fieldCount: Int
  private let largest: UInt128
  /// Ones in the fields 0, 2, 4, …
  private let evenFields: UInt128
  /// Ones in all fields.
  private let fields: UInt128

  init(partitionCount: Int) {
    // One number more than there are partitions, for the empty field.
    width = Int.bitWidth - partitionCount.leadingZeroBitCount
    fieldCount = 128 / width
    largest = (1 << UInt128(width)) - 1
    fields = ~((1 << UInt128(128 - fieldCount * width)) - 1)
    var even: UInt128 = 0
    for field in stride(from: 0, to: fieldCount, by: 2) { even |= largest << UInt128(128 - (field + 1) * width) }
    evenFields = even
  }

  @inline(__always)
  private func shift(of field: Int) -> UInt128 { UInt128(128 - (field + 1) * width) }

  /// The set with one more reader.
  @inline(__always)
  func inserting(_ reader: UInt32, into set: UInt128) -> UInt128 {
    let value = largest - UInt128(reader)
    // A full set takes nothing behind its last reader. An empty last field is zero, which no reader is.
    guard value > (set &>> shift(of: fieldCount - 1)) & largest else { return set }
    for field in 0..<fieldCount {
      let shift = shift(of: field)
      let present = (set &>> shift) & largest
      if present == value { return set }
      if present < value { return inserting(value, into: set, at: field) }
    }
    return set
  }

  /// Puts a value into a field; the values from there on move on by one field, and the last is lost.
  private func inserting(_ value: UInt128, into set: UInt128, at field: Int) -> UInt128 {
    let shift = shift(of: field)
    let later = (largest << shift) | ((1 << shift) - 1)
    return (set & ~later) | (value << shift) | (((set & later) >> UInt128(width)) & fields)
  }

  /// The number that sets are sorted by.
  ///
  /// They are sorted by their first reader; sets that agree on it by the second, but backwards, those without one
  /// first; by the third forwards again; and so on, which is the order of a reflected Gray code. The sets with the
  /// readers 1 and 2 are then at the end of those that start with 1, next to those that start with 2: plain
  /// lexicographic order would part them. The empty set is last.
  @inline(__always)
  func key(_ set: UInt128) -> UInt128 { set ^ evenFields }
}
