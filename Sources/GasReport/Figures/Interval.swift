/// Wilson's interval for a share, with 95\u{202f}% confidence.
///
/// Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927).
struct Interval {
  let low: Double
  let high: Double

  init(share: Double, of count: Int) {
    let (n, z) = (Double(count), 1.959964)
    let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    (low, high) = (max(0, centre - half), min(1, centre + half))
  }
}
