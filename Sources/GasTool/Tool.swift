import ArgumentParser
import GasBase

/// A program's root command.
package protocol Tool: ParsableCommand {
  /// The libraries that its modules call, which `--version` tells.
  static var libraries: [[LibraryVersion]] { get }
}
