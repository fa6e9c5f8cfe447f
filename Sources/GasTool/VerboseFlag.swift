import ArgumentParser

/// The flag for what only those ask for who want to know how the work is carried out.
public struct VerboseFlag: ParsableArguments {
  /// Whether it is shown.
  @Flag(help: "Show also how the work was carried out: rates, waiting, phases, how rows lie on the disk.")
  public var verbose = false

  /// Makes the flag with its default, as the argument parser asks for.
  public init() {}
}
