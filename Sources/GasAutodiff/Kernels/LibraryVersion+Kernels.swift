import GasBase

extension [LibraryVersion] {
  /// What multiplies dense matrices. It is loaded to be asked.
  package static var ofKernels: [LibraryVersion] {
    do {
      let kernels = try ComputeKernels.load()
      return [LibraryVersion("BLAS", [kernels.blas, kernels.blasCore].compactMap(\.self).joined(separator: " "))]
    } catch {
      return [LibraryVersion("BLAS", problem: "\(error)")]
    }
  }
}
