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

/// Damaged input of every format: ingest makes a store of it or refuses it in one line, and leaves nothing else behind.
///
/// Damage depends on the case, the round and the seed of `Rounds` alone. A trap ends the process: the files that it
/// could not take, and the round in `round.txt`, then stay in the folder gas-fuzz-CASE-PROCESS below /dev/shm, or the
/// temporary folder.
final class FuzzTests: FuzzedIngest {
  func testText() throws {
    for name in ["edges.tsv", "edges.tsv.gz", "edges.tsv.zst"] { try fuzz(FuzzCase(edges: name)) }
    try fuzz(FuzzCase(edges: "weighted.csv") { options, _ in options.format.isWeighted = true })
    try fuzz(
      FuzzCase(edges: "names.tsv", contents: Array("a b\nb é\nc a\n".utf8)) { options, _ in
        options.format.hasStringIds = true
      })
  }

  func testBinaryPairs() throws {
    for ids in BinaryIds.allCases {
      try fuzz(
        FuzzCase(edges: "edges.\(ids)") { options, _ in
          options.format.binaryIds = ids
          options.nodeCount = ids == .u32 ? 7 : nil
        })
    }
  }

  func testArraysOfEdges() throws {
    for name in ["pairs.npy", "rows.npy"] { try fuzz(FuzzCase(edges: name)) }
  }

  func testMatrices() throws {
    for name in ["general.mtx", "pattern.mtx.gz", "symmetric.mtx", "plain.graph", "weighted.graph"] {
      try fuzz(
        FuzzCase(edges: name) { options, _ in
          options.format.isWeighted = name != "pattern.mtx.gz" && name != "plain.graph"
        })
    }
  }

  func testSciPy() throws {
    for name in ["csr.npz", "csc.npz", "coo.npz", "stored.npz"] {
      try fuzz(FuzzCase(edges: name) { options, _ in options.format.isWeighted = true })
    }
  }

  func testFolders() throws {
    for name in ["ogb", "ogb-binary", "graphbolt"] { try fuzz(FuzzCase(folder: name)) }
  }
}
