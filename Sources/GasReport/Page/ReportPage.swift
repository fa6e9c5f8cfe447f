import GasBase
import GasRuns
import GasStore

/// The whole page: one file that needs nothing else, neither the network nor scripts.
struct ReportPage {
  let graph: GraphFigures
  let runs: [RunFigures]

  private var isSingle: Bool { runs.count == 1 }

  private func prefix(_ place: Int) -> String { isSingle ? "" : "run\(place + 1)-" }

  private var title: String {
    let names = runs.map(\.name)
    return (isSingle ? "Run " : "Runs ") + PageText.list(names) + " on " + PageText.lastPart(graph.statistics.path)
  }

  /// The page as a file.
  var text: String {
    let head = Markup(
      "head",
      [
        Markup("meta", ["charset": "utf-8"], []),
        Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"], []),
        Markup("meta", ["name": "color-scheme", "content": "light dark"], []),
        Markup("meta", ["name": "generator", "content": "gas \(GasVersion.current)"], []),
        Markup("title", [Markup(title)]), Markup(styleSheet: StyleSheet.text),
      ])
    return "<!DOCTYPE html>\n" + Markup("html", ["lang": "en"], [head, body]).source
  }

  private var body: Markup {
    let sections = sections
    let header = Markup(
      "header",
      [
        Markup("a", ["class": "skip", "href": "#main"], ["Skip to the report"]), Markup("h1", [Markup(title)]),
        Markup("nav", ["aria-label": "Sections"], [Markup("ul", sections.map(\.link))]),
      ])
    let footer = Markup(
      "footer",
      [
        .paragraph(
          "Made by gas \(GasVersion.current), gas-run report. Numbers are rounded here; the data elements of the page and --json "
            + "have them whole. The section on memory and time holds what was measured with the page; all else is the same whenever it is made."
        )
      ])
    return Markup("body", [header, Markup("main", ["id": "main"], sections.map(\.markup)), footer])
  }

  /// A part of the page, and its line in the list of sections.
  private struct Part {
    let id: String
    let name: String
    let markup: Markup

    var link: Markup { Markup("li", [Markup("a", ["href": "#" + id], [Markup(name)])]) }
  }

  private var sections: [Part] {
    let store = Part(id: "graph", name: "Graph", markup: GraphSection(graph: graph).markup)
    let ending = [
      Part(
        id: "cost", name: "Memory and time",
        markup: CostSection(runs: runs.enumerated().map { ($0.element, prefix($0.offset)) }).markup),
      Part(
        id: "provenance", name: "Provenance", markup: ProvenanceSection(store: graph, runs: runs).markup),
    ]
    if isSingle { return single(runs[0], store) + ending }
    let summaries = runs.enumerated().map { place, run in
      SummarySection(graph: graph, run: run, prefix: prefix(place))
    }
    let comparison = Part(
      id: "comparison", name: "Comparison", markup: ComparisonSection(runs: runs, summaries: summaries).markup)
    let each = runs.enumerated().map { place, run in
      let id = "run\(place + 1)"
      let parts = details(run, prefix(place), level: 3).map(\.markup)
      let summary = summaries[place].markup(level: 3)
      return Part(
        id: id, name: "Run \(run.name)",
        markup: .section(id, level: 2, "Run \(run.name)", [summary] + parts))
    }
    return [comparison, store] + each + ending
  }

  private func single(_ run: RunFigures, _ store: Part) -> [Part] {
    let summary = Part(
      id: "trust", name: "Summary",
      markup: SummarySection(graph: graph, run: run, prefix: "").markup(level: 2))
    return [summary, store] + details(run, "", level: 2)
  }

  private func details(_ run: RunFigures, _ prefix: String, level: Int) -> [Part] {
    let detail =
      run.main == .r2
      ? Part(
        id: prefix + "values", name: "Predicted and true",
        markup: ValueSection(run: run, prefix: prefix).markup(level: level))
      : Part(
        id: prefix + "curves", name: "Ranking", markup: CurveSection(run: run, prefix: prefix).markup(level: level))
    return [
      Part(
        id: prefix + "scores", name: "Scores", markup: ScoreSection(run: run, prefix: prefix).markup(level: level)),
      detail,
      Part(
        id: prefix + "training", name: "Training",
        markup: TrainingSection(run: run, prefix: prefix).markup(level: level)),
      Part(
        id: prefix + "staleness", name: "Staleness",
        markup: StalenessSection(run: run, prefix: prefix).markup(level: level)),
      Part(
        id: prefix + "settings", name: "Settings", markup: SettingSection(run: run, prefix: prefix).markup(level: level)
      ),
    ]
  }
}
