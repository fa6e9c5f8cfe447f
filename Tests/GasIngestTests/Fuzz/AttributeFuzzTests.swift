import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFiles
@testable import GasGenerate
@testable import GasIngest
@testable import GasTables

/// What belongs to nodes and edges, damaged: arrays, text, tables and lists.
final class AttributeFuzzTests: FuzzedIngest {
  func testAttributes() throws {
    let halves = (0..<14).map { Float16($0) }
    try fuzz(
      FuzzCase(attribute: "features.npy", FuzzCase.npy(halves, [7, 2])) { options, path in
        options.features = path("features.npy")
        options.featureNormalisation = .standard
      })
    try fuzz(
      FuzzCase(attribute: "features.npz", FuzzCase.read("csr.npz")) { options, path in
        options.features = path("features.npz")
      })
    try fuzz(
      FuzzCase(attribute: "labels.npy", FuzzCase.npy([0, 1, 2, -1, 0, 1, 2] as [Float], [7])) { options, path in
        options.labels = path("labels.npy")
      })
    try fuzz(
      FuzzCase(attribute: "weights.npy", FuzzCase.npy((0..<7).map { Double($0) }, [7])) { options, path in
        options.edgeWeights = path("weights.npy")
      })
    try fuzz(
      FuzzCase(attribute: "edge-features.npy", FuzzCase.npy((0..<14).map { Int16($0) }, [7, 2])) { options, path in
        options.edgeFeatures = path("edge-features.npy")
      })
  }

  func testArraysInFortranOrder() throws {
    let features = ForeignArray((0..<14).map { Double($0) }, [7, 2], ">f4", fortran: true)
    try fuzz(
      FuzzCase(attribute: "fortran.npy", features.bytes) { options, path in options.features = path("fortran.npy") })
    let edges = ForeignArray([0, 1, 1, 2, 2, 3, 3, 4], [4, 2], ">i2", fortran: true)
    try fuzz(FuzzCase(edges: "edges.npy", contents: edges.bytes))
    let mask = ForeignArray([0, 1, 1, 0, 0, 1, 0], nil, ">i4")
    try fuzz(
      FuzzCase(attribute: "mask.npy", mask.bytes) { options, path in
        options.nodeCount = 7
        options.splitParts = [.train: path("mask.npy")]
      })
  }

  func testTextOfLabelsAndMasks() throws {
    try fuzz(
      FuzzCase(attribute: "labels.txt", Array("0\n2\nnan\n-1\n1\n1\n0\n".utf8)) { options, path in
        options.labels = path("labels.txt")
      })
    try fuzz(
      FuzzCase(attribute: "one-hot.csv", Array("1,0\n0,1\n1,0\n1,0\n0,1\n0,1\n1,0\n".utf8)) { options, path in
        options.labels = path("one-hot.csv")
      })
    try fuzz(
      FuzzCase(attribute: "mask.txt", Array("0\n1\n1.0\n0\nTrue\n0\n1\n".utf8)) { options, path in
        options.nodeCount = 7
        options.splitParts = [.validation: path("mask.txt")]
      })
  }

  func testTables() throws {
    try fuzz(
      FuzzCase(tables: [
        "tx.csv": "from,to,amount,when\na,b,2,2024-01-01\nb,\"c\",4,2024-01-02\na,b,6,\nc,a,1.5,\"2024-01-04 10:00\"\n",
        "people.csv": "name;age;city;member;day;is\na;10;Rome;yes;2024-01-01;no\nb;NA;\"Oslo; N\";no;2024-01-03;yes\n"
          + "c;30;\"say \"\"x\"\"\";;2024-01-02;\n",
      ]) { options, path in
        var tables = TableOptions()
        tables.edges = [.init(path: path("tx.csv"), source: "from", target: "to")]
        (tables.weight, tables.edgeColumns) = ("amount", ["amount", "when"])
        (tables.nodes, tables.id, tables.label) = (path("people.csv"), "name", "is")
        options.tables = tables
      })
  }

  func testLists() throws {
    try fuzz(
      FuzzCase(attribute: "train.npy", FuzzCase.npy([0, 3, 5] as [Int64], [3])) { options, path in
        options.nodeCount = 7
        options.splitParts = [.train: path("train.npy")]
      })
    try fuzz(
      FuzzCase(attribute: "train.txt", Array("0\n3\n5\n".utf8)) { options, path in
        options.nodeCount = 7
        options.splitParts = [.train: path("train.txt")]
      })
    try fuzz(
      FuzzCase(attribute: "ids.txt", Array("6\n5\n4\n3\n2\n1\n0\n".utf8)) { options, path in
        options.ids = path("ids.txt")
      })
    try fuzz(
      FuzzCase(attribute: "parts.txt", Array("0\n1\n0\n1\n0\n1\n0\n".utf8)) { options, path in
        options.nodeCount = 7
        options.partitionCount = nil
        options.partitioner = .file(path("parts.txt"))
      })
  }
}
