import Customers
import Kernel
import Web

/// One customer in the portfolio: what it calls for, why, how near that is to another, and what people said of it.
struct CustomerStandingPage {
  let standing: CustomerStanding
  let visit: Visit
  var problem: Problem?

  var format: Format { visit.viewer.format }
  private var row: PortfolioAssignment { standing.row }
  private var currency: Currency { standing.portfolio.currency }
  private var assignment: StrategyAssignment { standing.assignment }

  var html: HTML {
    Shell.page(
      title: standing.customer.name, path: AssignmentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Strategies", PortfolioRoutes.path), Crumb("Assignments", AssignmentRoutes.path)],
      lead: lead,
      actions: LinkButton("The customer", "/customers/\(standing.customer.id)", icon: "user").html,
      body: """
        \(FigureRow(cards))\(WordsOnStrategy(page: self).ending)
        \(tests)
        <div class="row row-cards"><div class="col-lg-6">\(walk)</div>\
        <div class="col-lg-6">\(significance)</div></div>
        \(WordsOnStrategy(page: self).html)\(versions)
        """)
  }

  private var lead: HTML {
    "\(strategy) \(HTML(words: next)) \(row.segment.map { "Segment \($0)." })"
  }

  private var strategy: HTML {
    if let override = row.override {
      let rules = row.ruled.map { "the rules say \($0.word.lowercased())" } ?? "the rules cannot tell"
      return "\(words: row.heading.title), set by \(override.by); \(rules)."
    }
    if row.isUndecided {
      return """
        Undecided between \(Format.list(row.between.map { $0.word.lowercased().translated })) while \
        \(Format.list(row.missing.map(\.word.translated))) \(row.missing.count == 1 ? "is" : "are") unknown.
        """
    }
    return
      "\(words: row.heading.title): \(row.heading.meaning.prefix(1).lowercased())\(String(row.heading.meaning.dropFirst()))."
  }

  private var next: String {
    guard let change = assignment.changes.first, let other = change.becomes.first else {
      return row.isUndecided || row.override != nil ? "" : "No figure of it would change that by crossing its line."
    }
    let unit = change.test.unit(currency)
    return """
      Nearest change: \(other.word.lowercased()), if \(change.test.figure) crossed \(amount(change.line, unit)); \
      it is \(amount(change.value, unit)).
      """
  }

  private func amount(_ value: Double, _ unit: Figure.Unit) -> String {
    if case .money = unit { return format.money(value / Double(currency.minorPerMajor), currency) }
    return format.amount(value, unit)
  }

  private var cards: [FigureCard] {
    let (portfolio, entry) = (standing.portfolio, standing.entry)
    let scale = Double(currency.minorPerMajor)
    let hasValue = portfolio.equity?.margins != nil
    func gaps(_ words: String, _ value: Double?) -> [Figure.Gap] { value == nil ? [.init(words, customers: 1)] : [] }
    let earned = row.contribution.map { Double($0) / scale }
    let figures = [
      Figure(
        id: "customer.contribution", title: "Contribution", value: earned, unit: .money(currency),
        asOf: portfolio.asOf, window: portfolio.window, method: "F1",
        explanation: "Gross margin less the cost of serving this customer.", n: 1, grade: row.grade,
        missing: gaps("gross margin and the rates of serving", earned)),
      Figure(
        id: "customer.lifetimeValue", title: "Lifetime value", value: row.value, unit: .money(currency),
        asOf: portfolio.equity?.asOf, window: nil, method: "F5",
        explanation:
          "The margin to be expected from now on, discounted; by the model \(standing.book.model ?? "none").",
        n: entry.map { $0.repeats + 1 } ?? 0, low: row.low, high: row.high,
        grade: hasValue ? .assumed : .estimated, missing: gaps("a margin and enough purchases", row.value)),
      Figure(
        id: "customer.value", title: "Worth more than", value: row.percentile.map { $0 / 100 }, unit: .share,
        asOf: portfolio.asOf, window: nil, method: "F12",
        explanation:
          "The share of other customers that are worth less, by \(row.basis == .contribution ? "contribution" : "lifetime value").",
        n: standing.book.rows.count, grade: .estimated, missing: gaps("a value", row.percentile)),
      Figure(
        id: "customer.ceiling", title: "May be spent on keeping it", value: row.ceiling, unit: .money(currency),
        asOf: portfolio.equity?.asOf, window: nil, method: "F5",
        explanation: "\(format.percent(portfolio.question.value.ceiling, decimals: 0)) of its lifetime value.", n: 1,
        grade: .assumed, missing: gaps("a lifetime value", row.ceiling)),
    ]
    return figures.map {
      FigureCard(
        $0, format: format, formula: "/help/methods#\($0.method.lowercased())",
        mend: LinkButton("Enter assumptions", AssumptionRoutes.path).html)
    }
  }

  private var tests: HTML {
    let currency = currency
    @Sendable func words(_ value: Double?, _ test: StrategyTest) -> HTML {
      value.map { HTML(text: amount($0, test.unit(currency))) } ?? ""
    }
    return """
      <section><h2>What the rules asked</h2>\(ListTable(
        "\(format.count(standing.tests.count, "question", "questions")) in the order of the rules; the first that matches decides",
        rows: standing.tests,
        columns: [
          .init("Question", onCard: .title) { "\(words: $0.test.question)" },
          .init("Answer", onCard: .fact) { tested -> HTML in
            switch tested.answer {
            case true?: Badge("yes", .note, icon: "check").html
            case false?: Badge("no", .neutral, icon: "minus").html
            case nil: Badge("missing", .watch).html
            }
          },
          .init("It is", isNumber: true, onCard: .fact) { words($0.value, $0.test) },
          .init("The line", isNumber: true, onCard: .fact) { words($0.line, $0.test) },
          .init("What follows", onCard: .fact) { tested -> HTML in
            if let missing = tested.missing { return "\(words: missing.mend)" }
            return tested.becomes.isEmpty
              ? "" : "Across the line: \(Format.list(tested.becomes.map { $0.word.lowercased().translated }, or: true))"
          },
        ], state: ListState(path: AssignmentRoutes.page(of: standing.customer.id)),
        empty: EmptyState("Nothing was asked", reason: "")))</section>
      """
  }

  private var walk: HTML {
    let scale = Double(currency.minorPerMajor)
    let lines = (standing.walk?.lines ?? []).filter { $0.minor != 0 }
    let end = standing.walk?.contribution.map {
      [Chart.Waterfall.Step("Contribution", Double($0) / scale, isTotal: true)]
    }
    let title =
      row.contribution.map { "\(format.compactMoney(Double($0) / scale)) is left of it" }
      ?? "From sales to contribution"
    return Chart(
      id: "customer-walk", title: title, note: "\(format.period(standing.portfolio.window)), this customer alone.",
      kind: .waterfall(
        Chart.Waterfall(
          steps: lines.map { Chart.Waterfall.Step($0.step.word, Double($0.minor) / scale) } + (end ?? []),
          unit: .money(currency), title: currency.code)),
      format: format
    ).html
  }

  private var significance: HTML {
    let (csrf, customer, format) = (visit.viewer.csrf, standing.customer.id, format)
    let mayJudge = visit.actor.may(.edit, .analysis)
    func button(_ kind: SignificanceKind, _ answer: SignificanceVerdict.Answer, _ label: String) -> HTML {
      PostButton(
        label, action: "/portfolio/significant/verdicts", csrf: csrf, weight: .quiet,
        fields: [
          ("customer", "\(customer)"), ("kind", kind.rawValue), ("answer", answer.rawValue),
          ("back", AssignmentRoutes.page(of: customer)),
        ]
      ).html
    }
    let lines = SignificanceKind.allCases.html { kind -> HTML in
      let found = standing.significant.first { $0.kind == kind }
      let candidate = standing.candidates.first { $0.kind == kind }
      let state: HTML =
        found.map { Badge($0.status.rawValue, $0.status == .rejected ? .neutral : .good).html }
        ?? candidate.map {
          "<span class=\"text-secondary\">would be proposed if \(words: $0.missing.word) were known</span>"
        }
        ?? "<span class=\"text-secondary\">not seen</span>"
      let evidence = (found?.evidence ?? candidate?.evidence ?? []).html {
        "<li>\(words: $0.signal.word): \(format.compact($0.value)) \(EvidenceMark($0.grade))</li>"
      }
      let confirm =
        found?.status == .confirmed ? HTML() : button(kind, .confirmed, found == nil ? "Say it does" : "Confirm")
      let reject = found == nil || found?.status == .rejected ? HTML() : button(kind, .rejected, "Reject")
      return """
        <li><div class="vc-kind"><strong>\(words: kind.word)</strong> \(state)\
        \(when: mayJudge, "<span class=\"vc-kind-acts\">\(confirm)\(reject)</span>")</div>\
        \(when: !evidence.isEmpty, "<ul>\(evidence)</ul>")</li>
        """
    }
    return """
      <section class="vc-card"><h2 class="vc-card-title">In which way it matters</h2><ul class="vc-kinds">\(lines)</ul>\
      </section>
      """
  }

  private var versions: HTML {
    let (format, viewer) = (format, visit.viewer)
    return """
      <section><h2>How it stood before</h2>\(ListTable(
        "\(format.count(standing.versions.count, "version", "versions")), the newest first", rows: standing.versions,
        columns: [
          .init("As of", onCard: .title) { row -> HTML in
            "<a href=\"\(url: VersionRoutes.path(of: row.version.id))\">\(format.day(row.version.asOf))</a>"
          },
          .init("Strategy", onCard: .fact) { StrategyWords(row: $0.row).html },
          .init("Contribution", isNumber: true, onCard: .fact) { row -> HTML in
            row.row.contribution.map { "\(format.money(Money(minor: $0, viewer.format.currency)))" }
              ?? "<span class=\"vc-missing\">missing</span>"
          },
          .init("Lifetime value", isNumber: true, onCard: .fact) { row -> HTML in
            row.row.value.map { "\(format.money($0))" } ?? "<span class=\"vc-missing\">missing</span>"
          },
          .init("Frozen") { viewer.time($0.version.at) },
        ], state: ListState(path: AssignmentRoutes.page(of: standing.customer.id)),
        empty: EmptyState(
          "No version holds this customer yet", reason: "The portfolio is frozen each month, or by hand.",
          icon: "history", action: LinkButton("Versions", VersionRoutes.path).html)))</section>
      """
  }
}

/// A customer of whom the portfolio says nothing.
struct CustomerWithoutStandingPage {
  let customer: Customer
  let visit: Visit

  var html: HTML {
    let party = customer.kind == .site ? customer.parent : nil
    return Shell.page(
      title: customer.name, path: AssignmentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Strategies", PortfolioRoutes.path), Crumb("Assignments", AssignmentRoutes.path)],
      body: EmptyState(
        "The portfolio says nothing of this customer",
        reason: party == nil
          ? "It bought nothing in the days that count, and nobody served it." : "A site counts with its party.",
        icon: "user-question",
        action: party.map { LinkButton("Its party", AssignmentRoutes.page(of: $0), weight: .primary).html }
          ?? LinkButton("The customer", "/customers/\(customer.id)").html
      ).html)
  }
}
