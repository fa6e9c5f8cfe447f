import GasMPI
import GasTool
import RunCommands

Program.run(GasRun.self, joining: RankLaunch.join)
