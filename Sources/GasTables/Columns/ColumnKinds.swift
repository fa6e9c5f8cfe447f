import GasBase
import GasStore

/// Decides what columns are, by what all their fields have in common or as the user says.
struct ColumnKinds {
  /// What the user says, by name.
  let asked: [String: TableOptions.ColumnKind]
  /// Up to so many categories have a feature each.
  let categoryCount: Int

  /// A column, and the reason for what it is.
  struct Decision {
    var column: TableEncoding.Column
    /// A word or two beside the kind: why it is left out, or what else has to be known.
    var reason: String?
  }

  /// Fields of a kind, as a share of those that are no gaps, from which on the others are taken for mistakes.
  private static let certainShare = 0.9

  /// Whether the words of a column decide, so that they have to be read before `decide`.
  func needsWords(_ profile: ColumnProfile) -> Bool {
    guard profile.count > 0, asked[profile.name] == nil else {
      return profile.count > 0 && asked[profile.name] == .category
    }
    let kinds = [profile.numbers.count, profile.dates.count, profile.truths.count]
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
    if let first = profile.commaNumbers.first, isCertain(profile.commaNumbers.count + profile.numbers.count, profile) {
      throw Self.commas(first, profile)
    }
    for (kind, tally) in [
      (TableEncoding.Column.Kind.number, profile.numbers), (.date, profile.dates), (.boolean, profile.truths),
    ] where isCertain(tally.count, profile) {
      return try numeric(kind, profile, tally, isAsked: false)
    }
    let likeness = likeness(of: profile)
    guard isWanted || !isText(profile) else {
      return left(
        profile, "text: \(likeness)\(count(profile)) different words; --kind \(profile.name)=category hashes them")
    }
    var decision = words(profile)
    if !likeness.isEmpty { decision.reason = likeness + (decision.reason ?? "words") }
    return decision
  }

  /// What a person would take words for.
  private func likeness(of profile: ColumnProfile) -> String {
    if isCertain(profile.otherDateCount, profile) { return "dates of another form than 2024-12-31; " }
    let numberCount = profile.otherNumberCount + profile.numbers.count
    return isCertain(numberCount, profile) ? "numbers with signs or blanks in them (50%, 1 000); " : ""
  }

  private func isCertain(_ count: Int, _ profile: ColumnProfile) -> Bool {
    Double(count) >= Self.certainShare * Double(profile.count)
  }

  private static func commas(_ first: ColumnProfile.Exception, _ profile: ColumnProfile) -> GasError {
    GasError(
      "column \"\(profile.name.excerpt)\" has numbers with commas, \(first.text) in row \(first.row)",
      file: first.file,
      at: .line(first.line),
      advice: "\(NumberHint.comma); or pass --kind \(profile.name.shellWord)=category")
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
    if let exception = tally.exception { throw Self.stranger(exception, kind, profile, tally, isAsked: isAsked) }
    if kind == .number, let outside = tally.outside { throw Self.outside(outside, profile) }
    let column = TableEncoding.Column(
      name: profile.name, kind: kind, mean: tally.moments.mean,
      deviation: kind == .boolean ? nil : tally.moments.deviation, flagsGaps: profile.gapCount > 0)
    return Decision(column: column)
  }

  private static func outside(_ number: ColumnProfile.Exception, _ profile: ColumnProfile) -> GasError {
    GasError(
      expected: "a number that float32 holds in column \"\(profile.name.excerpt)\"",
      found: "\(number.text) in row \(number.row)", file: number.file, at: .line(number.line),
      advice: "\(NumberHint.outsideAdvice); or pass --kind \(profile.name.shellWord)=drop")
  }

  private static func stranger(
    _ exception: ColumnProfile.Exception, _ kind: TableEncoding.Column.Kind, _ profile: ColumnProfile,
    _ tally: ColumnProfile.Tally, isAsked: Bool
  ) -> GasError {
    let found = "\(exception.text) in row \(exception.row)"
    let name = profile.name.shellWord
    return GasError(
      expected: "\(exception.hint?.expected ?? "a \(kind)") in column \"\(profile.name.excerpt)\""
        + (isAsked ? " (--kind)" : ", as in \(tally.count) of \(profile.count) rows"), found: found,
      file: exception.file,
      at: .line(exception.line),
      advice: (exception.hint.map { "\($0.advice); else " } ?? "")
        + "correct the field, pass --gaps with it if it means that nothing is known, or --kind \(name)=category or "
        + "\(name)=drop")
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
