import CGasKernels

/// The instruction set that the kernels in C run with: the best that the processor has, or a lesser one that the
/// environment names in `GAS_INSTRUCTION_SET` when the program starts.
public enum InstructionSet {
  /// `x86-64-v4` (AVX-512), `x86-64-v3` (AVX2 with FMA) or `portable`.
  public static var current: String { String(cString: gas_instruction_set()) }

  /// The best instruction set that this processor has.
  public static var best: String { String(cString: gas_best_instruction_set()) }

  /// All instruction sets that this processor can execute, from the plainest to the best.
  public static var available: [String] {
    let all = ["portable", "x86-64-v3", "x86-64-v4"]
    return Array(all[...all.firstIndex(of: best)!])
  }

  /// Refuses a value of `GAS_INSTRUCTION_SET` that does not name an instruction set of this processor: it would
  /// otherwise be ignored.
  ///
  /// - Throws: `GasError` with what can be chosen.
  public static func checkChoice() throws {
    guard let refused = gas_refused_instruction_set() else { return }
    throw GasError(
      expected: "GAS_INSTRUCTION_SET to be one of " + available.joined(separator: ", "),
      found: "\"" + String(cString: refused) + "\"",
      advice: "unset it for the best that this processor has")
  }
}
