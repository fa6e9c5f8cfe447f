import FoundationEssentials
import GasStore

extension RunSettings {
  /// Each store that the settings name: the part that it is for, and its path.
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
  /// The absolute path. An empty path stays as it is, and is refused later.
  fileprivate var absolutePath: String { isEmpty ? self : URL(fileURLWithPath: self).standardizedFileURL.path }
}
