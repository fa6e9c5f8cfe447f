import GasFormats
import GasStore

/// Decides what columns are, by what all their fields have in common or as the user says.
struct ColumnKinds {
  /// What the user says, by name.
  let asked: [String: TableOptions.ColumnKind]
  /// Up to so many categories have a feature each.
  let categoryCount: Int
  /// Words that mean that nothing is known.
  let gaps: [String]

  /// A column, and the reason for what it is.
  struct Decision {
    var column: TableEncoding.Column
    /// A word or two beside the kind: why it is left out, or what else has to be known.
    var reason: String?
    /// A sentence for the report, if a person may have taken the column for another kind.
    var note: String?
  }

  /// Fields of a kind, as a share of those that are no gaps, from which on the others are taken for mistakes.
  private static let certainShare = 0.9

  /// Whether the words of a column decide, so that they have to be read before `decide`.
  func needsWords(_ profile: ColumnProfile) -> Bool {
    guard profile.count > 0, asked[profile.name] == nil else {
      return profile.count > 0 && asked[profile.name] == .category
    }
    guard profile.padded == nil else { return true }
    let kinds = [profile.numbers.count + profile.otherNumbers.certain.count, profile.dates.count, profile.truths.count]
    return !kinds.contains { isCertain($0, profile) }
  }

  /// Decides about a column.
  ///
  /// - Parameters:
  ///   - profile: what its fields have in common.
  ///   - isWanted: whether the user names the column as one to use, so that it is not left out.
  /// - Returns: the column, with mean and deviation of all its fields.
  /// - Throws: `GasError` naming a field that is not of the kind that the user says, or that nearly all others have.
  func decide(_ profile: ColumnProfile, isWanted: Bool) throws -> Decision {
    let asked = asked[profile.name]
    guard asked != .drop else { return left(profile, "--kind") }
    guard profile.count > 0 else { return left(profile, "empty") }
    switch asked {
    case .number: return try numeric(.number, profile, profile.numbers, isAsked: true)
    case .date: return try numeric(.date, profile, profile.dates, isAsked: true)
    case .boolean:
      let tally = profile.truths.count > 0 ? profile.truths : profile.numbers
      return try numeric(.boolean, profile, tally, isAsked: true)
    case .category: return words(profile)
    case .drop, nil: break
    }
    if !isWanted && profile.isConstant && profile.gapCount == 0 {
      return left(profile, "the same everywhere")
    }
    for (kind, tally) in [
      (TableEncoding.Column.Kind.number, profile.numbers), (.date, profile.dates), (.boolean, profile.truths),
    ] where isCertain(tally.count, profile) && (kind != .number || profile.padded == nil) {
      return try numeric(kind, profile, tally, isAsked: false)
    }
    if let example = profile.otherNumbers.certain.example,
      isCertain(profile.otherNumbers.certain.count + profile.numbers.count, profile)
    {
      throw otherSpelling(example, profile)
    }
    let likeness = likeness(of: profile)
    guard isWanted || !isText(profile) else {
      let words = "text: \(count(profile)) different words; --kind \(profile.name.shellWord)=category hashes them"
      return Decision(
        column: .init(name: profile.name, kind: .none), reason: likeness.map { "\($0.reason); \(words)" } ?? words,
        note: likeness?.note)
    }
    var decision = words(profile)
    guard let likeness else { return decision }
    decision.reason = "\(likeness.reason)\(decision.reason.map { "; \($0)" } ?? "")"
    decision.note = likeness.note
    return decision
  }

  func isCertain(_ count: Int, _ profile: ColumnProfile) -> Bool {
    Double(count) >= Self.certainShare * Double(profile.count)
  }

  /// Whether words are so many that they hardly repeat.
  private func isText(_ profile: ColumnProfile) -> Bool {
    profile.words!.isOverfull || profile.words!.count > max(categoryCount, profile.count / 2)
  }

  private func count(_ profile: ColumnProfile) -> String {
    profile.words!.isOverfull ? "over \(WordSet.standardLimit)" : "\(profile.words!.count)"
  }

  private func left(_ profile: ColumnProfile, _ reason: String) -> Decision {
    Decision(column: .init(name: profile.name, kind: .none), reason: reason)
  }

  private func numeric(
    _ kind: TableEncoding.Column.Kind, _ profile: ColumnProfile, _ tally: ColumnProfile.Tally, isAsked: Bool
  ) throws -> Decision {
    if let exception = tally.exception { throw stranger(exception, kind, profile, tally, isAsked: isAsked) }
    if kind == .number, let outside = tally.outside { throw self.outside(outside, profile) }
    let column = TableEncoding.Column(
      name: profile.name, kind: kind, mean: tally.moments.mean,
      deviation: kind == .boolean ? nil : tally.moments.deviation, flagsGaps: profile.gapCount > 0)
    return Decision(column: column)
  }

  private func words(_ profile: ColumnProfile) -> Decision {
    let flagsGaps = profile.gapCount > 0
    guard !profile.words!.isOverfull && profile.words!.count <= categoryCount else {
      return Decision(
        column: .init(name: profile.name, kind: .hash, buckets: categoryCount, flagsGaps: flagsGaps),
        reason: "\(count(profile)) categories, hashed")
    }
    return Decision(
      column: .init(name: profile.name, kind: .category, categories: profile.words!.sorted, flagsGaps: flagsGaps))
  }
}
