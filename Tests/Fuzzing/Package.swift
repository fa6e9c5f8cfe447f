// swift-tools-version: 6.2
import PackageDescription

// A package of its own: everything in it is built for libFuzzer, which wants other flags than programs and tests
// (Tests/Fuzzing/run).
let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "gas", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz-parsers",
      dependencies: [
        "GasBase", "GasFiles", "GasText", "GasFormats", "GasColumns", "GasStore", "GasGraph", "GasEdges", "GasTables",
        "GasIngest", "GasSettings", "GasRuns",
      ].map { .product(name: $0, package: "gas") },
      swiftSettings: [.unsafeFlags(["-parse-as-library"])],
      // libFuzzer and the package manager both bring `main`, and either will do.
      linkerSettings: [.unsafeFlags(["-use-ld=lld", "-Xlinker", "--allow-multiple-definition"])])
  ]
)
