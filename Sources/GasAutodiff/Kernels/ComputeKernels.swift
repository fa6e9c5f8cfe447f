import GasBase

/// The kernels that compute: the library of dense products with its kernels, and the instruction set of our own.
///
/// The same seed gives the same bits on the same kernels, whatever the number of threads. Other kernels add in another
/// order, so their results differ in the last digits.
public struct ComputeKernels: Codable, Equatable, Sendable, CustomStringConvertible {
  /// The library's name, such as "OpenBLAS 0.3.21".
  public var blas: String
  /// The family of processors whose kernels the library runs, such as "SkylakeX"; `nil` where it does not tell.
  public var blasCore: String?
  /// The instruction set of our kernels: `InstructionSet.current`.
  public var instructionSet: String

  /// What multiplies bfloat16 matrices: "AMX", "AVX512-BF16", or "float32" where the processor has no such products;
  /// `nil` where everything is float32.
  public var bfloat16Products: String?

  /// The library, its kernels and the instruction set in one line.
  public var description: String {
    let products = bfloat16Products.map {
      $0 == Precision.float32.rawValue
        ? ", bfloat16 products in float32 (\(instructionSet) kernels without AVX512-BF16)" : ", bfloat16 products \($0)"
    }
    return blas + (blasCore.map { " \($0)" } ?? "") + ", own kernels \(instructionSet)" + (products ?? "")
  }

  /// Loads the library of dense products if it is not loaded yet, with kernels that suit the processor.
  ///
  /// Call it before the first computation, while no other thread reads the environment. Otherwise the first product
  /// loads the library, and ends the process with one line where there is none.
  ///
  /// - Parameter precision: what is computed with.
  /// - Returns: what will compute.
  /// - Throws: `GasError` if there is no library, or if the environment asks for what this processor cannot execute.
  @discardableResult
  public static func load(for precision: Precision = .float32) throws -> ComputeKernels {
    try InstructionSet.checkChoice()
    let blas = try LoadedKernels.load()
    let products = Precision.bfloat16Products ?? Precision.float32.rawValue
    return ComputeKernels(
      blas: blas.name, blasCore: blas.core, instructionSet: InstructionSet.current,
      bfloat16Products: precision == .bfloat16 ? products : nil)
  }
}
