import GasBase

/// Who a rank is, as it tells the others before they work together.
package struct RankIdentity: Codable {
  /// The rank and its machine, for messages.
  package let place: String
  private let version: String

  /// This process as a rank of a group.
  package init(_ group: RankGroup) { (place, version) = (group.place, GasVersion.current) }

  /// What keeps the rank from working with the first one, whatever the work: another version of the tools.
  package func problem(beside first: RankIdentity) -> GasError? {
    guard version != first.version else { return nil }
    return GasError(
      "\(place) is version \(version) of gas, and \(first.place) is \(first.version)",
      advice: "install the same version on all machines")
  }
}
