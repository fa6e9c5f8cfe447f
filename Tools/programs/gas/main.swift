import GasMPI
import GasTool
import IngestCommands
import RunCommands
import StatCommands

switch Program.calledName {
case "gas-ingest": Program.run(GasIngestCommand.self)
case "gas-run": Program.run(GasRun.self, joining: RankLaunch.join)
case "gas-stat": Program.run(GasStat.self, joining: RankLaunch.join)
default:
  Program.isOneForAll = true
  Program.run(Gas.self, joining: RankLaunch.join)
}
