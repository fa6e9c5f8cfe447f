import Foundation
import GasBase
import GasFiles
import GasGraph

/// Workspaces for tests, all in one folder that goes with the process: scratch files have no names, so it stays empty.
package struct TestWorkspace {
  package let space: Workspace

  private static let folder: String = {
    let path = NSTemporaryDirectory() + "gas-scratch-\(getpid())"
    atexit { rmdir(NSTemporaryDirectory() + "gas-scratch-\(getpid())") }
    return path
  }()

  /// Makes a workspace in which a sort may take `sortBytes`; little makes it use the disk.
  package init(sortBytes: Int = 1 << 20, threadCount: Int = 2) throws {
    space = Workspace(
      scratch: try ScratchFolder(at: Self.folder), memoryBytes: sortBytes * 4,
      parallel: Parallel(threadCount: threadCount))
  }

  /// A graph of edges as they stand in chunks.
  package func graph(
    _ chunks: [EdgeChunk<UInt32>], nodeCount: Int, isDirected: Bool = false, selfLoops: SelfLoopPolicy = .keep,
    duplicates: DuplicatePolicy = .first, counts: inout EdgeCounts
  ) throws -> Graph {
    let isWeighted = chunks.contains { !$0.weights.isEmpty }
    let log = try EdgeLog<UInt32>(in: space, isWeighted: isWeighted)
    for chunk in chunks { try log.append(chunk) }
    return try GraphBuilder(
      nodeCount: nodeCount, isDirected: isDirected, selfLoops: selfLoops, keepsOrigins: isWeighted,
      duplicates: duplicates, space: space
    ).build(log, &counts)
  }

  package func graph(
    _ chunks: [EdgeChunk<UInt32>], nodeCount: Int, isDirected: Bool = false, selfLoops: SelfLoopPolicy = .keep
  ) throws -> Graph {
    var counts = EdgeCounts()
    return try graph(chunks, nodeCount: nodeCount, isDirected: isDirected, selfLoops: selfLoops, counts: &counts)
  }
}
