import Foundation
import GasBase

@testable import GasAutodiff
@testable import GasNN

/// Tensors that PyTorch computed, from Fixtures/golden; Tools/scripts/make-golden.py writes them.
struct GoldenFile {
  private struct Content: Decodable {
    struct Tensor: Decodable {
      let shape: [Int]
      let data: [Double]
    }

    let settings: [String: Double]
    let tensors: [String: Tensor]
  }

  private let content: Content
  /// Settings that stand for the file's, to show that tests notice a wrong one.
  var changedSettings: [String: Double] = [:]
  private var perturbation: (size: Double, seed: UInt64)?

  private static var folder: URL {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
    return repository.appending(path: "Fixtures/golden")
  }

  /// Names of the files that start with `prefix`, without the extension.
  static func names(startingWith prefix: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }
      .map { String($0.dropLast(5)) }.sorted()
  }

  init(_ name: String) throws {
    let data = try Data(contentsOf: Self.folder.appending(path: name + ".json"))
    content = try JSONDecoder().decode(Content.self, from: data)
  }

  func setting(_ name: String) -> Double {
    changedSettings[name] ?? content.settings[name]!
  }

  /// The same inputs, each number of which is off by up to `size` of itself.
  func perturbed(by size: Double, seed: UInt64) -> GoldenFile {
    var copy = self
    copy.perturbation = (size, seed)
    return copy
  }

  /// No sum of the computation has more terms: the greatest extent of any tensor.
  var longestSum: Int { content.tensors.values.flatMap(\.shape).max() ?? 1 }

  /// A result, as the file has it in float64; `nil` if there is none of that name.
  func expected(_ name: String) -> [Double]? { content.tensors[name]?.data }

  func has(_ name: String) -> Bool { content.tensors[name] != nil }

  /// An input.
  func numbers(_ name: String) -> [Float] {
    let numbers = content.tensors[name]!.data
    guard let perturbation else { return numbers.map(Float.init) }
    var random = SeededRandom(seed: name.utf8.reduce(perturbation.seed) { $0 &* 31 &+ UInt64($1) })
    return numbers.map { Float($0 * (1 + perturbation.size * (2 * random.uniform() - 1))) }
  }

  func integers(_ name: String) -> [Int] { content.tensors[name]!.data.map { Int($0) } }

  func shape(_ name: String) -> (rows: Int, columns: Int) {
    let shape = content.tensors[name]!.shape
    return (rows: shape.count > 1 ? shape[0] : 1, columns: shape.last ?? 1)
  }

  func matrix(_ name: String) -> Matrix {
    Matrix(rows: shape(name).rows, columns: shape(name).columns, numbers(name))
  }

  func load(_ name: String, into parameter: Parameter) {
    parameter.value.copy(from: matrix(name))
  }

  /// The edges as lists of in-neighbours, in one of the forms that models ask for.
  func adjacency(_ form: GraphForm) -> SparseMatrix {
    let ends = integers("edges")
    let count = ends.count / 2
    let weights = has("edge_weight") ? numbers("edge_weight").map(Double.init) : Array(repeating: 1, count: count)
    let edges = (0..<count).map { GoldenEdge(source: ends[$0], target: ends[count + $0], weight: weights[$0]) }
    return GoldenEdge.adjacency(edges, nodes: shape("x").rows, form: form)
  }
}

/// An edge with its weight, and the plain computation of what data loaders hand to models.
struct GoldenEdge {
  let source, target: Int
  let weight: Double

  static func adjacency(_ given: [GoldenEdge], nodes: Int, form: GraphForm) -> SparseMatrix {
    guard form == .symmetric || form == .selfLoops else { return compressed(given, nodes: nodes, values: nil) }
    let looped = Set(given.filter { $0.source == $0.target }.map(\.source))
    let missing = (0..<nodes).filter { !looped.contains($0) }
    let edges = given + missing.map { GoldenEdge(source: $0, target: $0, weight: 1) }
    guard form == .symmetric else { return compressed(edges, nodes: nodes, values: nil) }
    var degrees = Array(repeating: 0.0, count: nodes)
    for edge in edges { degrees[edge.target] += edge.weight }
    return compressed(edges, nodes: nodes) { edge in
      Float(edge.weight / (degrees[edge.source] * degrees[edge.target]).squareRoot())
    }
  }

  private static func compressed(
    _ edges: [GoldenEdge], nodes: Int, values: ((GoldenEdge) -> Float)?
  ) -> SparseMatrix {
    let sorted = edges.sorted { ($0.target, $0.source) < ($1.target, $1.source) }
    let rows = (0..<nodes).map { node in sorted.filter { $0.target == node }.map { UInt32($0.source) } }
    return SparseMatrix(rows: rows, columnCount: nodes, values: values.map { sorted.map($0) })
  }
}
