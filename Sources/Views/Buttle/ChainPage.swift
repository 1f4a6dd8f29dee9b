import Conditions
import Kernel
import Store
import Web

/// The five stages over the four conditions, as the model is drawn, each with what is known now.
struct ChainPage {
  let summary: ChainSummary
  let visit: Visit
  /// What a new company has still to bring in.
  var guide: Guide?

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Chain", path: "/", viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(mayAnalyse ? LinkButton("Concentration", "/portfolio/concentration", icon: "chart-pie") : nil) \
        \(mayImport ? LinkButton("Import a file", "/imports/new", weight: .primary, icon: "upload") : nil)
        """,
      body:
        "\(guide.map { GuideBanner($0, csrf: visit.viewer.csrf) })\(ChainBoard(stages: stages, conditions: conditions, format: format))\(due)\(arrivals)"
    )
  }

  private var mayAnalyse: Bool { visit.actor.may(.see, .analysis) }
  private var mayImport: Bool { visit.actor.may(.create, .importRun) }

  private var lead: String {
    guard let asOf = summary.asOf else { return "Bring in purchases, and the first stage can say who matters." }
    return "\(format.count(summary.customers, "customer", "customers")), purchases up to \(format.day(asOf))."
  }

  private var stages: [ChainBoard.Stage] {
    let hasData = summary.figure != nil
    let waits = ChainBoard.Gate.unknown("nothing has been handed on yet")
    return [
      ChainBoard.Stage(
        "Portfolio", path: mayAnalyse ? "/portfolio/concentration" : nil,
        question: "Who do we want to serve, and how differently?",
        figure: summary.figure,
        freshness: summary.asOf.map { "Purchases up to \(visit.viewer.time($0))" } ?? HTML(),
        gate: hasData ? .met : .notMet("there are no purchases"),
        handedOn: summary.decisions.first.map { "<a href=\"/decisions/\($0.id)\">\(words: $0.title)</a>" } ?? HTML(),
        todo: todo(hasData)),
      ChainBoard.Stage("Intimacy", path: nil, question: "Do we know them better than rivals do?", gate: waits),
      ChainBoard.Stage("Network", path: nil, question: "With whom do we serve them?", gate: waits),
      ChainBoard.Stage("Proposition", path: nil, question: "What do we promise to whom?", gate: waits),
      ChainBoard.Stage("Lifecycle", path: nil, question: "Do we win, keep and grow them?", gate: waits),
    ]
  }

  private func todo(_ hasData: Bool) -> LinkButton? {
    if hasData { return LinkButton("Decide who matters", "/portfolio/concentration", icon: "arrow-right") }
    return mayImport ? LinkButton("Import purchases", "/imports/new", icon: "upload") : nil
  }

  private var conditions: [ChainBoard.Condition] {
    let fresh = summary.imports.contains { $0.state == .finished && $0.undoneAt == nil }
    return [
      ChainBoard.Condition(
        "Leadership and culture", path: visit.actor.may(.see, .decision) ? "/decisions" : nil, icon: "flag",
        gate: summary.decisions.isEmpty ? .unknown("no decision is on record") : .met,
        words: "\(format.count(summary.decisions.count, "decision waits", "decisions wait")) for review"),
      ChainBoard.Condition("Processes", path: nil, icon: "route", gate: .unknown("no process is described")),
      ChainBoard.Condition(
        "People", path: visit.actor.may(.see, .user) ? "/users" : nil, icon: "user-circle",
        gate: .unknown("no training is on record")),
      ChainBoard.Condition(
        "Data and IT", path: visit.actor.may(.see, .importRun) ? "/imports" : nil, icon: "database",
        gate: fresh ? .met : .notMet("no file has come in")),
    ]
  }

  private var due: HTML {
    guard !summary.decisions.isEmpty else { return HTML() }
    let viewer = visit.viewer
    return """
      <section><h2>Decisions to review</h2>\(ListTable(
        "Those due first", rows: summary.decisions,
        columns: [
          .init("Decision", onCard: .title) { "<a href=\"/decisions/\($0.id)\">\(words: $0.title)</a>" },
          .init("Owner", onCard: .fact) { "\($0.ownerName)" }, .init("Review", onCard: .fact) { viewer.time($0.reviewDay) },
        ], state: ListState(path: "/decisions"), empty: EmptyState("None", reason: "")))</section>
      """
  }

  private var arrivals: HTML {
    guard !summary.imports.isEmpty else { return HTML() }
    let viewer = visit.viewer
    return """
      <section><h2>What came in</h2>\(ListTable(
        "The newest files", rows: summary.imports,
        columns: [
          .init("File", onCard: .title) { "<a href=\"/imports/\($0.id)\">\($0.fileName)</a>" },
          .init("Rows", isNumber: true, onCard: .fact) { "\(viewer.format.count($0.read))" },
          .init("Refused", isNumber: true) { "\(viewer.format.count($0.rejected))" },
          .init("When", onCard: .fact) { viewer.time($0.startedAt) },
        ], state: ListState(path: "/imports"), empty: EmptyState("None", reason: "")))</section>
      """
  }
}
