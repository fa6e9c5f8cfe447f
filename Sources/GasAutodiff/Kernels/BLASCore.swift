import CGasKernels
import GasBase

/// OpenBLAS' names for the families of processors that it has kernels for, by what these demand of a processor.
///
/// OpenBLAS picks one by a list of the processors that were known when it was built. A newer one falls through the list
/// and gets kernels for SSE3 (0.3.21 on a Xeon of 2023: a quarter of the speed of those for AVX-512). Every processor,
/// though, tells what it can do, so that decides here.
package enum BLASCore {
  private enum Demand: Int {
    case sse, avx, avx2, avx512
  }

  /// What cores demand, by name. Cores that are missing here are for other kinds of processors or came later; OpenBLAS'
  /// own choice is kept there.
  private static let demands: [String: Demand] = [
    "Prescott": .sse, "Core2": .sse, "Penryn": .sse, "Dunnington": .sse, "Nehalem": .sse, "Atom": .sse, "Nano": .sse,
    "Opteron": .sse, "Opteron_SSE3": .sse, "Barcelona": .sse, "Bobcat": .sse, "Sandybridge": .avx, "Haswell": .avx2,
    "Zen": .avx2, "SkylakeX": .avx512, "Cooperlake": .avx512, "Sapphirerapids": .avx512,
  ]

  /// Instructions of AMD processors that some kernels use besides, and that no later processor has.
  private static let extinct: [String: @Sendable () -> Bool] = [
    "opteron": gas_has_3dnow, "opteron_sse3": gas_has_3dnow, "bulldozer": gas_has_fma4, "piledriver": gas_has_fma4,
    "steamroller": gas_has_fma4, "excavator": gas_has_fma4,
  ]

  /// The greatest demand that this processor meets. AVX without AVX2 is not told apart: OpenBLAS knows the few
  /// processors of that kind.
  private static var met: Demand {
    switch InstructionSet.best {
    case "x86-64-v4": .avx512
    case "x86-64-v3": .avx2
    default: .avx
    }
  }

  private static func demand(of core: String) -> Demand? {
    demands.first { $0.key.lowercased() == core.lowercased() }?.value
  }

  /// The cores that make more of this processor than `guess` does, the best first. The list is empty where the guess
  /// does well or is not known.
  static func better(than guess: String) -> [String] {
    guard let guessed = demand(of: guess) else { return [] }
    return [(Demand.avx512, "SkylakeX"), (.avx2, "Haswell")].filter { demand, _ in
      demand.rawValue > guessed.rawValue && demand.rawValue <= met.rawValue
    }.map(\.1)
  }

  /// Whether this processor can execute a core's kernels, as far as is known.
  package static func isExecutable(_ core: String) -> Bool {
    (demand(of: core).map { $0.rawValue <= met.rawValue } ?? true) && (extinct[core.lowercased()]?() ?? true)
  }

  /// The cores that this processor can execute, in the order of their names.
  static var executable: [String] { demands.keys.filter(isExecutable).sorted() }
}
