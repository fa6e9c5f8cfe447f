import Foundation
import GasBase

/// The library of dense products that the process uses, loaded when it is first asked for.
enum LoadedKernels {
  private static let loaded = Locked<BLAS?>(nil)

  /// - Throws: `GasError` if it cannot be loaded.
  static func load() throws -> BLAS {
    try loaded.withLock { library in
      if let library { return library }
      let new = try BLAS.load()
      library = new
      return new
    }
  }

  /// For products, which cannot throw: a missing library ends the process with one line.
  static var blas: BLAS {
    do { return try load() } catch {
      ProgressLine.write("gas: \(error)\n")
      exit(EXIT_FAILURE)
    }
  }

  /// Loads the library with the kernels of one core. For tests: nothing else may compute meanwhile.
  ///
  /// - Returns: whether the library has that core.
  /// - Throws: `GasError` if the library cannot be loaded.
  static func reload(core: String) throws -> Bool {
    unload()
    return try loaded.withLock { library in
      let new = try BLAS(BLAS.path, core: core)
      library = new
      return new.core == core
    }
  }

  /// The next product loads it again, as a new process would.
  static func unload() {
    loaded.withLock { library in
      library?.close()
      library = nil
    }
  }
}
