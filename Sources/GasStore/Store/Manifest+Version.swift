extension Manifest {
  /// Whether a store has what versions 1 and 2 do not.
  static func needsThirdVersion(_ labels: Labels?, sampleWeighted: Bool) -> Bool {
    sampleWeighted || labels?.kind == .values || labels?.missing == true
  }

  /// What the store has and its version has not, if anything; a shard and its version go together.
  var contradiction: String? {
    if formatVersion < 3, Self.needsThirdVersion(labels, sampleWeighted: sampleWeighted == true) {
      return "format version \(formatVersion) with labels or sample weights of version 3"
    }
    guard (formatVersion == Shard.formatVersion) != (shard != nil) else { return nil }
    return shard == nil
      ? "format version \(formatVersion) without a shard" : "a shard of format version \(formatVersion)"
  }
}
