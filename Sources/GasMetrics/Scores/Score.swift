import GasStore

/// A number that says how good outputs are on labelled nodes. Its raw value is its key in JSON.
public enum Score: String, CaseIterable, Codable, CodingKey, Sendable {
  case accuracy, balancedAccuracy, macroF1, microF1, rocAuc, averagePrecision, logLoss, calibrationError, brier, topKF1
  case rmse, mae, mse, r2

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
    case .mse: "mean squared error"
    case .r2: "R2"
    }
  }

  /// What `--select` calls it.
  public var flag: String {
    switch self {
    case .accuracy, .brier, .rmse, .mae, .mse, .r2: rawValue
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
    case .logLoss, .calibrationError, .brier, .rmse, .mae, .mse: true
    case .accuracy, .balancedAccuracy, .macroF1, .microF1, .rocAuc, .averagePrecision, .topKF1, .r2: false
    }
  }

  /// Whether it is a share, which people read in percent.
  public var isShare: Bool { !isLowerBetter && self != .r2 }

  /// Whether it depends on the order of the outputs alone, for which nodes of both kinds are needed.
  public var isOfRanks: Bool { self == .rocAuc || self == .averagePrecision }

  /// Whether it counts predictions alone, is the log loss or of real values: measured in every evaluation.
  package var isCounted: Bool {
    [.accuracy, .balancedAccuracy, .macroF1, .microF1, .logLoss, .rmse, .mae, .mse, .r2].contains(self)
  }

  /// The scores of labels of a kind.
  public static func all(of kind: Manifest.Labels.Kind) -> [Score] {
    switch kind {
    case .single:
      [
        .accuracy, .balancedAccuracy, .macroF1, .microF1, .rocAuc, .averagePrecision, .logLoss, .calibrationError,
        .brier,
      ]
    case .multi: [.microF1, .macroF1, .topKF1, .rocAuc, .averagePrecision, .logLoss, .brier]
    case .values: [.r2, .rmse, .mae, .mse]
    }
  }

  /// The score that stands for all where one number is shown: accuracy of classes, micro-F1 of multiple labels, R² of
  /// real values.
  public static func main(of kind: Manifest.Labels.Kind) -> Score {
    switch kind {
    case .single: .accuracy
    case .multi: .microF1
    case .values: .r2
    }
  }
}
