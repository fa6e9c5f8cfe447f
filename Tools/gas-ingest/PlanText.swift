import GasBase
import GasIngest

/// The costs of an ingest, as text for people.
struct PlanText {
  let text: String

  init(_ plan: IngestPlan) {
    let about = plan.areEdgesExact ? "" : "about "
    let nodes =
      plan.nodes.map { "\($0)" } ?? "those that the edges name (ids up to \(plan.idLimit - 1) at the beginning)"
    text =
      [
        "nodes        \(nodes)",
        "edges        \(about)\(plan.edges), up to \(plan.entries) adjacency entries"
          + (plan.isDirected ? ", directed" : ""),
        "partitions   \(plan.partitions) by \(plan.partitioner.printable())",
        "time         about \(Units.seconds(plan.seconds)) on two cores",
        "memory       up to \(Units.bytes(plan.memoryBytes)), page cache included (--memory)",
        "temporary    \(about)\(Units.bytes(plan.temporaryBytes)) of disk; \(Units.bytes(plan.freeBytes)) are free"
          + (plan.fitsDisk ? "" : ": NOT ENOUGH"),
        "store        about \(Units.bytes(plan.storeBytes))",
      ].joined(separator: "\n") + plan.notes.map { "\nnote         \($0.printable())" }.joined()
  }
}
