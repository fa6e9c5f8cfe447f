import GasBase
import Glibc

/// A library of dense products, loaded while the program runs: `libopenblas.so.0`, or what the environment names in
/// `GAS_BLAS`.
///
/// It is loaded, not linked, because OpenBLAS reads which kernels to take when it is loaded, and has to be told
/// (`BLASCore`). A core that the user names in `OPENBLAS_CORETYPE` is kept. The library has one thread: work is split
/// by `DenseProduct`.
///
/// Its functions may be called from any thread. Each call that runs beside others takes one of the library's buffers,
/// and the library looks for one for ever where there is no memory. Under a limit on memory (`ulimit -v`) the buffers
/// are therefore taken beforehand, and where there are few, calls take turns.
final class BLAS: Sendable {
  /// C = alpha·op(A)·op(B) + beta·C; see `cblas_sgemm`. Layout and transpositions are the numbers of CBLAS.
  typealias Multiply =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32, Float,
      UnsafeMutablePointer<Float>, Int32
    ) -> Void

  static let rowMajor: Int32 = 101
  static let plain: Int32 = 111
  static let transposed: Int32 = 112

  /// The library's name, such as "OpenBLAS 0.3.21", or its file's name where it does not tell.
  let name: String
  /// The family of processors whose kernels run, such as "SkylakeX"; `nil` for a library that does not tell.
  let core: String?
  private let function: Multiply
  /// The turns that calls take where there are fewer buffers than cores.
  private let turns: Turns?
  private nonisolated(unsafe) let handle: UnsafeMutableRawPointer

  /// Loads a library and checks its products.
  ///
  /// - Parameters:
  ///   - path: the library's file, found as `dlopen` finds it.
  ///   - core: the core to ask OpenBLAS for; without one it guesses.
  /// - Throws: `GasError` if the library is not there, is no BLAS, or does not multiply right.
  init(_ path: String, core: String?) throws {
    // OpenBLAS takes an empty name for a name too, and then does not look at the processor.
    var values: [String: String?] = ["OPENBLAS_CORETYPE": core]
    for name in Self.threadCounts { values[name] = "1" }
    guard let handle = Environment.with(values, { dlopen(path, RTLD_NOW | RTLD_LOCAL) }) else {
      throw GasError("cannot be loaded: \(String(cString: dlerror()))", file: path, advice: Self.advice)
    }
    self.handle = handle
    guard let multiply = dlsym(handle, "cblas_sgemm") else {
      dlclose(handle)
      throw GasError("there is no cblas_sgemm in it", file: path, advice: Self.advice)
    }
    function = unsafeBitCast(multiply, to: Multiply.self)
    do { turns = try BLASBuffers.take(from: handle, path) } catch {
      dlclose(handle)
      throw error
    }
    for function in ["openblas_set_num_threads", "MKL_Set_Num_Threads", "bli_thread_set_num_threads"] {
      guard let function = dlsym(handle, function) else { continue }
      unsafeBitCast(function, to: (@convention(c) (Int) -> Void).self)(1)
    }
    self.core = Self.text(handle, "openblas_get_corename")
    let version = Self.text(handle, "openblas_get_config")?.split(separator: " ").prefix(2).joined(separator: " ")
    name = version ?? String(path.split(separator: "/").last ?? "")
    guard BLASCheck.isRight(multiply: function) else {
      dlclose(handle)
      throw GasError(
        "does not multiply right" + (self.core.map { " with its kernels for \($0)" } ?? ""), file: path,
        advice: Self.advice)
    }
  }

  func multiply(
    _ layout: Int32, _ transposesA: Int32, _ transposesB: Int32, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ aStride: Int32, _ b: UnsafePointer<Float>, _ bStride: Int32, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ cStride: Int32
  ) {
    turns?.begin()
    function(layout, transposesA, transposesB, m, n, k, alpha, a, aStride, b, bStride, beta, c, cStride)
    turns?.end()
  }

  /// Unloads the library. None of its functions may be called afterwards.
  func close() { dlclose(handle) }

  /// The variables that libraries read when they are loaded. With one thread, no memory is taken for others.
  private static let threadCounts = [
    "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
  ]

  private static let advice =
    "install OpenBLAS (Debian: apt-get install libopenblas0), or name a BLAS with C interface and 32-bit integers in GAS_BLAS"

  private static func text(_ handle: UnsafeMutableRawPointer, _ function: String) -> String? {
    dlsym(handle, function).map {
      String(cString: unsafeBitCast($0, to: (@convention(c) () -> UnsafePointer<CChar>).self)())
    }
  }
}

extension BLAS {
  static var path: String { Environment.value("GAS_BLAS") ?? "libopenblas.so.0" }

  /// Loads the library that the environment names, or OpenBLAS, with kernels that suit the processor.
  ///
  /// - Throws: `GasError` if it cannot be used, or if a core was named that it does not have, or that this processor
  ///   cannot execute.
  static func load() throws -> BLAS {
    if let core = Environment.value("OPENBLAS_CORETYPE") {
      guard BLASCore.isExecutable(core) else {
        throw GasError(
          "OPENBLAS_CORETYPE is \(core), whose kernels this processor cannot execute",
          advice: "unset it for those that suit, or choose of " + BLASCore.executable.joined(separator: ", "))
      }
      let library = try BLAS(path, core: core)
      guard let taken = library.core, taken.lowercased() != core.lowercased() else { return library }
      library.close()
      throw GasError(
        "OPENBLAS_CORETYPE is \(core), which the library does not have: it would run its kernels for \(taken)",
        file: path, advice: "unset it for those that suit the processor")
    }
    let guess = try BLAS(path, core: nil)
    let better = guess.core.map(BLASCore.better) ?? []
    if better.isEmpty { return guess }
    guess.close()
    for core in better {
      guard let library = try? BLAS(path, core: core) else { continue }
      if library.core?.lowercased() == core.lowercased() { return library }
      library.close()
    }
    return try BLAS(path, core: nil)
  }
}
