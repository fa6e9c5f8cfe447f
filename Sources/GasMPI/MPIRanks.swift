import GasBase
import GasRanks
import Glibc

#if MPI
  import CMPI
  import FoundationEssentials

  /// Ranks that an MPI launcher has started.
  final class MPIRanks: RankTransport {
    let rank = Int(gas_mpi_rank())
    let count = Int(gas_mpi_count())
    let name: String
    /// Not 0 once exchanges are to end.
    private nonisolated(unsafe) let stop = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    /// What another rank has told, which all later exchanges fail of too.
    private let failure = Locked<RankFailure?>(nil)

    init() throws {
      stop.initialize(to: 0)
      var characters = [CChar](repeating: 0, count: 64)
      gas_mpi_library(&characters, Int32(characters.count))
      let bytes = characters.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
      // Open MPI adds who has packaged it, and MPICH more lines.
      let text = String(decoding: bytes, as: UTF8.self).split(separator: ",").first ?? "MPI"
      name = text.split { " \t".contains($0) }.filter { $0 != "Version:" }.joined(separator: " ")
    }

    func exchange(_ sent: [UnsafeRawBufferPointer], _ received: [UnsafeMutableRawBufferPointer]) throws {
      if let failure = failure.withLock({ $0 }) { throw failure }
      let code = gas_mpi_exchange(
        sent.map(\.baseAddress), sent.map { Int64($0.count) }, received.map(\.baseAddress),
        received.map { Int64($0.count) }, stop)
      if code == Int32(gas_mpi_reported) {
        let told = try takenReport()
        failure.withLock { $0 = told }
        throw told
      }
      guard code == 0 else { throw GasError("MPI could not carry a message between ranks (error \(code))") }
    }

    func report(_ failure: RankFailure) throws {
      let bytes = try JSONEncoder().encode(failure)
      let code = bytes.withUnsafeBytes { gas_mpi_report($0.baseAddress, Int32($0.count)) }
      guard code == 0 else { throw GasError("MPI could not carry a message to rank 0 (error \(code))") }
    }

    /// What another rank has told of its failure.
    private func takenReport() throws -> RankFailure {
      var source: Int32 = 0
      var bytes = [UInt8](repeating: 0, count: Int(gas_mpi_report_bytes(&source)))
      let code = gas_mpi_take_report(source, &bytes, Int32(bytes.count))
      guard code == 0 else { throw GasError("another rank has failed, and cannot say of what (error \(code))") }
      return try JSONDecoder().decode(RankFailure.self, from: Data(bytes))
    }

    func interrupt() { gas_mpi_interrupt(stop) }

    func abort() -> Never {
      gas_mpi_abort(EXIT_FAILURE)
      _exit(EXIT_FAILURE)
    }

    func leave() { gas_mpi_end() }
  }
#endif

/// Whether and how this process was started as one of several ranks.
public enum RankLaunch {
  /// Joins the ranks that a launcher such as `mpirun` has started this process with.
  ///
  /// - Returns: the ranks; `nil` if this process works alone.
  /// - Throws: `GasError` if there are others, and this program was built without MPI, or it cannot be used.
  public static func join() throws -> RankGroup? {
    guard let found = RankVariables() else { return nil }
    #if MPI
      let code = gas_mpi_begin()
      guard code == 0 else {
        throw GasError(
          code == 1 ? "this MPI library cannot be called from several threads in turn" : "MPI could not be started",
          advice: "use Open MPI or MPICH as Debian has them")
      }
      let ranks = try MPIRanks()
      guard let started = found.count, started != ranks.count else { return RankGroup(ranks) }
      throw GasError(
        expected: "\(started) ranks, as the launcher says", found: "\(ranks.count)",
        advice: "start it with the mpirun of the MPI library that it was built with")
    #else
      guard found.count != 1 else { return nil }
      throw GasError(
        "was started as one of several ranks, and was built without MPI",
        advice: "build it with swift build -c release --traits MPI, or start it without mpirun")
    #endif
  }
}
