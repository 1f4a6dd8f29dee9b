import Kernel
import Web

/// The decisions of the company, those to be reviewed soonest first.
struct DecisionListPage {
  let decisions: [Decision]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    let open = decisions.filter(\.isOpen).count
    return Shell.page(
      title: "Decisions", path: "/decisions", viewer: viewer,
      lead: decisions.isEmpty ? HTML() : "\(viewer.format.count(open, "is", "are")) waiting for the day of review.",
      body: ListTable(
        "\(viewer.format.count(decisions.count, "decision", "decisions"))", rows: decisions,
        columns: [
          .init("Decision", onCard: .title) { "<a href=\"/decisions/\($0.id)\">\($0.title)</a>" },
          .init("Owner", onCard: .fact) { "\($0.ownerName)" },
          .init("From", onCard: .fact) { "\($0.figure.title): \(viewer.format.value($0.figure))" },
          .init("Review", onCard: .fact) { viewer.time($0.reviewDay) },
          .init("How it stands", onCard: .fact) { standing($0).html },
        ],
        state: ListState(path: "/decisions"),
        empty: EmptyState(
          "Nothing decided yet",
          reason: "Every analysis ends in a button that takes a decision and remembers its number.",
          icon: "gavel", action: LinkButton("Open Concentration", "/portfolio/concentration", weight: .primary).html)
      ).html)
  }

  private func standing(_ decision: Decision) -> Badge {
    if decision.withdrawal != nil { return Badge("Taken back", .neutral) }
    if decision.review != nil { return Badge("Reviewed", .good) }
    return decision.reviewDay <= visit.today ? Badge("Review is due", .watch) : Badge("Waiting", .note)
  }
}

/// The form at the end of every analysis.
struct DecisionForm {
  let analysis: DecidableAnalysis
  let figure: Figure
  let users: [User]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Decide", path: analysis.path, viewer: visit.viewer, crumbs: [Crumb(analysis.title, analysis.path)],
      lead:
        "What the figure says now is kept with the decision; at the review the actual stands beside what you expect.",
      width: .narrow,
      body: """
        \(FigureCard(figure, format: visit.viewer.format, rows: analysis.path))
        \(Form(
          action: "/decisions", csrf: visit.viewer.csrf, submit: "Decide", fields: fields,
          values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: analysis.path))
        """)
  }

  private var fields: [Field] {
    let today = visit.today
    return [
      Field("analysis", "", .hidden, value: analysis.path), Field("figure", "", .hidden, value: figure.id),
      Field("window", "", .hidden, value: visit.query["window"] ?? ""),
      Field("first", "", .hidden, value: visit.query["first"] ?? ""),
      Field("last", "", .hidden, value: visit.query["last"] ?? ""),
      Field(
        "title", "What is decided", .text, isRequired: true, placeholder: "Name 472 customers as VIPs", isFocused: true),
      Field("choice", "What is chosen", .text, hint: "The way taken, in a few words.", isRequired: true),
      Field("option", "What else was open", .text, hint: "The next best way, or: leave things as they are."),
      Field("reason", "Why", .lines(3), isRequired: true),
      Field(
        "owner", "Who sees to it", .select(users.map { Field.Option("\($0.id)", $0.name) }),
        value: visit.actor.user.map { "\($0)" } ?? ""),
      Field("expected", "What the figure will be at the review", .text, hint: expectedHint),
      Field("cost", "What it costs", .money(visit.viewer.format.currency)),
      Field("review", "Day of the review", .day, value: "\(today.adding(months: 3))", isRequired: true),
    ]
  }

  private var expectedHint: HTML {
    figure.unit == .share ? "Such as 45 %." : "In the unit of the figure."
  }
}

/// One decision: what was known, what was expected, what came of it.
struct DecisionPage {
  let decision: Decision
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: decision.title, path: "/decisions", viewer: visit.viewer, crumbs: [Crumb("Decisions", "/decisions")],
      lead: "\(decision.ownerName) sees to it; decided by \(decision.by) \(visit.viewer.time(decision.createdAt)).",
      width: .narrow,
      body: "\(FigureRow(cards))\(facts)\(when: decision.isOpen, closing)")
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

  private var closing: HTML {
    """
    <section><h2>Review it</h2>\(Form(
      action: "/decisions/\(decision.id)/review", csrf: visit.viewer.csrf, submit: "Review",
      fields: [Field("actual", "What the figure came to", .text), Field("note", "What was learned", .lines(3))],
      values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
    <section><details><summary>Take it back</summary>\(Form(
      action: "/decisions/\(decision.id)/withdrawal", csrf: visit.viewer.csrf, submit: "Take back",
      fields: [Field("reason", "Why", .text, isRequired: true)], isDangerous: true))</details></section>
    """
  }
}
