import CGasKernels
import Foundation
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Which library multiplies, and with which kernels.
final class BLASTests: XCTestCase {
  /// A library that is loaded already would be found again, with the kernels that it has.
  override func setUp() { LoadedKernels.unload() }

  /// Whatever the library guesses, the kernels that run make all of the processor that it can do.
  func testKernelsSuitTheProcessor() throws {
    try withoutChoice {
      let library = try BLAS.load()
      defer { library.close() }
      let core = try XCTUnwrap(library.core)
      XCTAssertEqual(BLASCore.better(than: core), [], "\(core) runs on a processor with \(InstructionSet.best)")
    }
  }

  func testCoresThatMakeMoreOfAProcessor() {
    let all = ["portable": [], "x86-64-v3": ["Haswell"], "x86-64-v4": ["SkylakeX", "Haswell"]][InstructionSet.best]!
    for old in ["Prescott", "prescott", "Nehalem", "Sandybridge"] { XCTAssertEqual(BLASCore.better(than: old), all) }
    XCTAssertEqual(BLASCore.better(than: "Zen"), all.filter { $0 == "SkylakeX" })
    for good in ["SkylakeX", "Cooperlake", "ARMV8", "AProcessorToCome"] {
      XCTAssertEqual(BLASCore.better(than: good), [], good)
    }
  }

  func testUsersCoreIsKept() throws {
    try Environment.with(["OPENBLAS_CORETYPE": "Prescott", "GAS_BLAS": ""]) {
      Result {
        let library = try BLAS.load()
        defer { library.close() }
        XCTAssertEqual(library.core, "Prescott")
      }
    }.get()
  }

  /// Set to nothing is not set: the library looks at the processor, and gas at both.
  func testEmptyChoiceIsNone() throws {
    let chosen = try ["", nil].map { value in
      try Environment.with(["OPENBLAS_CORETYPE": value, "GAS_BLAS": nil]) {
        Result {
          let library = try BLAS.load()
          defer { library.close() }
          return library.core
        }
      }.get()
    }
    XCTAssertEqual(chosen[0], chosen[1])
  }

  /// What the library does not have it would silently replace by what it thinks best.
  func testCoresThatTheLibraryDoesNotHaveAreRefused() throws {
    guard try LoadedKernels.reload(core: "Prescott") else { throw XCTSkip("the library has kernels of one kind") }
    for name in ["Foo", "haswell ", "Katmai", "Athlon", " "] {
      LoadedKernels.unload()
      let result = Environment.with(["OPENBLAS_CORETYPE": name, "GAS_BLAS": nil]) { Result { try BLAS.load() } }
      XCTAssertThrowsError(try result.get(), name) {
        XCTAssertTrue("\($0)".contains("OPENBLAS_CORETYPE is \(name), which the library does not have"), "\($0)")
      }
    }
  }

  /// Kernels with instructions that AMD has given up would end the process by a signal.
  func testCoresWithExtinctInstructionsNeedThem() throws {
    let cores = [
      "Opteron": gas_has_3dnow(), "Opteron_SSE3": gas_has_3dnow(), "Bulldozer": gas_has_fma4(),
      "Piledriver": gas_has_fma4(), "Steamroller": gas_has_fma4(), "EXCAVATOR": gas_has_fma4(),
    ]
    for (core, isThere) in cores {
      XCTAssertEqual(BLASCore.isExecutable(core), isThere, core)
      guard !isThere else { continue }
      XCTAssertFalse(BLASCore.executable.contains(core))
      let result = Environment.with(["OPENBLAS_CORETYPE": core, "GAS_BLAS": nil]) { Result { try BLAS.load() } }
      XCTAssertThrowsError(try result.get()) { XCTAssertTrue("\($0)".contains("cannot execute"), "\($0)") }
    }
    XCTAssertFalse(gas_has_3dnow() && InstructionSet.best == "x86-64-v4")
  }

  func testMissingLibraryIsOneLine() throws {
    let result = Environment.with(["GAS_BLAS": "/nowhere/libblas.so"]) { Result { try BLAS.load() } }
    XCTAssertThrowsError(try result.get()) { error in
      let line = "\(error)"
      XCTAssertTrue(line.hasPrefix("/nowhere/libblas.so: cannot be loaded"), line)
      XCTAssertTrue(line.contains("GAS_BLAS") && line.contains("libopenblas0"), line)
    }
  }

  func testLibraryThatIsNoBLASIsRefused() throws {
    let result = Environment.with(["GAS_BLAS": "libm.so.6"]) { Result { try BLAS.load() } }
    XCTAssertThrowsError(try result.get()) { XCTAssertTrue("\($0)".contains("no cblas_sgemm"), "\($0)") }
  }

  /// The exact check lets right products pass, and finds a single wrong element, a transposition that is ignored, and
  /// an element that is left as it was.
  func testCheckFindsWrongProducts() throws {
    XCTAssertTrue(BLASCheck.isRight(multiply: plainMultiply))
    XCTAssertFalse(
      BLASCheck.isRight {
        plainMultiply($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        $12[77] += 1
      })
    XCTAssertFalse(
      BLASCheck.isRight { plainMultiply($0, BLAS.plain, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) })
    XCTAssertFalse(BLASCheck.isRight { plainMultiply($0, $1, $2, $3 - 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) })
  }

  /// Every core and every instruction set gives the plain loop's product, to what sums of that length can differ by.
  func testEveryKernelMultipliesRight() throws {
    var samples = Samples(seed: 5)
    let (a, b) = (samples.matrix(70, 130), samples.matrix(130, 33))
    let expected = plainProduct(a, b)
    var cores: Set<String> = []
    try forEachKernels {
      cores.insert(try LoadedKernels.load().core ?? "")
      let c = Matrix(rows: 70, columns: 33, repeating: .nan)
      DenseProduct.multiply(a, b, into: c, parallel: Parallel(threadCount: 2))
      assertSums(c.array, expected, terms: 131, kernelsInUse)
    }
    XCTAssertTrue(cores.contains("Prescott") || InstructionSet.best == "portable", "\(cores)")
  }

  private func plainProduct(_ a: Matrix, _ b: Matrix) -> [PlainSum] {
    (0..<a.rows * b.columns).map { place in
      var sum = PlainSum()
      for inner in 0..<a.columns { sum += Double(a[place / b.columns, inner]) * Double(b[inner, place % b.columns]) }
      return sum
    }
  }

  private func withoutChoice(_ body: () throws -> Void) throws {
    try Environment.with(["OPENBLAS_CORETYPE": "", "GAS_BLAS": ""]) { Result { try body() } }.get()
  }
}

/// `cblas_sgemm` as a plain loop.
private func plainMultiply(
  _ order: Int32, _ transA: Int32, _ transB: Int32, _ m: Int32, _ n: Int32, _ k: Int32, _ alpha: Float,
  _ a: UnsafePointer<Float>, _ lda: Int32, _ b: UnsafePointer<Float>, _ ldb: Int32, _ beta: Float,
  _ c: UnsafeMutablePointer<Float>, _ ldc: Int32
) {
  for i in 0..<Int(m) {
    for j in 0..<Int(n) {
      var sum: Float = 0
      for l in 0..<Int(k) {
        let left = transA == BLAS.transposed ? a[l * Int(lda) + i] : a[i * Int(lda) + l]
        sum += left * (transB == BLAS.transposed ? b[j * Int(ldb) + l] : b[l * Int(ldb) + j])
      }
      c[i * Int(ldc) + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * Int(ldc) + j])
    }
  }
}
