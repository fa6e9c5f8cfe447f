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

  /// The library, its kernels and the instruction set in one line.
  public var description: String {
    blas + (blasCore.map { " \($0)" } ?? "") + ", own kernels \(instructionSet)"
  }

  /// Loads the library of dense products if it is not loaded yet, with kernels that suit the processor.
  ///
  /// Call it before the first computation, while no other thread reads the environment. Otherwise the first product
  /// loads the library, and ends the process with one line where there is none.
  ///
  /// - Throws: `GasError` if there is no library, or if the environment asks for what this processor cannot execute.
  @discardableResult
  public static func load() throws -> ComputeKernels {
    try InstructionSet.checkChoice()
    let blas = try LoadedKernels.load()
    return ComputeKernels(blas: blas.name, blasCore: blas.core, instructionSet: InstructionSet.current)
  }
}
