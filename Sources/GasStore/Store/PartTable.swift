/// Something of each part of a split, under the names that the parts have in JSON.
public protocol PartTable {
  /// What there is of each part.
  associatedtype Value

  /// That of the training nodes.
  var train: Value { get set }
  /// That of the validation nodes.
  var val: Value { get set }
  /// That of the test nodes.
  var test: Value { get set }
}

extension PartTable {
  /// That of a part's nodes.
  public subscript(part: SplitPart) -> Value {
    get {
      switch part {
      case .train: train
      case .validation: val
      case .test: test
      }
    }
    set {
      switch part {
      case .train: train = newValue
      case .validation: val = newValue
      case .test: test = newValue
      }
    }
  }
}
