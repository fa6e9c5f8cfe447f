import Foundation
import GasBase

/// An axis of a chart: the values that it spans, where its marks are, and what they say.
struct Axis {
  enum Scale {
    case linear, logarithmic
  }

  let title: String
  let scale: Scale
  let ticks: [Double]
  private let range: ClosedRange<Double>
  private let text: (Double) -> String

  /// An axis that spans some values.
  ///
  /// - Parameters:
  ///   - title: what it shows.
  ///   - values: the values; those that are not finite, and on a logarithmic axis those that are not positive, do not
  ///     count.
  ///   - scale: how values become places.
  ///   - wanted: about how many marks it has.
  ///   - text: what a mark says.
  init(
    _ title: String, _ values: some Sequence<Double>, scale: Scale = .linear, ticks wanted: Int = 5,
    text: @escaping (Double) -> String = { PageText.number($0) }
  ) {
    (self.title, self.scale, self.text) = (title, scale, text)
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let (least, most) = (usable.min() ?? (scale == .linear ? 0 : 1), usable.max() ?? 1)
    switch scale {
    case .linear: (range, ticks) = Self.linear(least, most, wanted)
    case .logarithmic: (range, ticks) = Self.logarithmic(least, most, wanted)
    }
  }

  /// An axis between two values.
  init(_ title: String, exactly range: ClosedRange<Double>, ticks: [Double], text: @escaping (Double) -> String) {
    (self.title, self.range, self.ticks, self.text, scale) = (title, range, ticks, text, .linear)
  }

  /// A logarithmic axis between two values.
  init(_ title: String, ticks: [Double], between low: Double, and high: Double, text: @escaping (Double) -> String) {
    (self.title, self.ticks, range, self.text, scale) = (title, ticks, low...high, text, .logarithmic)
  }

  /// From 0 to 1.
  static func share(_ title: String) -> Axis {
    Axis(title, exactly: 0...1, ticks: [0, 0.25, 0.5, 0.75, 1]) { PageText.number($0, 2) }
  }

  private static func linear(_ least: Double, _ most: Double, _ wanted: Int) -> (ClosedRange<Double>, [Double]) {
    let spread = most > least ? most - least : max(abs(most), 1)
    let rough = spread / Double(wanted)
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let (first, last) = ((least / step - 1e-9).rounded(.up), (most / step + 1e-9).rounded(.down))
    let ticks = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : [least]
    return (least...max(most, least + spread * (most > least ? 0 : 1)), ticks)
  }

  private static func logarithmic(_ least: Double, _ most: Double, _ wanted: Int) -> (ClosedRange<Double>, [Double]) {
    let (low, high) = (floor(log10(least) + 1e-9), ceil(log10(most) - 1e-9))
    let decades = max(1, high - low)
    let step = max(1, (decades / Double(wanted)).rounded(.up))
    return (
      pow(10, low)...pow(10, low + decades), stride(from: low, through: low + decades, by: step).map { pow(10, $0) }
    )
  }

  /// Where a value is, 0 at the beginning and 1 at the end; what lies outside goes to the end that is nearer.
  func place(_ value: Double) -> Double {
    let (low, high, here) =
      scale == .linear
      ? (range.lowerBound, range.upperBound, value)
      : (log10(range.lowerBound), log10(range.upperBound), log10(max(value, range.lowerBound)))
    return high > low ? min(1, max(0, (here - low) / (high - low))) : 0
  }

  /// What the mark at a value says.
  func label(_ value: Double) -> String { text(value) }
}
