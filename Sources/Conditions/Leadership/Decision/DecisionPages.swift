import Kernel
import Web

/// The decisions of the company: what waits, what is due, and how the past ones turned out.
struct DecisionListPage {
  let decisions: [Decision]
  let record: TrackRecord
  let clock: ReviewClock
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Decisions", path: "/decisions", viewer: visit.viewer, lead: HTML(words: lead),
      body: """
        \(table)
        \(when: !decisions.isEmpty, TrackRecordSection(record, format: format, heading: "How they turned out").html)
        """)
  }

  private var lead: String {
    guard !decisions.isEmpty else { return "" }
    let due = decisions.filter { $0.isOpen && clock.isDue($0.reviewDay, decided: decided($0)) }.count
    let waiting = decisions.filter(\.isOpen).count - due
    let judged = record.entries.count
    return """
      \(format.count(due, "decision is", "decisions are")) due for review, \(format.count(waiting, "waits", "wait")); \
      \(format.count(judged, "forecast has", "forecasts have")) been judged by the data.
      """
  }

  private func decided(_ decision: Decision) -> Day { decision.createdAt.day(in: format.zone) }

  private var table: ListTable<Decision> {
    let (viewer, format) = (visit.viewer, format)
    return ListTable(
      "\(format.count(decisions.count, "decision", "decisions")), those due first", rows: decisions,
      columns: [
        .init("Decision", onCard: .title) { "<a href=\"/decisions/\($0.id)\">\(words: $0.title)</a>" },
        .init("Owner") { "\($0.ownerName)" },
        .init("From") { "\(words: $0.figure.title): \(format.value($0.figure))" },
        .init("Review", onCard: .fact) { viewer.time($0.reviewDay) },
        .init("What came", onCard: .fact) { decision -> HTML in
          decision.forecasts.first { $0.latest != nil }.map { "\(words: $0.measure.title): \($0.outcome(format))" }
            ?? (decision.forecasts.isEmpty ? "no forecast" : "not known yet")
        },
        .init("How it stands", onCard: .fact) { standing($0).html },
      ],
      state: ListState(path: "/decisions"),
      empty: EmptyState(
        "Nothing decided yet",
        reason:
          "Every analysis ends in a button that takes a decision, remembers its number and is judged by the data.",
        icon: "gavel", action: LinkButton("Open Concentration", "/portfolio/concentration", weight: .primary).html))
  }

  private func standing(_ decision: Decision) -> Badge {
    if decision.withdrawal != nil { return Badge("Taken back", .neutral) }
    if decision.review != nil { return Badge("Reviewed", .good) }
    let isDue = clock.isDue(decision.reviewDay, decided: decided(decision))
    if !decision.forecasts.isEmpty, decision.forecasts.allSatisfy({ $0.verdict != nil }) {
      return Badge("Judged", .good)
    }
    return isDue ? Badge("Review is due", .watch) : Badge("Waiting", .note)
  }
}

/// One decision: what was known, what was expected, what came of it.
struct DecisionPage {
  let decision: Decision
  let clock: ReviewClock
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: decision.title, path: "/decisions", viewer: visit.viewer, crumbs: [Crumb("Decisions", "/decisions")],
      lead: HTML(words: lead),
      body: """
        \(when: !decision.forecasts.isEmpty, FigureRow(outcomes).html)\(chart)\(forecasts)
        <section><h2>What it rests on</h2>\(FigureRow(cards))</section>\(facts)\
        \(when: decision.isOpen, closing)
        """)
  }

  /// How it turned out, or when it will be known.
  private var lead: String {
    let first = decision.forecasts.first
    if let first, let verdict = first.verdict {
      return """
        \(first.measure.title): \(format.amount(verdict.forecast, first.unit)) were expected, \
        \(format.amount(verdict.actual, first.unit)) came\(verdict.relativeError.map { ", \(format.tooMuch($0))" } ?? "").
        """
    }
    if let first, let latest = first.latest {
      return "The review has come; the data reach \(format.day(latest.dataUntil)), a part of the days."
    }
    return "\(decision.ownerName) sees to it; the review is on \(format.day(decision.reviewDay))."
  }

  /// The first forecasts, each with what came.
  private var outcomes: [FigureCard] {
    decision.forecasts.prefix(4).map { forecast in
      FigureCard(
        forecast.figure, format: format, rows: "/decisions/\(decision.id)",
        note: "\(standing(forecast)) \(forecast.latest == nil ? HTML() : HTML(text: forecast.outcome(format)))")
    }
  }

  private func standing(_ forecast: Forecast) -> Badge {
    let isDue = clock.isDue(decision.reviewDay, decided: decision.createdAt.day(in: format.zone))
    switch forecast.standing(isDue: isDue) {
    case .waiting: return Badge("Until \(format.day(forecast.window.last))", .note)
    case .due: return Badge("Data are missing", .watch)
    case .partly: return Badge("Partly: data up to \(format.day(forecast.latest?.dataUntil ?? forecast.asOf))", .watch)
    case .judged:
      return switch forecast.verdict?.isInside {
      case true?: Badge("Inside the interval", .good)
      case false?: Badge("Outside the interval", .watch)
      case nil: Badge("Judged", .good)
      }
    }
  }

  private var chart: HTML {
    let rows = decision.forecasts.compactMap { $0.dumbbell(label: $0.label, format) }
    guard !rows.isEmpty else { return HTML() }
    let worst = decision.forecasts.compactMap { forecast in
      forecast.verdict?.relativeError.map { (forecast, $0) }
    }.max { abs($0.1) < abs($1.1) }
    return Chart(
      id: "outcome",
      title: worst.map { "\($0.0.measure.title): the forecast was \(format.tooMuch($0.1))" }
        ?? "What is expected, with the room for chance",
      note: "Every forecast stands at 100 %; the bar is its interval, the second dot what came.",
      kind: .dumbbells(Chart.Dumbbells(rows: rows)), format: format
    ).html
  }

  private var forecasts: HTML {
    let format = format
    return """
      <section><h2>Expected, and what came</h2>\(ListTable(
        "\(format.count(decision.forecasts.count, "forecast", "forecasts"))", rows: decision.forecasts,
        columns: [
          .init("Forecast", onCard: .title) { "\(words: $0.title)" },
          .init("Customers", isNumber: true) { $0.group.kind == .company ? "" : "\(format.count($0.group.customers))" },
          .init("Days") { "\(format.period($0.window))" },
          .init("Expected", isNumber: true, onCard: .fact) { "\($0.expected(format))" },
          .init("Came", isNumber: true, onCard: .fact) { came($0) },
          .init("How it stands", onCard: .fact) { standing($0).html },
          .init("By") { "<span class=\"text-nowrap\">\($0.method == "declared" ? $0.by : $0.method)</span>" },
        ], state: ListState(path: "/decisions/\(decision.id)"),
        empty: EmptyState(
          "No forecast", reason: "Nothing was expected that the data can judge. Add what you expect below.",
          icon: "target")))\(history)</section>
      """
  }

  @Sendable private func came(_ forecast: Forecast) -> HTML {
    guard let latest = forecast.latest else { return "not known yet" }
    let error = latest.relativeError.map { "<br><small>\(format.tooMuch($0))</small>" as HTML }
    return "\(format.amount(latest.actual, forecast.unit))\(error)"
  }

  /// Judgements that were made before the past was corrected.
  private var history: HTML {
    let earlier = decision.forecasts.flatMap { forecast in forecast.judgements.dropLast().map { (forecast, $0) } }
    guard !earlier.isEmpty else { return HTML() }
    return """
      <details><summary>Earlier judgements (\(earlier.count))</summary><ul class="vc-further">\(earlier.html { forecast, one in
        """
        <li>\(words: forecast.title): \(format.amount(one.actual, forecast.unit)) by data up to \(format.day(one.dataUntil)), \
        judged \(visit.viewer.time(one.at))</li>
        """
      })</ul></details>
      """
  }

  private var cards: [FigureCard] {
    [FigureCard(decision.figure, format: format, rows: decision.analysis)]
      + [
        ("expected", "Expected at the review", decision.expected, Figure.Grade.declared),
        ("actual", "Actual", decision.review?.actual, .declared),
        ("error", "Actual less expected", decision.error, .declared),
      ].filter { $0.2 != nil }.map { id, title, value, grade in
        FigureCard(
          Figure(
            id: "decision.\(id)", title: title, value: value, unit: decision.figure.unit, asOf: decision.reviewDay,
            window: nil, method: "declared", explanation: "Entered with the decision or at its review.", n: 1,
            grade: grade), format: format)
      }
  }

  private var facts: HTML {
    var rows: [(String, HTML)] = [
      ("Chosen", "\(decision.choice)"), ("Why", "\(decision.reason)"),
      ("Decided", "\(decision.by) \(visit.viewer.time(decision.createdAt)), \(decision.ownerName) sees to it"),
      ("Review", visit.viewer.time(decision.reviewDay)),
    ]
    for option in decision.options { rows.append(("What else was open", "\(option.name)")) }
    if let cost = decision.costMinor { rows.append(("Cost", "\(format.money(Money(minor: cost, format.currency)))")) }
    if let review = decision.review {
      rows.append(("Reviewed", "\(review.by) \(visit.viewer.time(review.at)): \(review.note)"))
    }
    if let withdrawal = decision.withdrawal {
      rows.append(("Taken back", "\(withdrawal.by) \(visit.viewer.time(withdrawal.at)): \(withdrawal.reason)"))
    }
    return """
      <section class="vc-card"><dl class="vc-facts">\
      \(rows.html { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl></section>
      """
  }

  private func problems(_ fields: Set<String>) -> [Problem] {
    problem.map { $0.field.map(fields.contains) ?? false ? [$0] : [] } ?? []
  }

  private var closing: HTML {
    let own = OwnForecastForm(decision: decision, clock: clock, visit: visit, problem: problem)
    return """
      \(own.html)
      <section><h2>Review it</h2>\(Form(
        action: "/decisions/\(decision.id)/review", csrf: visit.viewer.csrf, submit: "Review",
        fields: [
          Field(
            "actual", "What the figure came to", .text,
            hint: "\(words: decision.figure.title), as you see it now. The forecasts above are judged by the data."),
          Field("note", "What was learned", .lines(3)),
        ],
        values: visit.fields.dictionary, problems: problems(["actual", "note"])))</section>
      <section><details><summary>Take it back</summary>\(Form(
        action: "/decisions/\(decision.id)/withdrawal", csrf: visit.viewer.csrf, submit: "Take back",
        fields: [Field("reason", "Why", .text, isRequired: true)], problems: problems(["reason"]), isDangerous: true
      ))</details></section>
      """
  }
}
