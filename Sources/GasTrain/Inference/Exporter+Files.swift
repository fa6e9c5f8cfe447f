import GasFiles
import GasNN
import GasStore

extension Exporter {
  /// The files to write; `nil` leaves one out.
  public struct Files: Sendable {
    /// float32 [N, hidden]: the last hidden layer, what the last stage reads.
    public var embeddings: String?
    /// int64 [N]: the class with the greatest logit; with multiple labels uint8 [N, C]: whether the logit is positive;
    /// with real values float32 [N], or [N, k] of several: the values, in the units of the labels. With a threshold,
    /// whether the probability is above it.
    public var predictions: String?
    /// float32 [N, C]: the outputs of the model.
    public var logits: String?

    /// Whether files that are there are replaced; otherwise they are refused.
    public var replacesExisting: Bool

    /// The endings that the files' names may have.
    public static let endings = [".npy"]

    /// Names the files; by default there are none.
    public init(
      embeddings: String? = nil, predictions: String? = nil, logits: String? = nil, replacesExisting: Bool = false
    ) {
      self.embeddings = embeddings
      self.predictions = predictions
      self.logits = logits
      self.replacesExisting = replacesExisting
    }

    /// The same files with links followed, once all are found fit to be written.
    func checked() throws -> CheckedFiles {
      var paths = OutputPaths(replacesExisting: replacesExisting)
      return CheckedFiles(
        embeddings: try paths.add(embeddings, as: "embeddings", endings: Self.endings),
        predictions: try paths.add(predictions, as: "predictions", endings: Self.endings),
        logits: try paths.add(logits, as: "logits", endings: Self.endings))
    }
  }

  /// Files that were found fit to be written.
  struct CheckedFiles {
    let embeddings: OutputFile?
    let predictions: OutputFile?
    let logits: OutputFile?

    /// Their paths, without those of files that are not written.
    var paths: [String] { [embeddings, predictions, logits].compactMap { $0?.path } }
  }

  /// How many bytes outputs have.
  ///
  /// - Parameters:
  ///   - files: the files to write.
  ///   - table: the table of probabilities; `nil` for none.
  ///   - threshold: whether a threshold of predictions is given, so that they are made when all outputs are there.
  ///   - nodes: the nodes that are wanted; all if `nil`.
  /// - Returns: the sizes.
  public func sizes(
    of files: Files, scores table: ScoreTable? = nil, threshold: Threshold? = nil, of nodes: NodeList? = nil
  ) -> OutputSizes {
    var sizes = OutputSizes(rowCount: nodes?.distinctCount ?? store.nodeCount)
    if let nodes, nodes.count > nodes.distinctCount { sizes.repeatedCount = nodes.count }
    let (width, float) = (model.stages[model.stages.count - 1].width, MemoryLayout<Float>.size)
    if files.embeddings != nil, let hidden = model.embeddingWidth { sizes.files.append(hidden * float) }
    if files.logits != nil { sizes.files.append(width * float) }
    let kind = training.manifest.labels?.kind ?? .single
    if files.predictions != nil {
      let rowBytes = kind == .single ? MemoryLayout<Int64>.size : kind == .multi ? width : width * float
      if threshold == nil {
        sizes.files.append(rowBytes)
      } else {
        sizes.ordered.append(rowBytes)
        sizes.kept.append((kind == .multi ? width : 1) * MemoryLayout<Double>.size)
      }
    }
    if table != nil {
      sizes.kept.append(width * float)
      sizes.idBytes = store.nodeCount * Self.idBytes
    }
    return sizes
  }

  /// About what an id takes on the disk while a table is written.
  private static let idBytes = 24
}
