import GasBase
import GasFormats
import GasStore

/// What is said where a column may be meant otherwise than its fields can be read.
extension ColumnKinds {
  /// Fields of a kind, as a share of those that are no gaps, from which on it is said that others made words of them.
  private static let doubtfulShare = 0.5

  /// What a person would take a column of words for: a few words beside its kind, and a sentence for the report.
  func likeness(of profile: ColumnProfile) -> (reason: String, note: String)? {
    func words(_ cause: String) -> String { "column \"\(profile.name.excerpt)\" was taken for words\(cause)" }
    if let padded = profile.padded, isCertain(profile.numbers.count, profile) {
      return (
        "numbers with zeros in front, such as \(padded.text)",
        words(
          " since \(padded.place) has zeros in front, as codes have; if they are amounts, pass --kind "
            + "\(profile.name.shellWord)=number")
      )
    }
    if profile.otherDateCount > 0, isCertain(profile.otherDateCount + profile.dates.count, profile) {
      return (
        "dates of another form than 2024-12-31",
        words("; if they are dates, write all of them as 2024-12-31 or 2024-12-31 23:59:59")
      )
    }
    let others = profile.otherNumbers
    if let example = others.doubtful.example, let advice = example.hint?.advice,
      isCertain(profile.numbers.count + others.certain.count + others.doubtful.count, profile)
    {
      return ("numbers such as \(example.text)", words("; if they are numbers (\(example.place)), \(advice)"))
    }
    for (kind, tally) in [("numbers", profile.numbers), ("dates", profile.dates)] {
      guard Double(tally.count) >= Self.doubtfulShare * Double(profile.count), let other = tally.exception else {
        continue
      }
      let share = "\(tally.count) of \(profile.count)"
      return (
        "\(kind) in \(share) rows",
        words(
          ": \(share) fields are \(kind), and \(other.place) is none; \(gapAdvice(other)) if nothing is known there")
      )
    }
    return nil
  }

  /// The error for a column of numbers that are written otherwise than they are read.
  func otherSpelling(_ example: ColumnProfile.Exception, _ profile: ColumnProfile) -> GasError {
    let advice = example.hint?.advice ?? "leave it empty, or \(gapAdvice(example)), if nothing is known"
    return GasError(
      "column \"\(profile.name.excerpt)\" has numbers that cannot be read as such: \(example.place)",
      file: example.file, at: .line(example.line),
      advice: "\(advice); or pass --kind \(profile.name.shellWord)=category")
  }

  /// The error for a number that float32 would turn into 0 or infinity.
  func outside(_ number: ColumnProfile.Exception, _ profile: ColumnProfile) -> GasError {
    GasError(
      expected: "a number that float32 holds in column \"\(profile.name.excerpt)\"", found: number.place,
      file: number.file, at: .line(number.line),
      advice: "\(NumberHint.outsideAdvice); or pass --kind \(profile.name.shellWord)=drop")
  }

  /// The error for a field that is not of the kind of its column.
  func stranger(
    _ exception: ColumnProfile.Exception, _ kind: TableEncoding.Column.Kind, _ profile: ColumnProfile,
    _ tally: ColumnProfile.Tally, isAsked: Bool
  ) -> GasError {
    let name = profile.name.shellWord
    return GasError(
      expected: "\(exception.hint?.expected ?? "a \(kind)") in column \"\(profile.name.excerpt)\""
        + (isAsked ? " (--kind)" : ", as in \(tally.count) of \(profile.count) rows"), found: exception.place,
      file: exception.file, at: .line(exception.line),
      advice: (exception.hint?.advice.map { "\($0); or pass " }
        ?? "correct the field, \(gapAdvice(exception)) if it means that nothing is known, or ")
        + "--kind \(name)=category or \(name)=drop")
  }

  /// What makes gaps of a word besides those that are: `--gaps` takes the place of all others.
  private func gapAdvice(_ exception: ColumnProfile.Exception) -> String {
    guard let word = exception.word, word.printable() == word else { return "pass --gaps with it" }
    return "pass --gaps \(GapWords.text(gaps + [word]).shellWord)"
  }
}
