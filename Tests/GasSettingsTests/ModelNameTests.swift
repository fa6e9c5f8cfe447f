import XCTest

@testable import GasSettings

/// Models are found by the names that people have for them, and kept by one.
final class ModelNameTests: XCTestCase {
  func testOtherSpellings() throws {
    for (name, model) in [
      ("GCN", "gcn"), ("GCNConv", "gcn"), ("graphsage", "sage"), ("GraphSAGE", "sage"), ("SAGE", "sage"),
      ("SAGEConv", "sage"), ("Graph-SAGE", "sage"), ("GAT", "gat"), ("GCN2", "gcnii"), ("GCNII", "gcnii"),
      ("GCN2Conv", "gcnii"), ("APPNP", "appnp"), ("PNA", "pna"), ("PNA_JK", "pna-jk"), ("pnajk", "pna-jk"),
      ("GIN", "gin"), ("MLP", "mlp"),
    ] {
      let settings = try RunSettings.resolve(configFile: nil, flags: ["model": name])
      XCTAssertEqual(settings.model, model, name)
      XCTAssertTrue(try settings.json().contains("\"model\" : \"\(model)\""), name)
    }
    for name in RunSettings.modelNames + ["my-model", "GCNN"] { XCTAssertEqual(ModelName.canonical(name), name) }
  }

  /// A setting that the model does not take is refused under any of its names.
  func testUseIsChecked() {
    XCTAssertThrowsError(try RunSettings.resolve(configFile: nil, flags: ["model": "GraphSAGE", "heads": 2])) {
      XCTAssertTrue("\($0)".contains("sage takes no heads"), "\($0)")
    }
  }
}
