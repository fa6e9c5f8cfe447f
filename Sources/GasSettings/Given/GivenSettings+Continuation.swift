/// Settings that are given again for a run that is there already.
extension GivenSettings {
  /// The settings that decide what a run computes and that were given otherwise than the run has them. What is not
  /// given, and what is left to the store, is the run's own.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - wanted: the settings that are made of what is given.
  /// - Returns: a text for each, with both values.
  package func differing(from settings: RunSettings, wanted: RunSettings) -> [String] {
    let table = RunSettings.table
    // A preset gives all of them.
    let givesAll = self[table.preset.key] != nil
    return table.rows.compactMap { row in
      guard row.changesResults, givesAll || self[row.key] != nil, !row.isEqual(in: settings, and: wanted) else {
        return nil
      }
      // A number was chosen when the run was made.
      let isLeftOpen =
        row.key == table.batchPartitions.key && wanted.batchPartitions == .auto
        || row.key == table.haloWindows.key && wanted.haloWindows == .auto
      return isLeftOpen ? nil : "\(row.key) \(row.text(in: settings)), given \(row.text(in: wanted))"
    }
  }

  /// Takes over what was given of settings that only say how a run is carried out.
  ///
  /// - Parameters:
  ///   - wanted: the settings that are made of what is given.
  ///   - settings: the run's settings.
  package func carryOut(_ wanted: RunSettings, in settings: inout RunSettings) {
    for row in RunSettings.table.rows where !row.changesResults && self[row.key] != nil {
      row.copy(wanted, to: &settings)
    }
  }
}
