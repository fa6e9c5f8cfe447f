import ArgumentParser
import GasGenerate
import GasIngest

extension GraphKind: ExpressibleByArgument {}
extension GeneratorOptions.FeatureType: ExpressibleByArgument {}

/// How the edges of a generated graph are drawn. A flag of one kind is refused with the other.
struct GeneratedEdgeFlags: ParsableArguments {
  @Option(help: "planted: communities with power-law degrees; rmat: skewed degrees without locality.")
  var kind = GraphKind.planted
  @Option(help: "How many communities. Default: of 625 nodes up to 320 of them, of up to 6250 nodes beyond.")
  var communities: Int?
  @Option(help: "Probability that an edge stays in its community. Default: 0.8.")
  var inside: Double?
  @Option(help: "Exponent of the degrees' density. Default: 2.5.")
  var exponent: Double?
  @Option(help: "Largest expected degree, as a multiple of the least. Default: 300.")
  var largestWeight: Double?
  @Option(
    help: ArgumentHelp(
      "Probabilities of R-MAT's quadrants, row by row. Default: 0.57,0.19,0.19,0.05, as in Graph500.",
      valueName: "a,b,c,d"))
  var quadrants: String?
  @Option(help: "Largest change of R-MAT's b and c from level to level, against steps in the degrees. Default: 0.")
  var noise: Double?

  func validate() throws {
    let planted = [
      "--communities": communities != nil, "--inside": inside != nil, "--exponent": exponent != nil,
      "--largest-weight": largestWeight != nil,
    ]
    let other = kind == .planted ? ["--quadrants": quadrants != nil, "--noise": noise != nil] : planted
    if let flag = other.filter(\.value).keys.min() { throw ValidationError("\(flag) does not go with --kind \(kind)") }
  }

  func apply(to options: inout GeneratorOptions) throws {
    options.kind = kind
    options.communityCount = communities
    options.insideProbability = inside ?? options.insideProbability
    options.exponent = exponent ?? options.exponent
    options.largestWeight = largestWeight ?? options.largestWeight
    options.noise = noise ?? options.noise
    guard let quadrants else { return }
    let shares = quadrants.split(separator: ",").compactMap { Double($0) }
    guard shares.count == 4 else {
      throw ValidationError("--quadrants takes four probabilities such as 0.57,0.19,0.19,0.05, found \(quadrants)")
    }
    options.quadrants = Quadrants(a: shares[0], b: shares[1], c: shares[2], d: shares[3])
  }
}
