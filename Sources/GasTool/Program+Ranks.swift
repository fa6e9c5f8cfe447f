import ArgumentParser
import GasBase
import GasFiles
import GasRanks
import Glibc

/// How a tool begins and ends that is one of several ranks.
extension Program {
  static func joined(_ join: () throws -> RankGroup?) -> RankGroup? {
    if RankVariables() != nil {
      // The threads of an MPI library are to block these signals as all others do, or they would end the process.
      StopSignals.watch()
      // Some launchers give ranks a terminal for what they print, wherever that goes.
      LineColours.areOff.withLock { $0 = true }
    }
    do {
      let group = try join()
      if let group, group.count > 1 { RankGroup.current.withLock { $0 = group } }
      return group
    } catch {
      if RankVariables()?.rank ?? 0 == 0 { tell(error) }
      exit(EXIT_FAILURE)
    }
  }

  /// Refuses commands that work on one rank, on all of them.
  static func checkRanks(_ command: any ParsableCommand, _ group: RankGroup?) throws {
    guard let group, group.count > 1, !(command is any RankedCommand) else { return }
    group.end()
    throw reported(
      GasError("this command works on one rank, and was started on \(group.count)", advice: "start it without mpirun"))
  }

  /// Ends the work of a rank. The others still wait where there was nothing for them to do, as for a plan.
  static func end(_ group: RankGroup?) {
    if let group, group.isFirst, group.count > 1, group.phase == .waiting { group.callOff() }
  }

  /// Prints what went wrong, in one line. Where other ranks work, or wait for this one, it ends them.
  static func tell(_ error: any Error, among group: RankGroup?) {
    guard let group else { return tell(error) }
    switch group.phase {
    case .waiting where group.isFirst:
      tell(error)
      group.callOff()
    case .over:
      // All ranks know of it.
      if group.isFirst { tell(error) }
    case .waiting, .working:
      let failure = error as? RankFailure ?? RankFailure(group.place, "\(ErrorText(error))")
      // Rank 0 tells it, also what all ranks find out in the same moment, as a gradient that is not finite, and ends
      // this process. Where it is too busy for that, the rank helps itself.
      if !group.isFirst { group.report(failure) }
      ProgressLine.write("\(calledName): \(failure.description.printable())\n")
      group.abort()
    }
  }
}
