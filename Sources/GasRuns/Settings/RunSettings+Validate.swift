import GasBase

extension RunSettings {
  // Beyond any model in use; what lies above is a slip that would end for want of memory.
  private static let mostLayers = 1000
  private static let mostHidden = 1 << 16
  private static let mostHeads = 1 << 10
  /// As Linux has it.
  static let longestPath = 4096

  /// Refuses settings that cannot mean anything.
  ///
  /// - Throws: `GasError` naming the setting, what it is and what it may be.
  public func validate(file: String? = nil) throws {
    let check = Check(file: file)
    try validateModel(check)
    try validateSchedule(check)
    try check(.epochs, epochs, atLeast: 0)
    try check(.weightDecay, weightDecay, atLeast: 0)
    try check(.outerWeightDecay, outerWeightDecay, atLeast: 0)
    try check(.clip, clip ?? 1, (clip ?? 1) > 0 && (clip ?? 1).isFinite, "above 0")
    try check(.edgeDropout, edgeDropout, edgeDropout >= 0 && edgeDropout < 1, "from 0 to below 1")
    try check(.classWeights, classWeights.text, classWeights.isValid, "numbers of at least 0, not all of them 0")
    try check(.maxSteps, maxSteps ?? 1, atLeast: 1)
    try check(.split, split, atLeast: 0)
    try check(.evaluateEvery, evaluateEvery, atLeast: 1)
    try check(.patience, patience ?? 1, atLeast: 1)
    try check(.threads, threads, in: 1...1024)
    for (key, path) in [(.valStore, valStore), (.testStore, testStore)] as [(CodingKeys, String?)] {
      let length = path?.utf8.count ?? 1
      try check(key, length, (1...Self.longestPath).contains(length), "a path of at most \(Self.longestPath) bytes")
    }
    try check(.checkpointSeconds, checkpointSeconds, atLeast: 0)
  }

  private func validateModel(_ check: Check) throws {
    try check(.layers, layers, in: 1...Self.mostLayers)
    try check(.hidden, hidden, in: 1...Self.mostHidden)
    try check(.dropout, dropout, dropout >= 0 && dropout < 1, "from 0 to below 1")
    try check(.heads, heads, in: 1...Self.mostHeads)
    try check(.outHeads, outHeads, in: 1...Self.mostHeads)
    try check(.alpha, alpha, 0...1 ~= alpha, "from 0 to 1")
    try check(.theta, theta, atLeast: 0)
    try check(.lipschitz, lipschitz, atLeast: 0)
    try check(.aggregators, aggregators, chosenFrom: Self.aggregatorNames)
    try check(.scalers, scalers, chosenFrom: Self.scalerNames)
  }

  private func validateSchedule(_ check: Check) throws {
    try check(.learningRate, learningRate, learningRate > 0 && learningRate.isFinite, "above 0")
    try check(.schedulePatience, schedulePatience, atLeast: 0)
    try check(.scheduleFactor, scheduleFactor, scheduleFactor > 0 && scheduleFactor < 1, "between 0 and 1")
    try check(.scheduleStep, scheduleStep, atLeast: 1)
    try check(.leastLearningRate, leastLearningRate, 0...learningRate ~= leastLearningRate, "from 0 to lr")
  }
}

/// The complaints of `validate`.
private struct Check {
  let file: String?

  func callAsFunction(_ key: RunSettings.CodingKeys, _ value: Any, _ isRight: Bool, _ expected: String) throws {
    guard !isRight else { return }
    throw GasError(expected: "\(key.rawValue) to be \(expected)", found: "\(value)".excerpt, file: file)
  }

  func callAsFunction(_ key: RunSettings.CodingKeys, _ value: Int, in range: ClosedRange<Int>) throws {
    try self(key, value, range.contains(value), "from \(range.lowerBound) to \(range.upperBound)")
  }

  func callAsFunction(_ key: RunSettings.CodingKeys, _ value: Int, atLeast least: Int) throws {
    try self(key, value, value >= least, "at least \(least)")
  }

  func callAsFunction(_ key: RunSettings.CodingKeys, _ value: Double, atLeast least: Int) throws {
    try self(key, value, value >= Double(least) && value.isFinite, "at least \(least)")
  }

  func callAsFunction(_ key: RunSettings.CodingKeys, _ names: [String], chosenFrom known: [String]) throws {
    let isRight = !names.isEmpty && Set(names).count == names.count && Set(names).isSubset(of: known)
    try self(key, names.joined(separator: ","), isRight, "one or more of \(known.joined(separator: ","))")
  }
}
