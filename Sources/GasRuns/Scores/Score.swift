import GasStore

/// A number that says how good outputs are on labelled nodes. Its raw value is its key in JSON.
public enum Score: String, CaseIterable, Codable, CodingKey, Sendable {
  case accuracy, balancedAccuracy, macroF1, microF1, rocAuc, averagePrecision, logLoss, calibrationError, brier, topKF1
  case rmse, mae, r2

  /// What sentences call it.
  public var name: String {
    switch self {
    case .accuracy: "accuracy"
    case .balancedAccuracy: "balanced accuracy"
    case .macroF1: "macro-F1"
    case .microF1: "micro-F1"
    case .rocAuc: "ROC-AUC"
    case .averagePrecision: "average precision"
    case .logLoss: "log loss"
    case .calibrationError: "calibration error"
    case .brier: "Brier score"
    case .topKF1: "top-k F1"
    case .rmse: "RMSE"
    case .mae: "MAE"
    case .r2: "R²"
    }
  }

  /// What `--select` calls it.
  public var flag: String {
    switch self {
    case .accuracy, .brier, .rmse, .mae, .r2: rawValue
    case .balancedAccuracy: "balanced-accuracy"
    case .macroF1: "macro-f1"
    case .microF1: "micro-f1"
    case .rocAuc: "roc-auc"
    case .averagePrecision: "average-precision"
    case .logLoss: "log-loss"
    case .calibrationError: "calibration-error"
    case .topKF1: "top-k-f1"
    }
  }

  /// Whether it is an error or a loss.
  public var isLowerBetter: Bool {
    switch self {
    case .logLoss, .calibrationError, .brier, .rmse, .mae: true
    case .accuracy, .balancedAccuracy, .macroF1, .microF1, .rocAuc, .averagePrecision, .topKF1, .r2: false
    }
  }

  /// Whether it is a share, which people read in percent.
  public var isShare: Bool { !isLowerBetter && self != .r2 }

  /// Whether it depends on the order of the outputs alone, for which nodes of both kinds are needed.
  public var isOfRanks: Bool { self == .rocAuc || self == .averagePrecision }

  /// Whether it counts predictions alone, or is the log loss: measured in every evaluation.
  var isCounted: Bool { [.accuracy, .balancedAccuracy, .macroF1, .microF1, .logLoss].contains(self) }

  /// The scores of labels of a kind.
  public static func all(of kind: Manifest.Labels.Kind) -> [Score] {
    switch kind {
    case .single:
      [
        .accuracy, .balancedAccuracy, .macroF1, .microF1, .rocAuc, .averagePrecision, .logLoss, .calibrationError,
        .brier,
      ]
    case .multi: [.microF1, .macroF1, .topKF1, .rocAuc, .averagePrecision, .logLoss, .brier]
    }
  }

  /// The score that stands for all where one number is shown: accuracy of classes, micro-F1 of multiple labels.
  public static func main(of kind: Manifest.Labels.Kind) -> Score { kind == .multi ? .microF1 : .accuracy }
}
