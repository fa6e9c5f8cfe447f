import GasBase
import GasFiles

/// What advice may say of an input that another program has to turn into what is wanted.
extension FileReader {
  /// Whether another command can read the input under its name: it is no pipe, and not standard input.
  var isNamed: Bool { !isStandardInput && totalBytes != nil }

  /// The end of a command that turns the input into what is wanted. It holds wherever a file is named, as an argument
  /// or by a flag, of any tool.
  ///
  /// - Parameter isNamed: whether the command reads the input under its name, and not a file that the user has to name.
  /// - Returns: what follows the command.
  func intoNew(isNamed: Bool) -> String {
    let name = isNamed ? (self.name + ".new").shellWord : "FILE.new"
    return " > \(name), and pass \(name)"
  }
}
