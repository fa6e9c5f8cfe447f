import Foundation
import GasStore

extension RunSettings {
  /// The part that each store named by the settings is for, and where it is.
  public var evaluationStores: [(part: SplitPart, path: String)] {
    [(SplitPart.validation, self.valStore), (.test, self.testStore)].compactMap { part, path in path.map { (part, $0) }
    }
  }

  /// Makes paths independent of the folder that the program runs in.
  mutating func makePathsAbsolute() {
    self.valStore = self.valStore?.absolutePath
    self.testStore = self.testStore?.absolutePath
  }
}

extension String {
  /// An empty path stays as it is, and is refused.
  fileprivate var absolutePath: String { isEmpty ? self : URL(fileURLWithPath: self).standardizedFileURL.path }
}
