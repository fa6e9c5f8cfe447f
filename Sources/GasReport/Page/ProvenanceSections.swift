import GasBase
import GasRuns
import GasStore

/// The settings of a run: those that are no defaults first, and why the store suits them.
struct SettingSection {
  let run: RunFigures
  let prefix: String

  func markup(level: Int) -> Markup {
    let recipe = run.recipe
    guard !run.isImported else { return imported(level) }
    let first =
      recipe.changed.isEmpty
      ? Markup.paragraph("All settings are defaults.")
      : table("settings that are no defaults", recipe.changed).markup(id: prefix + "changed")
    return .section(
      prefix + "settings", level: level, "Settings",
      [
        first,
        .details(
          "All other settings are defaults: \(recipe.defaults.count)",
          [table("settings at their defaults", recipe.defaults).markup(id: prefix + "defaults")]),
      ])
  }

  /// Of weights from elsewhere no more is known than what the model computes.
  private func imported(_ level: Int) -> Markup {
    let rows = [(key: RunSettings.table.model.key, value: run.settings.model)] + (run.summary.told?.shown ?? [])
    return .section(
      prefix + "settings", level: level, "Settings",
      [
        .paragraph(
          "The weights were imported: these settings say what the model computes. How it was trained is not known.",
          class: "missing"),
        DataTable(
          "settings of the model", ["setting", "value"], rows.map { [.code($0.key), .text($0.value)] }
        ).markup(id: prefix + "changed"),
      ])
  }

  private func table(_ caption: String, _ rows: [Recipe.Row]) -> DataTable {
    DataTable(
      caption, ["setting", "value", "default", "what suits the store"],
      rows.map { row in
        [
          .code(row.key), .text(row.value.excerpt(120)), .text(row.standard.excerpt(120)),
          .text(
            row.reason.map { "gas-run train chooses this: \($0)" }
              ?? row.unusedBy.map { "not used by \($0)" } ?? ""),
        ]
      })
  }
}

/// Where runs and their store come from, and how to make them again.
struct ProvenanceSection {
  let store: GraphFigures
  let runs: [RunFigures]

  private var origin: Manifest.Provenance { store.statistics.provenance }

  var markup: Markup {
    .section(
      "provenance", level: 2, "Provenance",
      [
        storeTable.markup(id: "store-origin"), inputs, countDetails,
        Markup("h3", [Markup(runs.count > 1 ? "The runs" : "The run")]), runTable.markup(id: "run-origin"),
        Markup("h3", ["Make it again"]),
        .paragraph(
          "With the same versions on the same kernels, the same commands give the same bits, whatever the number of threads."
        ),
      ] + commands)
  }

  private var storeTable: DataTable {
    DataTable(
      "the store", ["what", "value"],
      [
        [.text("path"), .code(store.statistics.path)],
        [.text("checksum of the manifest"), .code(store.checksum)],
        [.text("made by"), .text("\(origin.tool) \(origin.version), \(origin.date)")],
        [.text("format version"), .text("\(store.statistics.formatVersion)")],
        [.text("seed"), .text("\(origin.seed)")],
        [.text("partitioner, order of nodes"), .text("\(origin.partitioner), \(origin.nodeOrder ?? "as they came")")],
      ])
  }

  private static let mostInputs = 30

  private var inputs: Markup {
    guard !origin.inputs.isEmpty else { return .paragraph("The store names no input files.", class: "missing") }
    let rows = origin.inputs.prefix(Self.mostInputs).map { input -> [DataTable.Cell] in
      [.code(input.path), .number(Double(input.byteCount), Units.bytes(input.byteCount)), .code(input.checksum)]
    }
    return DataTable(
      "files that it was made of", ["file", "size", "CRC-32"], rows,
      note: origin.inputs.count > rows.count
        ? "\(rows.count) of \(origin.inputs.count) files; manifest.json has all." : nil
    ).markup(id: "inputs")
  }

  private var countDetails: Markup {
    guard !origin.counts.isEmpty else { return .nothing }
    return .details(
      "What ingest counted",
      [
        DataTable(
          "counts of ingest", ["what", "how many"],
          origin.counts.sorted { $0.key < $1.key }.map { [.text($0.key), .count($0.value)] }
        ).markup(id: "counts")
      ])
  }

  private var runTable: DataTable {
    let rows = runs.map { run -> [DataTable.Cell] in
      [
        .text(run.name), .text(run.summary.state.rawValue), run.isImported ? .missing : .text("\(run.settings.seed)"),
        run.result?.kernels.map { .text("\($0)") } ?? .missing,
        run.savedAt.map { .text(PageText.time($0)) } ?? .missing,
        .optional(run.summary.bytes.map(Double.init)) { Units.bytes(Int($0)) },
      ]
    }
    return DataTable(
      "state, seed and kernels", ["run", "state", "seed", "computed by", "last written", "size"], rows,
      note: "A run does not record which commit of gas trained it. This page was made by gas \(GasVersion.current).")
  }

  private var commands: [Markup] {
    let ingest = origin.command.isEmpty ? [] : [Markup("pre", [.code(ShellText.command(origin.command))])]
    return ingest
      + runs.map { run in
        guard !run.isImported else {
          return .paragraph(
            "The weights of run \(run.name) were trained elsewhere and imported: no command of gas makes them again, "
              + "and its model.safetensors has to be kept.", class: "missing")
        }
        return run.recipe.command.map { Markup("pre", [.code(ShellText.command(["gas-run"] + $0))]) }
          ?? .paragraph(
            "The settings of run \(run.name) cannot be given as flags; its config.json has them.", class: "missing")
      }
  }
}
