import GasTool
import IngestCommands

Program.run(GasIngestCommand.self)
