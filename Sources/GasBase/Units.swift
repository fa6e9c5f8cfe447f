/// Numbers as people read them. Files and `--json` carry plain numbers instead.
public enum Units {
  /// Bytes in binary units: `1536` → `"1.5 KiB"`.
  public static func bytes(_ count: Int) -> String {
    scaled(Double(count), by: 1024, units: ["B", "KiB", "MiB", "GiB", "TiB"])
  }

  /// A number in decimal units: `12_300_000` → `"12.3 M"`.
  public static func count(_ count: Double) -> String {
    scaled(count, by: 1000, units: ["", "k", "M", "G", "T"])
  }

  /// A number of things: `1`, `"run"` → `"1 run"`; `"runs"` for 0 and all others.
  public static func plural(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }

  /// A time: `83.2` → `"1:23"`, `0.0042` → `"4.2 ms"`.
  public static func seconds(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    // The limits are where rounding reaches the next unit: "1.0 s", never "1000.0 ms".
    if seconds < 0.99995 { return decimals(seconds * 1000, 1) + " ms" }
    if seconds < 59.95 { return decimals(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    let (minutes, rest) = (whole / 60, padded(whole % 60))
    return minutes < 60 ? "\(minutes):\(rest)" : "\(minutes / 60):\(padded(minutes % 60)):\(rest)"
  }

  /// A share: `0.8123` → `"81.23 %"`.
  public static func percent(_ fraction: Double, _ places: Int = 2) -> String {
    decimals(fraction * 100, places) + " %"
  }

  /// Fixed-point text, rounded half away from zero, independent of locale.
  public static func decimals(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : (value < 0 ? "-∞" : "∞") }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e18 else { return "\(value)" }
    let digits = Int(scaled)
    let whole = digits / Int(scale)
    let sign = value < 0 && digits != 0 ? "-" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let fraction = String(digits % Int(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// A number with so many significant digits: `0.012345` → `"0.0123"`, `123456` → `"1.23e5"`, with an exponent
  /// where that is shorter.
  public static func significant(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, value != 0 else { return decimals(value, 0) }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    let text = decimals(mantissa, digits - 1)
    // 9.9999997 with six digits is 10.00000, which is 1.00000 of the next power.
    if text.hasPrefix("10") { (mantissa, exponent) = (1, exponent + 1) }
    if (-3..<digits + 2).contains(exponent) { return decimals(value, max(0, digits - 1 - exponent)) }
    return (value < 0 ? "-" : "") + decimals(mantissa, digits - 1) + "e\(exponent)"
  }

  private static func scaled(_ value: Double, by base: Double, units: [String]) -> String {
    var value = value
    var unit = 0
    // What would be shown as 1024.0 KiB is 1.0 MiB: the unit is chosen after rounding.
    while abs(value) >= base - (unit == 0 ? 0.5 : 0.05) && unit + 1 < units.count {
      value /= base
      unit += 1
    }
    return decimals(value, unit == 0 ? 0 : 1) + (units[unit].isEmpty ? "" : " " + units[unit])
  }

  private static func padded(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
  }
}
