import GasTool
import StatCommands

Program.run(GasStat.self)
