import FoundationEssentials
import GasBase
import GasGraph
import GasYAML

/// `metadata.yaml` of a GraphBolt `OnDiskDataset`, as far as a graph of one kind of nodes and edges needs it.
///
/// Format: DGL documentation, "YAML specification" of stochastic training.
struct GraphBoltMetadata: Decodable {
  struct Graph: Decodable {
    struct Nodes: Decodable {
      var num: Int
    }
    struct Edges: Decodable {
      var format: String
      var path: String
    }
    var nodes: [Nodes]
    var edges: [Edges]
  }

  struct Feature: Decodable {
    var domain: String
    var name: String
    var format: String
    var path: String
  }

  struct Task: Decodable {
    struct Items: Decodable {
      struct Data: Decodable {
        var name: String
        var format: String
        var path: String
      }
      var data: [Data]
    }
    var name: String?
    var classCount: Int?
    var trainSet: [Items]?
    var validationSet: [Items]?
    var testSet: [Items]?

    enum CodingKeys: String, CodingKey {
      case name
      case classCount = "num_classes"
      case trainSet = "train_set"
      case validationSet = "validation_set"
      case testSet = "test_set"
    }
  }

  var graph: Graph
  var features: [Feature]?
  var tasks: [Task]?

  enum CodingKeys: String, CodingKey {
    case graph
    case features = "feature_data"
    case tasks
  }

  /// Reads the file.
  ///
  /// - Parameter path: `metadata.yaml`.
  /// - Throws: `GasError` if the file cannot be read, is too large, is not YAML, or lacks what such a data set has.
  init(reading path: String) throws {
    let root = try SmallYAML(path, of: "metadata").value() ?? .null
    do {
      self = try JSONDecoder().decode(GraphBoltMetadata.self, from: JSONEncoder().encode(root))
    } catch let DecodingError.keyNotFound(key, context) {
      throw GasError(expected: "a field \"\(Self.place(context.codingPath + [key]))\"", found: "none", file: path)
    } catch let error as DecodingError {
      let place = Self.place(error.codingPath)
      let subject = place.isEmpty ? "the file" : "\"\(place)\""
      throw GasError("\(subject) is of another type than a GraphBolt data set has", file: path)
    } catch {
      throw GasError("is no YAML of a GraphBolt data set: \("\(error)".excerpt)", file: path)
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.map(\.stringValue).joined(separator: ".").excerpt
  }
}

extension DecodingError {
  fileprivate var codingPath: [any CodingKey] {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      context.codingPath
    @unknown default: []
    }
  }
}
