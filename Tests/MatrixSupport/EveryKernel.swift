import CGasKernels
import GasBase
import XCTest

import GasAutodiff

/// Runs `body` on every core of OpenBLAS that this processor can execute and the library has, with every instruction
/// set of our kernels.
package func forEachKernels(_ body: () throws -> Void) throws {
  defer { LoadedKernels.unload() }
  let cores = try ["Prescott", "Core2", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX", "Cooperlake"]
    .filter { try BLASCore.isExecutable($0) && LoadedKernels.reload(core: $0) }
  // A library of one kind of kernels, or of another maker, has none of these.
  for core in cores.isEmpty ? [""] : cores {
    _ = try LoadedKernels.reload(core: core)
    try forEachInstructionSet(body)
  }
}

/// Runs `body` with every instruction set of our kernels that this processor can execute, and with what kernels use
/// beyond them where none is named.
package func forEachInstructionSet(_ body: () throws -> Void) rethrows {
  defer { restoreInstructionSet() }
  for instructionSet in InstructionSet.available {
    XCTAssertTrue(gas_choose_instruction_set(instructionSet))
    try body()
  }
  restoreInstructionSet()
  if Precision.bfloat16Products == "AMX" { try body() }
}

/// Goes back to what the environment has chosen, or to the best.
package func restoreInstructionSet() {
  let named = getenv("GAS_INSTRUCTION_SET").map { String(cString: $0) } ?? ""
  gas_choose_instruction_set(named.isEmpty ? nil : named)
}

/// For messages.
package var kernelsInUse: String { (try? ComputeKernels.load().description) ?? "no kernels" }
