import GasMPI
import GasTool
import StatCommands

Program.run(GasStat.self, joining: RankLaunch.join)
