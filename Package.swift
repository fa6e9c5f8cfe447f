// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Warnings are errors where GAS_STRICT is set (CI does so), never for those who merely depend on the libraries.
let strict = ProcessInfo.processInfo.environment["GAS_STRICT"] != nil
let swiftSettings: [SwiftSetting] = strict ? [.treatAllWarnings(as: .error)] : []
// Tests run against optimised libraries; to optimise the tests as well would take longer than it saves.
let testSettings = swiftSettings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]
let cSettings: [CSetting] = strict ? [.treatAllWarnings(as: .error)] : []

// Only Tools/scripts/make-reference wants it.
let documentation: [Package.Dependency] =
  ProcessInfo.processInfo.environment["GAS_DOCS"] == nil
  ? [] : [.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0")]

// Tools/package tells which commit it builds.
let commit: [CSetting] =
  ProcessInfo.processInfo.environment["GAS_COMMIT"].map {
    [.define("GAS_COMMIT", to: "\"\($0)\"")]
  } ?? []

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The commands of a tool, for the program of its name, the one that holds all, and programs with models of their own.
func commands(_ name: String, of tool: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies + [argumentParser], path: "Tools/\(tool)", swiftSettings: swiftSettings)
}

func program(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + ["GasTool"], path: path ?? "Tools/programs/\(name)",
    swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: testSettings)
}

/// A program in docs/examples: no product, and it sees what other packages see.
func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["GasBase", "GasMain", "GasNN", "GasStore", "GasTrain"], path: "docs/examples/\(name)",
    packageAccess: false, swiftSettings: swiftSettings)
}

func system(_ name: String, _ debianPackage: String) -> Target {
  .systemLibrary(name: name, providers: [.apt([debianPackage])])
}

let package = Package(
  name: "gas",
  products: [
    .library(name: "GasBase", targets: ["GasBase"]),
    .library(name: "GasFiles", targets: ["GasFiles"]),
    .library(name: "GasText", targets: ["GasText"]),
    .library(name: "GasFormats", targets: ["GasFormats"]),
    .library(name: "GasColumns", targets: ["GasColumns"]),
    .library(name: "GasStore", targets: ["GasStore"]),
    .library(name: "GasGraph", targets: ["GasGraph"]),
    .library(name: "GasEdges", targets: ["GasEdges"]),
    .library(name: "GasTables", targets: ["GasTables"]),
    .library(name: "GasIngest", targets: ["GasIngest"]),
    .library(name: "GasGenerate", targets: ["GasGenerate"]),
    .library(name: "GasAutodiff", targets: ["GasAutodiff"]),
    .library(name: "GasNN", targets: ["GasNN"]),
    .library(name: "GasHistories", targets: ["GasHistories"]),
    .library(name: "GasBatch", targets: ["GasBatch"]),
    .library(name: "GasMetrics", targets: ["GasMetrics"]),
    .library(name: "GasSettings", targets: ["GasSettings"]),
    .library(name: "GasRuns", targets: ["GasRuns"]),
    .library(name: "GasTrain", targets: ["GasTrain"]),
    .library(name: "GasMain", targets: ["GasMain"]),
    .executable(name: "gas", targets: ["gas"]),
    .executable(name: "gas-ingest", targets: ["gas-ingest"]),
    .executable(name: "gas-run", targets: ["gas-run"]),
    .executable(name: "gas-stat", targets: ["gas-stat"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Training and inference on many machines, with the MPI library that is installed")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ] + documentation,
  targets: [
    system("CBzip2", "libbz2-dev"),
    system("CLibdeflate", "libdeflate-dev"),
    system("CLZ4", "liblz4-dev"),
    system("CLzma", "liblzma-dev"),
    system("CMetis", "libmetis-dev"),
    system("CYAML", "libyaml-dev"),
    system("CZlib", "zlib1g-dev"),
    system("CZstd", "libzstd-dev"),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CMPI", pkgConfig: "mpi", providers: [.apt(["mpi-default-dev"])]),
    .target(name: "CGasKernels", cSettings: cSettings),
    .target(name: "CGasBuild", cSettings: cSettings + commit),
    library("GasBase", ["CGasBuild", "CGasKernels"]),
    library("GasFiles", ["GasBase", "CGasKernels", "CLibdeflate", "CLinux"]),
    library("GasText", ["GasBase", "GasFiles", "CBzip2", "CLzma", "CZlib", "CZstd"]),
    library("GasFormats", ["GasBase", "GasFiles", "GasText", "CGasKernels", "CZlib"]),
    library("GasColumns", ["GasBase", "GasFiles", "CGasKernels", "CLZ4", "CZlib"]),
    library("GasStore", ["GasBase", "GasFiles", "GasColumns", "GasFormats"]),
    library("GasGraph", ["GasBase", "GasFiles", "CMetis"]),
    library("GasEdges", ["GasBase", "GasFiles", "GasFormats", "GasGraph", "GasStore"]),
    library("GasTables", ["GasBase", "GasEdges", "GasFiles", "GasFormats", "GasGraph", "GasStore"]),
    library(
      "GasIngest",
      ["GasBase", "GasEdges", "GasFiles", "GasFormats", "GasGraph", "GasStore", "GasTables", "GasYAML"]),
    library("GasGenerate", ["GasBase", "GasFiles", "GasFormats", "GasStore", "CGasKernels"]),
    library("GasRanks", ["GasBase"]),
    // Without the trait nothing of MPI is looked for.
    library("GasMPI", ["GasBase", "GasRanks", .target(name: "CMPI", condition: .when(traits: ["MPI"]))]),
    library("GasYAML", ["GasBase", "GasFiles", "CYAML"]),
    library("GasAutodiff", ["GasBase", "CGasKernels"]),
    library("GasNN", ["GasBase", "GasAutodiff", "CGasKernels"]),
    library("GasHistories", ["GasBase", "GasFiles", "GasStore", "GasAutodiff", "CGasKernels"]),
    library(
      "GasBatch",
      ["GasBase", "GasFiles", "GasRanks", "GasStore", "GasAutodiff", "GasNN", "GasHistories", "CGasKernels"]),
    library("GasMetrics", ["GasBase", "GasFiles", "GasStore", "GasAutodiff", "GasBatch", "CGasKernels"]),
    library("GasSettings", ["GasBase", "GasFormats", "GasStore", "GasNN", "GasMetrics", "GasYAML"]),
    library(
      "GasRuns",
      [
        "GasBase", "GasFiles", "GasFormats", "GasStore", "GasAutodiff", "GasNN", "GasBatch", "GasMetrics",
        "GasSettings",
      ]),
    library(
      "GasTrain",
      [
        "GasBase", "GasFiles", "GasFormats", "GasRanks", "GasStore", "GasAutodiff", "GasNN", "GasBatch", "GasMetrics",
        "GasSettings", "GasRuns", "CGasKernels",
      ]),
    library(
      "GasReport",
      [
        "GasBase", "GasFiles", "GasFormats", "GasStore", "GasAutodiff", "GasNN", "GasBatch", "GasMetrics",
        "GasSettings", "GasRuns", "GasTrain", "CGasKernels",
      ]),
    library("GasTool", ["GasBase", "GasFiles", "GasRanks", "GasStore", argumentParser]),
    commands(
      "IngestCommands", of: "gas-ingest",
      [
        "GasBase", "GasEdges", "GasFiles", "GasFormats", "GasGenerate", "GasGraph", "GasIngest", "GasStore", "GasTool",
        "GasYAML",
      ]),
    commands(
      "RunCommands", of: "gas-run",
      [
        "GasBase", "GasFiles", "GasFormats", "GasMetrics", "GasNN", "GasRanks", "GasReport", "GasRuns", "GasStore",
        "GasTrain", "GasTool", "GasYAML",
      ]),
    commands(
      "StatCommands", of: "gas-stat",
      [
        "GasBase", "GasFiles", "GasFormats", "GasMetrics", "GasNN", "GasRanks", "GasRuns", "GasStore", "GasTrain",
        "GasTool", "GasYAML",
      ]),
    program("gas", ["GasBase", "GasMPI", "IngestCommands", "RunCommands", "StatCommands", argumentParser]),
    program("gas-ingest", ["IngestCommands"]),
    program("gas-run", ["GasMPI", "RunCommands"]),
    program("gas-stat", ["GasMPI", "StatCommands"]),
    library("GasMain", ["GasBase", "GasMPI", "GasTool", "GasTrain", "RunCommands", "StatCommands", argumentParser]),
    program(
      "wordnet-inputs", ["GasBase", "GasFiles", "GasFormats", argumentParser], path: "Tools/wordnet-inputs"),
    example("OwnModel"),
    example("OwnLayer"),
    .target(
      name: "TestSupport", dependencies: ["GasBase", "GasFiles", "GasGraph", "GasStore"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    .target(
      name: "RunSupport",
      dependencies: ["GasFiles", "GasFormats", "GasNN", "GasRanks", "GasRuns", "GasStore", "GasTrain", "TestSupport"],
      path: "Tests/RunSupport", swiftSettings: swiftSettings),
    .target(
      name: "MatrixSupport", dependencies: ["GasBase", "GasAutodiff", "CGasKernels"], path: "Tests/MatrixSupport",
      swiftSettings: swiftSettings),
    .target(name: "CountedAllocation", path: "Tests/CountedAllocation", cSettings: cSettings),
    tests("GasBaseTests", ["GasBase", "TestSupport"]),
    tests("GasFilesTests", ["GasFiles", "TestSupport"]),
    tests("GasFormatsTests", ["GasFormats", "GasStore", "TestSupport"]),
    tests("GasGraphTests", ["GasEdges", "GasFiles", "GasGenerate", "GasGraph", "TestSupport"]),
    tests("GasEdgesTests", ["GasEdges", "GasFiles", "GasGraph", "TestSupport"]),
    tests("GasStoreTests", ["GasColumns", "GasFiles", "GasFormats", "GasStore", "TestSupport", "CLZ4", "CZlib"]),
    tests("GasTablesTests", ["GasTables"]),
    tests(
      "GasIngestTests",
      [
        "GasEdges", "GasFiles", "GasFormats", "GasGenerate", "GasGraph", "GasIngest", "GasStore", "GasTables",
        "TestSupport", "CBzip2", "CLzma", "CZstd",
      ]),
    tests("GasAutodiffTests", ["GasAutodiff", "GasNN", "MatrixSupport", "CGasKernels"]),
    tests("GasNNTests", ["GasAutodiff", "GasNN", "MatrixSupport", "CGasKernels"]),
    tests(
      "GasBatchTests",
      [
        "GasBase", "GasBatch", "GasFiles", "GasMetrics", "GasRanks", "GasStore", "GasTrain", "RunSupport",
        "TestSupport",
      ]),
    tests("GasMetricsTests", ["GasAutodiff", "GasBase", "GasFiles", "GasMetrics", "GasStore", "TestSupport"]),
    tests(
      "GasSettingsTests",
      ["GasBase", "GasFormats", "GasNN", "GasRuns", "GasSettings", "GasStore", "GasYAML", "TestSupport"]),
    tests(
      "GasRunsTests",
      ["GasFiles", "GasFormats", "GasMetrics", "GasNN", "GasRuns", "GasStore", "GasTrain", "RunSupport", "TestSupport"]),
    tests(
      "GasTrainTests",
      [
        "GasBatch", "GasFiles", "GasFormats", "GasMetrics", "GasRanks", "GasRuns", "GasTrain", "RunSupport",
        "TestSupport", "CountedAllocation",
      ]),
    tests("GasReportTests", ["GasBase", "GasMetrics", "GasReport"]),
    tests("GasToolTests", ["GasTool", "GasBase"]),
    tests("WordNetTests", ["GasFormats", "TestSupport", "wordnet-inputs"]),
    tests(
      "ToolTests",
      [
        "GasBase", "GasFiles", "GasFormats", "GasRanks", "GasRuns", "GasStore", "GasTool", "GasTrain", "RunCommands",
        "RunSupport", "StatCommands", "TestSupport",
      ]),
  ]
)
