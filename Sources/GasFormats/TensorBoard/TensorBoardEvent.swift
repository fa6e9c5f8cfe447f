import GasBase

/// One of the events that TensorBoard reads, as bytes of an event file: a message `Event` of TensorFlow (event.proto,
/// summary.proto and tensor.proto there; hparams/plugin_data.proto in TensorBoard) in a record with checksums.
package struct TensorBoardEvent {
  private var message = ProtocolMessage()

  private init(wallTime: Double, step: Int = 0) {
    message.add(1, double: wallTime)
    if step != 0 { message.add(2, integer: step) }
  }

  /// The first event of every file, which says that its others are of this kind.
  ///
  /// - Parameter wallTime: seconds since 1970.
  /// - Returns: the event.
  package static func fileVersion(wallTime: Double) -> TensorBoardEvent {
    var event = TensorBoardEvent(wallTime: wallTime)
    event.message.add(3, text: "brain.Event:2")
    return event
  }

  /// Says that the run goes on from here: events of this step or later ones, of files before, count no more.
  package static func start(wallTime: Double, step: Int) -> TensorBoardEvent {
    var event = TensorBoardEvent(wallTime: wallTime, step: step)
    event.message.add(7) { log in log.add(1, integer: 1) }
    return event
  }

  /// Numbers of a step. They are stored as float32.
  package static func scalars(
    _ values: [(tag: String, value: Double)], wallTime: Double, step: Int
  ) -> TensorBoardEvent {
    var event = TensorBoardEvent(wallTime: wallTime, step: step)
    event.message.add(5) { summary in
      for (tag, value) in values {
        summary.add(1) { part in
          part.add(1, text: tag)
          part.add(2, float: Float(value))
        }
      }
    }
    return event
  }

  /// Settings of a run: a table for the text page, and hyperparameters for the page that compares runs by them.
  ///
  /// - Parameters:
  ///   - settings: names and values. Those that are numbers or truth values are kept as such.
  ///   - run: the run's name.
  ///   - wallTime: seconds since 1970.
  /// - Returns: the event.
  package static func settings(
    _ settings: [(key: String, value: String)], run: String, wallTime: Double
  ) -> TensorBoardEvent {
    var event = TensorBoardEvent(wallTime: wallTime)
    let rows = settings.map { "| \($0.key) | \($0.value.replacing("|", with: "\\|")) |" }
    event.message.add(5) { summary in
      summary.add(1) { part in
        part.add(1, text: "settings")
        part.add(9, metadata(plugin: "text", ProtocolMessage()))
        part.add(8) { tensor in
          tensor.add(1, integer: TensorType.string)
          tensor.add(2, message: ProtocolMessage())
          tensor.add(8, text: (["| setting | value |", "| --- | --- |"] + rows).joined(separator: "\n"))
        }
      }
      summary.add(1) { part in
        part.add(1, text: "_hparams_/session_start_info")
        part.add(9, metadata(plugin: "hparams", hyperparameters(settings, run, wallTime)))
        // The page wants a tensor, of no element.
        part.add(8) { tensor in
          tensor.add(1, integer: TensorType.float)
          tensor.add(2) { shape in shape.add(2) { dimension in dimension.add(1, integer: 0) } }
        }
      }
    }
    return event
  }

  private enum TensorType {
    static let (float, string) = (1, 7)
  }

  private static func metadata(plugin: String, _ content: ProtocolMessage) -> (inout ProtocolMessage) -> Void {
    { metadata in
      metadata.add(1) { data in
        data.add(1, text: plugin)
        if !content.bytes.isEmpty { data.add(2, message: content) }
      }
      // A tensor, and no scalar.
      metadata.add(4, integer: 2)
    }
  }

  private static func hyperparameters(
    _ settings: [(key: String, value: String)], _ run: String, _ wallTime: Double
  ) -> ProtocolMessage {
    var data = ProtocolMessage()
    data.add(3) { session in
      for (key, value) in settings {
        session.add(1) { entry in
          entry.add(1, text: key)
          entry.add(2) { field in
            if let number = Double(value), number.isFinite {
              field.add(2, double: number)
            } else if let truth = Bool(value) {
              field.add(4, integer: truth ? 1 : 0)
            } else {
              field.add(3, text: value)
            }
          }
        }
      }
      session.add(4, text: run)
      session.add(5, double: wallTime)
    }
    return data
  }

  /// What `TensorBoardRecord` reads again: the event without its time.
  package var contents: [UInt8] { Array(message.bytes.dropFirst(TensorBoardRecord.timeBytes)) }

  /// The event as a record of TensorFlow's: the length and its checksum, the message and its checksum.
  package var record: [UInt8] {
    var length: [UInt8] = []
    length.append(littleEndian: UInt64(message.bytes.count))
    var record = length
    record.append(littleEndian: CRC32C.masked(length))
    record += message.bytes
    record.append(littleEndian: CRC32C.masked(message.bytes))
    return record
  }
}
