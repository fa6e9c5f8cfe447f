import FoundationEssentials
import GasBase
import Glibc

/// The text for an error of any kind: one line that a terminal shows as it is.
struct ErrorText: CustomStringConvertible {
  let description: String

  init(_ error: any Error) {
    let text =
      switch error {
      case let error as GasError: "\(error)"
      case let error as EncodingError: "cannot be written as JSON: \(Self.text(error))"
      case let error as DecodingError: "not what was expected: \(Self.text(error))"
      case let error as CocoaError: Self.text(error)
      default: "\(error)"
      }
    description = text.printable()
  }

  private static func text(_ error: EncodingError) -> String {
    guard case .invalidValue(let value, let context) = error else { return "\(error)" }
    let number = (value as? any BinaryFloatingPoint).map { Double($0) }
    return place(context.codingPath) + "found " + (number.map { "\($0)" } ?? "a \(type(of: value))")
  }

  private static func text(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context): place(context.codingPath) + "no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      place(context.codingPath) + context.debugDescription
    @unknown default: "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.isEmpty ? "" : path.map(\.stringValue).joined(separator: ".") + ": "
  }

  /// The text of an error of Foundation's, about files.
  private static func text(_ error: CocoaError) -> String {
    let reason = (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
    return (error.filePath.map { $0 + ": " } ?? "") + (reason ?? "\(error)")
  }
}
