import Foundation
import GasBase
import RunSupport
import TestSupport

@testable import GasFiles
@testable import GasRuns
@testable import GasSettings
@testable import GasStore
@testable import GasTrain

/// A store whose columns are changed, and everything that can be done with it.
struct StoreDamage {
  let folder: TemporaryFolder
  let path: String
  private let copy: String
  private let settings: RunSettings

  init(_ graph: TinyGraph, featureType: ElementType = .float32, model: String = "gcn") throws {
    folder = try TemporaryFolder()
    path = folder.file("store")
    copy = folder.file("copy")
    try graph.write(to: path, featureType: featureType)
    settings = RunFixture.settings {
      $0.model = model
      $0.epochs = 1
      $0.layers = 2
    }
    _ = try train(Store(opening: path), "known")
    // Of no store, as runs of before are: the store becomes another one with each change.
    let config = path + "/runs/known/config.json"
    try RunConfig(RunConfig(reading: config).settings, store: nil).write(to: config)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
  }

  func columnPath(_ name: ColumnName) -> String { path + "/columns/" + name.fileName }

  /// Makes the store whole again.
  func mend(_ name: ColumnName) throws {
    for file in ["columns/" + name.fileName, Manifest.fileName] {
      try Data(contentsOf: URL(fileURLWithPath: copy + "/" + file)).write(to: URL(fileURLWithPath: path + "/" + file))
    }
  }

  /// Writes a column anew with other elements, and with right checksums everywhere.
  func rewrite<T: ColumnElement>(_ name: ColumnName, as: T.Type, _ change: (inout [T]) -> Void) throws {
    let column = try Store(opening: path).column(name)
    var elements = try column.array(0..<column.header.elementCount, as: T.self)
    change(&elements)
    unlink(columnPath(name))
    let writer = try ColumnWriter(
      creating: columnPath(name), type: column.type, width: column.header.rank == 1 ? nil : column.width,
      encoding: column.header.encoding)
    try writer.append(elements)
    let header = try writer.finish()
    try rewriteManifest { manifest in
      let place = manifest.columns.firstIndex { $0.name == name }!
      manifest.columns[place] = Manifest.ColumnEntry(name, header)
    }
  }

  func rewriteManifest(_ change: (inout Manifest) -> Void) throws {
    var manifest = try Manifest(reading: path + "/" + Manifest.fileName)
    change(&manifest)
    unlink(path + "/" + Manifest.fileName)
    try Data(manifest.encoded().utf8).write(to: URL(fileURLWithPath: path + "/" + Manifest.fileName))
  }

  enum Command: CaseIterable {
    case show, verify, train, infer, drift
  }

  /// What a command says of the store, with nothing checked beforehand.
  func outcome(_ command: Command) -> Result<String, any Error> {
    Result {
      let store = try Store(opening: path)
      switch command {
      case .show:
        let statistics = try StoreStatistics(store)
        return "\(statistics.splits) \(statistics.degrees) \(statistics.halo)"
      case .verify: return "\(try StoreVerifier(store).verify().columnCount)"
      case .train: return try train(store, "other")
      case .infer:
        let run = try RunFolder.open(in: store, name: "known")
        let files = Exporter.Files(
          predictions: folder.file("p.npy"), logits: folder.file("l.npy"), replacesExisting: true)
        let report = try Exporter(store, run).export(files, threads: 1)
        try IdExport(store).write(to: folder.file("ids"))
        let bytes = try ["p.npy", "l.npy", "ids"].flatMap {
          [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file($0))))
        }
        return "\(Checksum.crc32(bytes)) \(report.trainAccuracy ?? -1) \(report.valAccuracy ?? -1)"
      case .drift:
        let run = try RunFolder.open(in: store, name: "known")
        let found = try RunStatistics(store, run, sample: nil, most: nil, threads: 1)
        return "\(found.now.map(\.meanDistance))"
      }
    }
  }

  private func train(_ store: Store, _ name: String) throws -> String {
    let folder = try RunFolder.create(in: store, name: name, settings: settings, replaceExisting: true)
    let trainer = try Trainer(
      store: store, folder: folder, settings: settings, model: ModelFactory.make(settings, for: store))
    let result = try trainer.train()
    let weights = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.model)))
    return "\(Checksum.crc32(weights)) \(result.valAccuracy ?? -1) \(result.testAccuracy ?? -1)"
  }
}
