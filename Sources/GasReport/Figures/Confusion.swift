/// How often nodes of one class are predicted to be of another: for some classes each by itself, for all others
/// together. Beside it, for every class, how many nodes are of it, are predicted to be, and are both.
struct Confusion: Equatable, Sendable {
  /// Counts of one class.
  struct Counts: Equatable, Sendable {
    /// Nodes of the class.
    var wanted = 0
    /// Nodes that are predicted to be of it.
    var predicted = 0
    /// Nodes of which both is true.
    var correct = 0

    /// The share of predictions that are right; `nil` without any.
    var precision: Double? { predicted > 0 ? Double(correct) / Double(predicted) : nil }
    /// The share of the class's nodes that are found; `nil` without any.
    var recall: Double? { wanted > 0 ? Double(correct) / Double(wanted) : nil }
    /// F₁; `nil` where the class neither occurs nor is predicted.
    var f1: Double? { wanted + predicted > 0 ? Double(2 * correct) / Double(wanted + predicted) : nil }
  }

  /// The classes that have a row of their own, in the order of the rows.
  let shown: [Int]
  /// Every class.
  private(set) var classes: [Counts]
  /// A row for each class that is shown and, if there are others, one for those; as many columns.
  private(set) var matrix: [[Int]]
  private let places: [Int]

  /// Whether there is a row for all other classes.
  var hasRest: Bool { shown.count < classes.count }

  /// Counts nothing yet.
  ///
  /// - Parameters:
  ///   - classCount: how many classes there are.
  ///   - shown: those that get a row.
  init(classCount: Int, shown: [Int]) {
    self.shown = shown
    classes = [Counts](repeating: Counts(), count: classCount)
    let side = shown.count + (shown.count < classCount ? 1 : 0)
    matrix = [[Int]](repeating: [Int](repeating: 0, count: side), count: side)
    var places = [Int](repeating: shown.count, count: classCount)
    for (place, label) in shown.enumerated() { places[label] = place }
    self.places = places
  }

  /// Counts a node.
  mutating func add(label: Int, prediction: Int) {
    classes[label].wanted += 1
    classes[prediction].predicted += 1
    if label == prediction { classes[label].correct += 1 }
    matrix[places[label]][places[prediction]] += 1
  }
}
