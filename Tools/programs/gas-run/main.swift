import GasTool
import RunCommands

Program.run(GasRun.self)
