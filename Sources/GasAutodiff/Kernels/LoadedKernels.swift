import GasBase
import Glibc

/// The library of dense products that the process uses, loaded when it is first asked for.
package enum LoadedKernels {
  private static let loaded = Locked<BLAS?>(nil)

  /// Loads the library, or gives the one that is loaded.
  ///
  /// - Throws: `GasError` if it cannot be loaded.
  static func load() throws -> BLAS {
    try loaded.withLock { library in
      if let library { return library }
      let new = try BLAS.load()
      library = new
      return new
    }
  }

  /// The library for products, which cannot throw: where it is missing, the process ends with one line.
  static var blas: BLAS {
    do { return try load() } catch {
      ProgressLine.write("gas: \(error)\n")
      exit(EXIT_FAILURE)
    }
  }

  /// Loads the library with the kernels of one core. It is for tests: nothing else may compute meanwhile.
  ///
  /// - Parameter core: the core's name, as OpenBLAS spells it.
  /// - Returns: whether the library has that core.
  /// - Throws: `GasError` if the library cannot be loaded.
  package static func reload(core: String) throws -> Bool {
    unload()
    return try loaded.withLock { library in
      let new = try BLAS(BLAS.path, core: core)
      library = new
      return new.core == core
    }
  }

  /// Unloads the library. The next product loads it again, as a new process would.
  package static func unload() {
    loaded.withLock { library in
      library?.close()
      library = nil
    }
  }
}
