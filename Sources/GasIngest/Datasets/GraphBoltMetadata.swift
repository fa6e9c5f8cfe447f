import Foundation
import GasBase
import Yams

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

  init(parsing bytes: UnsafeRawBufferPointer, file path: String) throws {
    do {
      self = try YAMLDecoder().decode(GraphBoltMetadata.self, from: String(decoding: bytes, as: UTF8.self))
    } catch let DecodingError.keyNotFound(key, context) {
      let place = (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
      throw GasError(expected: "a field \"\(place)\"", found: "none", file: path)
    } catch let DecodingError.typeMismatch(_, context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw GasError("\"\(place)\" is of another type than a GraphBolt data set has", file: path)
    } catch {
      let problem = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw GasError("is no YAML of a GraphBolt data set: \(problem)", file: path)
    }
  }
}
