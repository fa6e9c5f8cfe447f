import GasTool
import IngestCommands
import RunCommands
import StatCommands

switch Program.calledName {
case "gas-ingest": Program.run(GasIngestCommand.self)
case "gas-run": Program.run(GasRun.self)
case "gas-stat": Program.run(GasStat.self)
default:
  Program.isOneForAll = true
  Program.run(Gas.self)
}
