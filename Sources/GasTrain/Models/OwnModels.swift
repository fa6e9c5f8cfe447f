import GasBase
import GasNN
import GasSettings

/// What a store says about the models that can be trained on it.
public struct ModelShape: Sendable {
  /// The sizes that settings and store come to: columns of features and outputs, layers, width, dropout. With real
  /// values, `classes` is the number of values.
  public let stack: StackShape
  /// The columns of the edges' features; 0 where there are none, or `edge-values` leaves them out.
  public let edgeFeatures: Int
  /// Whether edges have weights that are to be used.
  public let isWeighted: Bool

  /// Columns of the features.
  public var features: Int { stack.features }
  /// Columns of the model's output.
  public var classes: Int { stack.classes }
}

/// Models that a program adds to those of `RunSettings.modelNames`.
extension ModelFactory {
  /// Makes a model with weights drawn from the settings' seed. It is called several times for a run.
  public typealias Maker = @Sendable (_ settings: RunSettings, _ shape: ModelShape) throws -> any GraphModel

  private struct Registry: Sendable {
    var makers: [String: Maker] = [:]
    var problem: GasError?
  }

  private static let registry = Locked(Registry())

  /// Adds a model, which the setting `model` can name from here on: in training, resuming, inference and statistics.
  ///
  /// To be called at the beginning of a program, before `GasMain.run()`. A name that cannot be had is reported there.
  ///
  /// - Parameters:
  ///   - name: letters, digits, hyphens, dots and underscores; none of the names of other models.
  ///   - make: makes the model.
  public static func register(_ name: String, _ make: @escaping Maker) {
    registry.withLock { registry in
      if let problem = problem(of: name, among: registry.makers.keys) {
        registry.problem = registry.problem ?? problem
      } else {
        registry.makers[name] = make
      }
    }
  }

  /// The names of the models that were registered, sorted.
  public static var ownNames: [String] { registry.withLock { $0.makers.keys.sorted() } }

  /// Refuses to go on where a model could not be registered.
  ///
  /// - Throws: `GasError` naming the first.
  package static func checkRegistered() throws {
    if let problem = registry.withLock({ $0.problem }) { throw problem }
  }

  static func maker(of name: String) -> Maker? { registry.withLock { $0.makers[name] } }

  static func problem(of name: String, among others: some Collection<String>) -> GasError? {
    let known = ModelName.canonical(name)
    if name.lowercased() == "auto" || RunSettings.modelNames.contains(known) {
      return GasError("a model cannot be registered as \"\(name)\", which is a name of \(known.lowercased()) already")
    }
    if others.contains(name) { return GasError("two models are registered as \"\(name)\"") }
    let isPlain = name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    if isPlain && name.first?.isLetter == true && name.utf8.count <= longestName { return nil }
    return GasError(
      expected: "a model's name of at most \(longestName) letters, digits and -_., a letter first",
      found: "\"\(name.excerpt)\"")
  }

  private static let longestName = 60

  /// Says that a model is not one of this program's.
  static func unknown(_ settings: RunSettings) -> GasError {
    if let program = settings.program {
      return GasError(
        "model \"\(settings.model.excerpt)\" is none of \(GasError.toolName)'s: the run was written by a program with "
          + "models of its own, \"\(program.excerpt)\"", advice: "use that program for this run")
    }
    let names = names + ownNames
    return GasError(
      expected: "model \(names.joined(separator: ", "))", found: "\"\(settings.model.excerpt)\"",
      advice: settings.model.suggestion(of: names))
  }
}
