import Foundation
import GasStore

extension RunSettings {
  /// The part that each store named by the settings is for, and where it is.
  public var evaluationStores: [(part: SplitPart, path: String)] {
    [(SplitPart.validation, valStore), (.test, testStore)].compactMap { part, path in path.map { (part, $0) } }
  }

  /// Makes paths independent of the folder that the program runs in.
  mutating func makePathsAbsolute() {
    valStore = valStore?.absolutePath
    testStore = testStore?.absolutePath
  }
}

extension String {
  fileprivate var absolutePath: String { URL(fileURLWithPath: self).standardizedFileURL.path }
}
