import GasBase
import TestSupport
import XCTest

@testable import GasStore

final class NodeInvariantTests: StoreInvariantTests {
  func testOrderIsAPermutation() throws {
    let file = "columns/order.gascol"
    try assertRefused(FixtureGraphs.names, file, "offset 4096: expected each place once") {
      try $0.change(.order, as: UInt32.self) { $0[1] = $0[0] }
    }
    try assertRefused(FixtureGraphs.names, file, "expected a place below 8, found 8") {
      try $0.change(.order, as: UInt32.self) { $0[3] = 8 }
    }
  }

  func testIdOffsets() throws {
    let file = "columns/id-offsets.gascol"
    try assertRefused(FixtureGraphs.names, file, "expected an offset from 6 to 25, found 3") {
      try $0.change(.idOffsets, as: UInt64.self) { $0[3] = 3 }
    }
    try assertRefused(FixtureGraphs.names, file, "expected an offset from 0 to 25, found 1") {
      try $0.change(.idOffsets, as: UInt64.self) { $0[0] = 1 }
    }
    try assertRefused(FixtureGraphs.names, file, "found 26") {
      try $0.change(.idOffsets, as: UInt64.self) { $0[8] = 26 }
    }
    try assertRefused(FixtureGraphs.names, file, "expected the last offset to be 25, found 24") {
      try $0.change(.idOffsets, as: UInt64.self) { $0[8] = 24 }
    }
  }

  func testLabels() throws {
    let file = "columns/labels.gascol"
    for label in [Int32(3), -2, .min, .max] {
      try assertRefused(FixtureGraphs.names, file, "offset 4108: expected a value in -1...2, found \(label)") {
        try $0.change(.labels, as: Int32.self) { $0[3] = label }
      }
    }
    try assertRefused(FixtureGraphs.integers, file, "offset 4101: expected a value in 0...1, found 2") {
      try $0.change(.labels, as: UInt8.self) { $0[5] = 2 }
    }
  }

  func testMissingLabelsAndValues() throws {
    let file = "columns/labels.gascol"
    try assertRefused(FixtureGraphs.assays, file, "offset 4098: expected 0, 1 or 255, found 254") {
      try $0.change(.labels, as: UInt8.self) { $0[2] = 254 }
    }
    try assertRefused(FixtureGraphs.integers, file, "offset 4098: expected a value in 0...1, found 255") {
      try $0.change(.labels, as: UInt8.self) { $0[2] = 255 }
    }
    for value in [Float.infinity, -.infinity] {
      try assertRefused(
        FixtureGraphs.prices, file, "offset 4108: expected a finite value, or NaN for a missing one, found \(value)"
      ) { try $0.change(.labels, as: Float.self) { $0[3] = value } }
    }
  }

  func testSampleWeights() throws {
    for (value, text) in [(Float(-1), "-1.0"), (-.nan, "nan"), (.infinity, "inf")] {
      try assertRefused(
        FixtureGraphs.prices, "columns/sample-weights.gascol",
        "offset 4104: expected a finite weight of at least 0, found \(text)"
      ) { try $0.change(.sampleWeights, as: Float.self) { $0[2] = value } }
    }
  }

  func testSplits() throws {
    try assertRefused(FixtureGraphs.names, "columns/splits.gascol", "offset 4098: expected a value in 0...3, found 4") {
      try $0.change(.splits, as: UInt8.self) { $0[2] = 4 }
    }
  }
}

final class FeatureInvariantTests: StoreInvariantTests {
  func testOffsets() throws {
    let file = "columns/feature-offsets.gascol"
    try assertRefused(FixtureGraphs.names, file, "offset 4112: expected an offset from 2 to 11, found 1") {
      try $0.change(.featureOffsets, as: UInt64.self) { $0[2] = 1 }
    }
    try assertRefused(FixtureGraphs.names, file, "offset 4096: expected an offset from 0 to 11, found 2") {
      try $0.change(.featureOffsets, as: UInt64.self) { $0[0] = 2 }
    }
    try assertRefused(FixtureGraphs.names, file, "found 12") {
      try $0.change(.featureOffsets, as: UInt64.self) { $0[8] = 12 }
    }
    try assertRefused(FixtureGraphs.names, file, "expected the last offset to be 11, found 10") {
      try $0.change(.featureOffsets, as: UInt64.self) { $0[8] = 10 }
    }
  }

  func testIndices() throws {
    let file = "columns/feature-indices.gascol"
    try assertRefused(FixtureGraphs.names, file, "expected a feature above 0 and below 6, found 6") {
      try $0.change(.featureIndices, as: UInt32.self) { $0[1] = 6 }
    }
    try assertRefused(FixtureGraphs.names, file, "expected a feature above 5 and below 6, found 0") {
      try $0.change(.featureIndices, as: UInt32.self) { $0.swapAt(0, 1) }
    }
    try assertRefused(FixtureGraphs.names, file, "expected a feature above 0 and below 6, found 0") {
      try $0.change(.featureIndices, as: UInt32.self) { $0[1] = 0 }
    }
  }

  func testValues() throws {
    let file = "columns/feature-values.gascol"
    try assertRefused(FixtureGraphs.names, file, "offset 4100: expected a finite value, found nan") {
      try $0.change(.featureValues, as: Float.self) { $0[1] = .nan }
    }
  }

  func testDenseValuesAreFinite() throws {
    let file = "columns/features.gascol"
    for value in [Float.nan, .infinity, -.infinity] {
      try assertRefused(FixtureGraphs.integers, file, "offset 4112: expected a finite value, found \(value)") {
        try $0.change(.features, as: Float.self) { $0[4] = value }
      }
    }
    let bits: [(ElementType, [UInt16])] = [
      (.float16, [0x7c00, 0xfc00, 0x7e01]), (.bfloat16, [0x7f80, 0xff80, 0x7fc1]),
    ]
    for (type, patterns) in bits {
      for pattern in patterns {
        try assertRefused(FixtureGraphs.integers, file, "offset 4104: expected a finite value", featureType: type) {
          try $0.change(.features, as: UInt16.self) { $0[4] = pattern }
        }
      }
    }
  }
}
