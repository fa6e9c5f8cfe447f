import GasFiles

/// Sums weights by key for one node's neighbours: a small hash table with linear probing, emptied after each node.
///
/// Not thread-safe: each thread has its own.
final class NeighbourTally {
  private var keys = FlatArray<UInt32>(repeating: 0, count: 64)
  /// The sum of each place; zero where the place is free.
  private var sums = FlatArray<UInt32>(repeating: 0, count: 64)
  private var places = FlatArray<UInt32>(repeating: 0, count: 64)
  private var mask: UInt32 = 63
  /// How many keys there are.
  private(set) var count = 0

  /// Enlarges the table for `most` different keys; it has to be empty.
  @inline(__always)
  func prepare(_ most: Int) {
    var size = 16
    while size < 2 * most { size *= 2 }
    if size > keys.count {
      keys = FlatArray(repeating: 0, count: size)
      sums = FlatArray(repeating: 0, count: size)
      places = FlatArray(repeating: 0, count: size)
    }
    mask = UInt32(size - 1)
  }

  @inline(__always)
  private func place(of key: UInt32) -> Int {
    var place = ((key &* 0x9e37_79b1) >> 15) & mask
    while sums[Int(place)] != 0 && keys[Int(place)] != key { place = (place + 1) & mask }
    return Int(place)
  }

  /// Adds a weight, which is above zero, to the sum of a key.
  @inline(__always)
  func add(_ key: UInt32, _ weight: UInt32) {
    let place = place(of: key)
    if sums[place] == 0 {
      keys[place] = key
      places[count] = UInt32(place)
      count += 1
    }
    sums[place] += weight
  }

  @inline(__always)
  func sum(of key: UInt32) -> UInt32 { sums[place(of: key)] }

  /// The keys and their sums, in the order in which the keys came.
  @inline(__always)
  subscript(index: Int) -> (key: UInt32, sum: UInt32) {
    let place = Int(places[index])
    return (keys[place], sums[place])
  }

  @inline(__always)
  func clear() {
    for index in 0..<count { sums[Int(places[index])] = 0 }
    count = 0
  }
}
