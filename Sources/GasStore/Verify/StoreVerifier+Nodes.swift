import GasBase

extension StoreVerifier {
  /// Checks that `order` is a permutation of 0 ..< N: N values in range whose hashes add up to those of 0 ..< N.
  func verifyOrder() throws {
    let count = store.nodeCount
    var difference: UInt64 = 0
    try scan(.order, as: UInt32.self, isDivided: false) { start, places in
      for (index, place) in places.enumerated() {
        guard Int(place) < count else {
          throw damaged(.order, element: start + index, expected: "a place below \(count)", found: "\(place)")
        }
        difference &+= Self.hash(UInt64(place)) &- Self.hash(UInt64(start + index))
      }
    }
    guard difference == 0 else {
      throw damaged(.order, element: 0, expected: "each place once", found: "a place that stands twice")
    }
  }

  func verifyIds() throws {
    guard store.manifest.idKind == .string else { return }
    let byteCount = store.column(.idBytes).rowCount
    try verifyOffsets(.idOffsets, end: byteCount)
  }

  func verifyFeatures() throws {
    guard let features = store.manifest.features else { return }
    guard features.storage == .sparse else { return try verifyDenseFeatures() }
    if share.includes(.features) {
      try verifyOffsets(.featureOffsets, end: store.column(.featureIndices).rowCount)
      try verifyFeatureIndices(width: features.width)
    }
    try verifyElements(.featureValues, as: Float.self, "a finite value", \.isFinite)
  }

  func verifyLabels() throws {
    guard let labels = store.manifest.labels else { return }
    switch labels.kind {
    case .single:
      try verifyRange(.labels, as: Int32.self, -1...Int32(labels.classCount - 1))
      guard share.includes(.labels) else { return }
      var largest: Int32 = -1
      try scan(.labels, as: Int32.self, isDivided: false) { largest = $1.reduce(largest) { max($0, $1) } }
      try verifyCount(labels.classCount, of: "classes", used: Int(largest))
    case .multi where labels.missing == true:
      try verifyElements(.labels, as: UInt8.self, "0, 1 or \(NodeLabels.missing)") {
        $0 <= 1 || $0 == NodeLabels.missing
      }
    case .multi: try verifyRange(.labels, as: UInt8.self, 0...1)
    case .values:
      try verifyElements(.labels, as: Float.self, "a finite value, or NaN for a missing one") { !$0.isInfinite }
    }
  }

  func verifySampleWeights() throws {
    guard store.manifest.sampleWeighted == true else { return }
    try verifyElements(.sampleWeights, as: Float.self, "a finite weight of at least 0") { $0 >= 0 && $0.isFinite }
  }

  func verifySplits() throws {
    guard store.manifest.splitCount > 0 else { return }
    try verifyRange(.splits, as: UInt8.self, 0...3)
  }

  /// Checks that the encoding of tables is as it was written, and makes as many features as the store has.
  func verifyTableEncoding() throws {
    guard let encoding = try store.tableEncoding() else { return }
    let edgeWidth = encoding.edges.reduce(encoding.relations.count) { $0 + $1.width }
    let widths = [
      ("features", encoding.nodes.reduce(0) { $0 + $1.width }, store.manifest.features?.width),
      ("edge features", edgeWidth, store.manifest.edgeFeatures?.width),
    ]
    for (number, (what, width, found)) in widths.enumerated() where found ?? 0 != width {
      // Where no column became a feature, those of the store were made of the graph.
      if number == 0 && width == 0 { continue }
      throw GasError(
        expected: "columns that make \(found ?? 0) \(what)", found: "\(width)",
        file: "\(store.path)/\(TableEncoding.fileName)")
    }
  }

  private func verifyRange<T: ColumnElement & Comparable>(
    _ name: ColumnName, as: T.Type, _ allowed: ClosedRange<T>
  ) throws {
    try verifyElements(name, as: T.self, "a value in \(allowed)") { allowed.contains($0) }
  }

  private func verifyElements<T: ColumnElement>(
    _ name: ColumnName, as: T.Type, _ expected: String, _ isAllowed: (T) -> Bool
  ) throws {
    try scan(name, as: T.self) { start, values in
      if let place = values.firstIndex(where: { !isAllowed($0) }) {
        // A NaN of any kind is written as "nan".
        let found = (values[place] as? Float).map { "\($0)" } ?? "\(values[place])"
        throw damaged(name, element: start + place, expected: expected, found: found)
      }
    }
  }

  /// Checks that a manifest's number of classes or features is one that these columns could make.
  private func verifyCount(_ count: Int, of what: String, used: Int) throws {
    guard count <= Manifest.largestCount(used: used) else {
      throw GasError(
        expected: "at most \(Manifest.largestCount(used: used)) \(what), of which the columns hold \(used + 1)",
        found: "\(count)", file: store.path + "/" + Manifest.fileName)
    }
  }

  private func verifyOffsets(_ name: ColumnName, end: Int) throws {
    var previous: UInt64 = 0
    try scan(name, as: UInt64.self, isDivided: false) { start, offsets in
      for (index, offset) in offsets.enumerated() {
        let isRight = start + index == 0 ? offset == 0 : offset >= previous && offset <= UInt64(end)
        guard isRight else {
          throw damaged(
            name, element: start + index, expected: "an offset from \(previous) to \(end)", found: "\(offset)")
        }
        previous = offset
      }
    }
    guard previous == UInt64(end) else {
      throw damaged(name, element: store.nodeCount, expected: "the last offset to be \(end)", found: "\(previous)")
    }
  }

  private func verifyDenseFeatures() throws {
    let type = store.column(.features).type
    if store.manifest.features?.encoding == .int8 { return try verifyScales() }
    guard type == .float32 else {
      // All exponent bits set: an infinity or no number.
      let exponent: UInt16 = type == .float16 ? 0x7c00 : 0x7f80
      return try scan(.features, as: UInt16.self) { start, bits in
        if let place = bits.firstIndex(where: { $0 & exponent == exponent }) {
          throw damaged(.features, element: start + place, expected: "a finite value", found: "none")
        }
      }
    }
    try verifyElements(.features, as: Float.self, "a finite value", \.isFinite)
  }

  /// Checks int8 features: each row begins with the scale that its bytes are multiplied by.
  private func verifyScales() throws {
    let values = store.column(.features).values
    let rowsAtOnce = 1 << 14
    for rows in share.range(of: store.nodeCount).chunks(ofCount: rowsAtOnce) {
      let bytes = try values.rowBytes(rows)
      for row in rows {
        let scale = bytes.loadUnaligned(fromByteOffset: (row - rows.lowerBound) * values.width, as: Float.self)
        guard scale.isFinite && scale >= 0 else {
          throw damaged(.features, element: row * values.width, expected: "a finite scale", found: "\(scale)")
        }
      }
      values.release(rows: rows)
    }
  }

  private func verifyFeatureIndices(width: Int) throws {
    let offsets = store.column(.featureOffsets).values
    var row = 0
    var rowEnd = 0
    var (previous, largest) = (-1, -1)
    try scan(.featureIndices, as: UInt32.self, isDivided: false) { start, indices in
      for (place, index) in indices.enumerated() {
        while start + place >= rowEnd {
          rowEnd = Int(try offsets.elements(row + 1..<row + 2, as: UInt64.self)[0])
          row += 1
          previous = -1
        }
        guard Int(index) > previous && Int(index) < width else {
          throw damaged(
            .featureIndices, element: start + place, expected: "a feature above \(previous) and below \(width)",
            found: "\(index)")
        }
        previous = Int(index)
        largest = max(largest, previous)
      }
    }
    // Of a shard it is not known which features others use.
    if store.manifest.shard == nil { try verifyCount(width, of: "features", used: largest) }
  }

  private static func hash(_ value: UInt64) -> UInt64 {
    var random = SeededRandom(seed: value)
    return random.next()
  }
}
