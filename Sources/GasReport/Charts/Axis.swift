import GasBase
import Glibc

/// An axis of a chart: the values that it spans, where its marks are, and what they say.
struct Axis {
  enum Scale {
    case linear, logarithmic
  }

  /// What the marks of a linear axis say; as precisely as the distance between two of them asks for.
  enum Words {
    case number
    /// A share in percent.
    case percent
    /// A count, of which there are no halves.
    case count
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
  ///   - words: what its marks say.
  init(
    _ title: String, _ values: some Sequence<Double>, scale: Scale = .linear, ticks wanted: Int = 5,
    _ words: Words = .number
  ) {
    (self.title, self.scale) = (title, scale)
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let (least, most) = (usable.min() ?? (scale == .linear ? 0 : 1), usable.max() ?? 1)
    switch scale {
    case .linear:
      let step: Double
      (range, ticks, step) = Self.linear(least, most, wanted, isWhole: words == .count)
      text = Self.text(words, ticks, step)
    case .logarithmic:
      (range, ticks) = Self.logarithmic(least, most, wanted)
      text = words == .count ? PageText.short : { PageText.number($0) }
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

  private static func linear(
    _ least: Double, _ most: Double, _ wanted: Int, isWhole: Bool
  ) -> (ClosedRange<Double>, [Double], step: Double) {
    let spread = most > least ? most - least : max(abs(most), 1)
    let rough = spread / Double(wanted)
    let power = isWhole ? max(1, pow(10, floor(log10(rough)))) : pow(10, floor(log10(rough)))
    let steps = isWhole && power < 10 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]
    let step = steps.map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let (first, last) = ((least / step - 1e-9).rounded(.up), (most / step + 1e-9).rounded(.down))
    let range = least...max(most, least + spread * (most > least ? 0 : 1))
    guard first <= last else {
      // The one mark stands at the least value, which is no multiple of anything: three digits.
      return (range, [least], least == 0 ? 1 : pow(10, floor(log10(abs(least))) - 2))
    }
    return (range, stride(from: first, through: last, by: 1).map { $0 * step }, step)
  }

  /// Marks with as many digits as tell them apart, and that are not rounded.
  private static func text(_ words: Words, _ ticks: [Double], _ step: Double) -> (Double) -> String {
    let most = ticks.map(abs).max() ?? 0
    // A step of 2.5 has one digit more than its power.
    let power = floor(log10(step) + 1e-9)
    let least = Int(power) - (abs(step / pow(10, power) - 2.5) < 1e-6 ? 1 : 0)
    switch words {
    case .number:
      // Beyond fifteen digits there is nothing but rounding errors.
      let digits = most > 0 ? min(15, max(3, Int(floor(log10(most) + 1e-9)) - least + 1)) : 3
      return { PageText.number($0, digits) }
    case .percent: return { PageText.percent($0, min(12, max(0, -2 - least))) }
    case .count: return { PageText.count(Int($0.rounded())) }
    }
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
