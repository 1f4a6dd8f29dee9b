import Analytics
import Conditions
import Customers
import Kernel
import Web

/// Which strategy each group of customers calls for, what is missing, and what the next weeks bring.
struct StrategyPage {
  let portfolio: Portfolio
  let weakest: [StrategyAssignment]
  let names: [ID<Customer>: String]
  let record: TrackRecord
  let visit: Visit

  private var format: Format { visit.viewer.format }

  /// A line of the board.
  struct Row: Sendable {
    let title: String
    let meaning: String
    let group: Portfolio.BoardGroup
    let isOpen: Bool
    /// What the strategy costs and brings with them, as far as people entered it.
    var total: StrategyTotal?
  }

  var html: HTML {
    Shell.page(
      title: "Strategies", path: PortfolioRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Assignments", AssignmentRoutes.path, icon: "list")) \
        \(LinkButton("Assumptions", AssumptionRoutes.path, icon: "adjustments")) \
        \(LinkButton("Decide", decide, weight: .primary, icon: "gavel"))
        """,
      body: """
        \(FigureRow(cards))
        <div class="row row-cards"><div class="col-lg-6">\(board)</div><div class="col-lg-6">\(forecast)</div></div>
        \(table)\(gapTable)\(weakTable)
        \(TrackRecordSection(record, format: format))
        """)
  }

  private var decide: String {
    let scenario = portfolio.question.scenario.map { [("scenario", $0)] } ?? []
    return Address.path(
      "/decisions/new", [("analysis", PortfolioRoutes.path), ("figure", "decidedShare")] + scenario)
  }

  private var lead: String {
    guard let open = undecided.first else { return "Every customer has one of the seven core strategies." }
    let missing = Format.list(open.missing.map(\.word.translated))
    return """
      \(format.count(open.count.customers)) of \(format.count(portfolio.strategies.assignments.count)) customers cannot be \
      decided between \(Format.list(open.between.map { $0.word.lowercased().translated })) while their \(missing) is unknown.
      """
  }

  private var undecided: [CoreStrategies.UndecidedGroup] {
    ((try? portfolio.strategies.undecided) ?? []).filter { !Portfolio.isBranchGroup($0.branch) }
  }

  private var cards: [FigureCard] {
    let figures =
      portfolio.figures
      + [portfolio.contribution.figure("contribution"), portfolio.equity?.figure("customerEquity")]
      .compactMap { $0 }
    return figures.map { FigureCard($0, format: format, formula: "/help/methods#\($0.method.lowercased())") }
  }

  private var rows: [Row] {
    let groups = portfolio.groups
    let totals = Dictionary(
      ((try? portfolio.strategies.totals(portfolio.playbook)) ?? []).map { ($0.strategy.rawValue, $0) },
      uniquingKeysWith: { first, _ in first })
    let known = StrategyHeading.allCases.compactMap { heading in
      groups[heading.rawValue].map {
        Row(
          title: heading.title, meaning: heading.meaning, group: $0, isOpen: false, total: totals[heading.rawValue])
      }
    }
    return known
      + undecided.map { group in
        Row(
          title: "Undecided",
          meaning: "\(Format.list(group.between.map(\.word.translated), or: true)): "
            + "\(Format.list(group.missing.map(\.word.translated))) would tell",
          group: .init(customers: group.count.customers, minor: group.count.minor), isOpen: true)
      }
  }

  private var board: Chart {
    let rows = rows
    let largest = rows.max { $0.group.customers < $1.group.customers }
    return Chart(
      id: "strategies",
      title: largest.map { "\(format.count($0.group.customers)) customers: \($0.title.lowercased())" } ?? "Strategies",
      note: "Customers by the core strategy they call for, as of \(format.day(portfolio.asOf))",
      kind: .bars(
        Chart.Bars(
          labels: rows.map(\.title), series: [Chart.Series("Customers", rows.map { Double($0.group.customers) })],
          unit: .count, title: "Customers", isHorizontal: true)),
      format: format)
  }

  private var table: HTML {
    let (format, currency) = (format, portfolio.currency)
    return """
      <section><h2>What each group calls for</h2>\(ListTable(
        "\(format.count(portfolio.strategies.assignments.count, "customer", "customers")) by strategy", rows: rows,
        columns: [
          .init("Strategy", onCard: .title) { "\(words: $0.title)" }, .init("Why", onCard: .fact) { "\(words: $0.meaning)" },
          .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.group.customers))" },
          .init("Contribution", isNumber: true, onCard: .fact) {
            "\(format.money(Money(minor: $0.group.minor, currency)))"
          },
          .init("Costs", isNumber: true) { row in
            row.total?.cost.map { "\(format.money(Money(minor: $0, currency)))" } ?? ""
          },
          .init("Brings", isNumber: true) { row in
            row.total?.gain.map { "\(format.money(Money(minor: $0, currency)))" } ?? ""
          },
          .init("Declining", isNumber: true) { row in row.group.declining.map { "\(format.count($0))" } ?? "" },
        ], state: ListState(path: PortfolioRoutes.path), empty: EmptyState("Nobody", reason: "")))</section>
      """
  }

  private var gapTable: HTML {
    let (format, currency) = (format, portfolio.currency)
    return """
      <section><h2>What we do not know, and what it holds up</h2>\(ListTable(
        "Facts that would decide, those of most customers first", rows: portfolio.gaps.gaps,
        columns: [
          .init("Missing", onCard: .title) { "\(Format.list($0.facts.map(\.word.translated)))" },
          .init("Decides between", onCard: .fact) { "\(Format.list($0.between.map(\.word.translated), or: true))" },
          .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.customers))" },
          .init("Worth of knowing", isNumber: true, onCard: .fact) { gap in
            gap.unpriced == gap.customers ? "not priced yet" : "\(format.money(Money(minor: gap.worth, currency)))"
          },
        ], state: ListState(path: PortfolioRoutes.path),
        empty: EmptyState("Nothing is missing", reason: "Every customer can be decided.", icon: "check")))</section>
      """
  }

  private var weakTable: HTML {
    let names = names
    return """
      <section><h2>The closest calls</h2>\(ListTable(
        "Customers whose strategy would change first", rows: weakest,
        columns: [
          .init("Customer", onCard: .title) { row -> HTML in
            "<a href=\"\(url: AssignmentRoutes.page(of: row.customer))\">\(names[row.customer] ?? "Customer")</a>"
          },
          .init("Strategy", onCard: .fact) { "\($0.strategy?.word ?? "undecided")" },
          .init("Would become", onCard: .fact) { "\($0.runnerUp?.word ?? "")" },
          .init("When", onCard: .fact) { row in row.changes.first.map { "\($0.test.figure) crosses its line" } ?? "" },
        ], state: ListState(path: PortfolioRoutes.path),
        empty: EmptyState("No close calls", reason: "No customer stands near a line of the rules.")))</section>
      """
  }

  private var forecast: Chart {
    guard let forecast = portfolio.forecast else {
      return Chart(
        id: "forecast", title: "Too few weeks for a forecast", note: "Half a year of complete weeks is needed.",
        kind: .lines(
          Chart.Lines(labels: [], series: [], unit: .money(portfolio.currency), title: portfolio.currency.code)),
        format: format)
    }
    let past = forecast.weeks.suffix(39)
    let labels =
      past.map { format.day($0.from) }
      + forecast.next.indices.map { format.day(forecast.from.adding(days: 7 * $0)) }
    let actual = past.map { Double?.some($0.major) } + forecast.next.map { _ in nil }
    let ahead = past.dropLast().map { _ in Double?.none } + past.suffix(1).map { $0.major } + forecast.next
    return Chart(
      id: "forecast",
      title: "\(format.compactMoney(forecast.total)) in the next \(forecast.next.count) weeks",
      note: """
        By \(forecast.method?.name ?? ""), which was \(forecast.method?.error.map { format.percent($0) } ?? "") off on the \
        last \(forecast.next.count) weeks.
        """,
      kind: .lines(
        Chart.Lines(
          labels: labels,
          series: [Chart.Series("Sales", actual), Chart.Series("Forecast", ahead, isDashed: true)],
          unit: .money(portfolio.currency), title: portfolio.currency.code)),
      format: format)
  }
}

extension StrategyTest {
  /// The figure the question is about.
  var figure: String {
    switch self {
    case .fits: "fit"
    case .startPays: "the gain of winning them"
    case .regainPays: "the gain of winning them back"
    case .losesMoney: "contribution"
    case .canBeRepaired: "contribution after repair"
    case .isHighValue: "value beside others"
    case .isAtRisk: "risk"
    case .walletIsOpen: "our share of the wallet"
    case .roomIsWorthIt: "the open wallet"
    case .isProspect, .isLapsed, .isHeld, .mayEnd, .isSignificant, .isConfirmed, .rivalSeen: "a fact"
    }
  }
}

extension Portfolio {
  /// The figures of the board. Programs know them by these names; they never change.
  package var figures: [Figure] {
    let all = strategies.assignments.count
    let undecided = (try? strategies.undecided) ?? []
    let open = undecided.reduce(0) { $0 + $1.count.customers }
    return [
      Figure(
        id: "decidedShare", title: "Customers with a strategy", value: all > 0 ? 1 - Double(open) / Double(all) : nil,
        unit: .share, asOf: asOf, window: window, method: "F12",
        explanation: "Customers for whom the rules come to one of the seven core strategies with the facts there are.",
        n: all, grade: .estimated,
        missing: gaps.gaps.map { .init(Format.list($0.facts.map(\.word.translated)), customers: $0.customers) }),
      Figure(
        id: "significantShare", title: "Significant customers", value: significant.share, unit: .share, asOf: asOf,
        window: window, method: "F8",
        explanation:
          "Customers who matter in at least one of four ways, as a share of all. Computed, never set to 20 %.",
        n: all, grade: .estimated),
    ]
  }
}
