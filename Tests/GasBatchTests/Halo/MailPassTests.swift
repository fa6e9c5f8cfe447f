import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasBatch

/// Compares which pass sends a row to a window, and in which order, with a plain list of what was pushed when.
final class MailPassTests: XCTestCase {
  private struct Case {
    var nodes: Int
    var partitions: Int
    var seed: UInt64
    var groups: [[Int]]
    var before: [[Int]]
    var rowLimit: Int
    var alignment: Int
  }

  /// Draws groups of some of the partitions, in any order.
  private func groups(_ partitions: Int, _ random: inout SeededRandom) -> [[Int]] {
    var order = Array(0..<partitions)
    random.shuffle(&order)
    return VisitOrder.groups(Array(order.prefix(1 + random.below(partitions))), size: 1 + random.below(3))
  }

  private func draw(_ random: inout SeededRandom) -> Case {
    let partitions = 1 + random.below(9)
    return Case(
      nodes: partitions * (2 + random.below(9)), partitions: partitions, seed: UInt64(random.below(1000)),
      groups: groups(partitions, &random), before: random.below(4) == 0 ? [] : groups(partitions, &random),
      rowLimit: 1 + random.below(120), alignment: [1, 4, 64][random.below(3)])
  }

  private func smaller(_ found: Case) -> [Case] {
    func with(_ change: (inout Case) -> Void) -> Case {
      var other = found
      change(&other)
      return other
    }
    return Property.shorter(found.groups).filter { !$0.isEmpty }.map { groups in with { $0.groups = groups } }
      + Property.shorter(found.before).map { before in with { $0.before = before } }
  }

  func testWindowsHoldTheRowsOfTheirBatchesInTheOrderInWhichTheyAreSent() throws {
    let folder = try TemporaryFolder()
    let found = try Property.counterexample(
      among: 40, seed: 21, draw: draw, smaller: smaller, holds: { try problem($0, folder) })
    if let found { XCTFail("\(found.value): \(found.problem)") }
  }

  private func problem(_ drawn: Case, _ folder: TemporaryFolder) throws -> String? {
    let path = folder.file("store")
    try TinyGraph.random(nodes: drawn.nodes, degree: 5, partitions: drawn.partitions, seed: drawn.seed)
      .write(to: path, replaceExisting: true)
    let store = try Store(opening: path)
    let groups = drawn.groups
    let pass = try MailPass(
      groups, after: drawn.before, pushes: true, of: store, in: folder.path, rowLimit: drawn.rowLimit,
      alignment: drawn.alignment, MailListing(store), nil)
    if pass.windows.flatMap(Array.init) != Array(groups.indices) { return "windows \(pass.windows)" }
    let missing = Set(store.partitions.indices).subtracting(drawn.before.joined())
    if Set(pass.unsentPartitions) != missing { return "\(pass.unsentPartitions) come from columns, not \(missing)" }
    for (index, window) in pass.windows.enumerated() {
      let region = pass.regions[index]
      if region.lowerBound % drawn.alignment != 0 { return "window \(index) begins at \(region.lowerBound)" }
      let numbers = try self.numbers(pass, region)
      let halos = try window.map { try halo(groups[$0], store) }
      if Set(numbers) != Set(halos.joined()) || Set(numbers).count != numbers.count { return "rows of window \(index)" }
      if window.count > 1 && halos.joined().count > drawn.rowLimit { return "window \(index) is too large" }
      for (batch, halo) in zip(window, halos) {
        if try places(pass, batch, halo.count).map({ numbers[$0] }) != halo { return "places of batch \(batch)" }
      }
      if let problem = order(numbers, of: index, pass, drawn, store) { return problem }
    }
    return nil
  }

  /// Checks the order: first rows that the pass before pushed and this one has not yet, then rows that neither has,
  /// then rows that this one has; each in the order of pushes.
  private func order(_ numbers: [Int], of index: Int, _ pass: MailPass, _ drawn: Case, _ store: Store) -> String? {
    let first = pass.windows[index].lowerBound
    let (own, before) = (Array(drawn.groups[..<first].joined()), Array(drawn.before.joined()))
    func rank(_ row: Int) -> [Int] {
      let partition = store.partitions.owner(of: row)
      if let place = own.firstIndex(of: partition) { return [2, place, row] }
      if let place = before.firstIndex(of: partition) { return [0, place, row] }
      return [1, partition, row]
    }
    let ranks = numbers.map(rank)
    if ranks != ranks.sorted(by: { $0.lexicographicallyPrecedes($1) }) { return "order of window \(index): \(ranks)" }
    for sender in MailOrder.Sender.allCases {
      let count = ranks.count { $0[0] <= sender.rawValue }
      let end = pass.end(of: sender, index)
      if end != count { return "\(sender) ends at \(end), not \(count)" }
    }
    let inside = Set(drawn.groups[pass.windows[index]].joined())
    for (partition, places) in pass.inner[index] {
      let isOwned = numbers[places].allSatisfy { store.partitions.owner(of: $0) == partition }
      if !inside.contains(partition) || !isOwned { return "partition \(partition) is pushed elsewhere" }
    }
    let pushedInside = numbers.filter { inside.contains(store.partitions.owner(of: $0)) }
    if pass.inner[index].values.reduce(0, { $0 + $1.count }) != pushedInside.count { return "rows pushed inside" }
    return nil
  }

  private func numbers(_ pass: MailPass, _ region: Range<Int>) throws -> [Int] {
    var numbers = [UInt32](repeating: 0, count: region.count)
    try numbers.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { try pass.readNumbers(region, into: base) }
    }
    return numbers.map(Int.init)
  }

  private func places(_ pass: MailPass, _ batch: Int, _ count: Int) throws -> [Int] {
    var places = [UInt32](repeating: 0, count: count)
    try places.withUnsafeMutableBufferPointer { try pass.readPlaces(of: batch, into: $0) }
    return places.map(Int.init)
  }

  /// The rows outside of the group that its entries name, ascending.
  private func halo(_ group: [Int], _ store: Store) throws -> [Int] {
    let batch = Batch()
    try BatchBuilder(store, form: .plain, histories: []).fill(batch, with: group, .stage(0, labels: false))
    return batch.haloRows.map(Int.init)
  }

  func testAPartitionIsSentByWhoeverPushedItLast() {
    let order = MailOrder(
      before: MailOrder.ranks(of: [[3], [0, 2]], partitionCount: 5),
      own: MailOrder.ranks(of: [[2], [1], [3]], partitionCount: 5))
    func rank(_ partition: Int, _ pushed: Int) -> MailOrder.Rank { order.rank(of: partition, pushed: pushed) }
    XCTAssertEqual(rank(2, 0), MailOrder.Rank(sender: .before, number: 2))
    XCTAssertEqual(rank(2, 1), MailOrder.Rank(sender: .own, number: 0))
    XCTAssertEqual(rank(3, 2), MailOrder.Rank(sender: .before, number: 0))
    XCTAssertEqual(rank(1, 1), MailOrder.Rank(sender: .column, number: 1), "nobody has pushed it yet")
    XCTAssertEqual(rank(1, 2), MailOrder.Rank(sender: .own, number: 1))
    XCTAssertEqual(rank(4, 3), MailOrder.Rank(sender: .column, number: 4))
    XCTAssertTrue(rank(3, 0) < rank(0, 0) && rank(0, 0) < rank(4, 0) && rank(4, 0) < rank(2, 1))
    XCTAssertEqual((0..<5).map { order.isPushed($0) }, [false, true, true, true, false])
    XCTAssertEqual((0..<5).map { order.isPushed($0, in: 1..<2) }, [false, true, false, false, false])
  }
}
