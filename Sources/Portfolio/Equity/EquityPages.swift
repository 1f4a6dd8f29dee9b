import Conditions
import Kernel
import Web

/// How customer equity moved, who moved it, and what it returned.
struct EquityPage {
  let history: EquityHistory
  let traits: [String]
  let record: TrackRecord
  let visit: Visit

  private var format: Format { visit.viewer.format }
  private var by: String? { visit.query["by"].flatMap { $0.isEmpty ? nil : $0 } }

  var html: HTML {
    Shell.page(
      title: "Customer equity", path: EquityRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Assumptions", AssumptionRoutes.path, icon: "adjustments")) \
        \(LinkButton("Decide", decide, weight: .primary, icon: "gavel"))
        """,
      body: valued.isEmpty
        ? nothing
        : "\(tabs)\(FigureRow(cards))\(charts)\(segmentPart)\(table)\(method)\(TrackRecordSection(record, format: format))"
    )
  }

  private var valued: [EquityHistory.Quarter] { history.quarters.filter { $0.all.equity != nil } }

  /// The finding in a sentence.
  private var lead: String {
    guard let last = valued.last, let equity = last.all.equity else { return "There is no customer equity yet." }
    let now = "At the end of \(last.period.quarterName) customers were worth \(format.compactMoney(equity))"
    guard let returned = last.all.returned else { return now + "." }
    let moved = returned >= 0 ? "returned \(format.percent(returned))" : "cost \(format.percent(-returned))"
    return "\(now); with what was earned they \(moved) in that quarter."
  }

  private var decide: String {
    Address.path(
      "/decisions/new",
      [("analysis", EquityRoutes.path), ("figure", "returnOnCustomer")] + (by.map { [("by", $0)] } ?? []))
  }

  private var nothing: HTML {
    let reason = history.quarters.last?.obstacle ?? "The data hold no whole quarter yet."
    let isMargin = history.quarters.contains { $0.obstacle?.contains("margin") == true }
    return EmptyState(
      "No equity over time yet", reason: HTML(words: reason), icon: "hourglass",
      action: isMargin
        ? LinkButton("Enter the gross margin", AssumptionRoutes.path, weight: .primary).html
        : LinkButton("Import purchases", "/imports/new", weight: .primary, icon: "upload").html
    ).html
  }

  private var tabs: HTML {
    guard !traits.isEmpty else { return HTML() }
    let shown = traits.prefix(7).map { trait in
      Tabs.Tab(trait, path: Address.path(EquityRoutes.path, [("by", trait)]), isCurrent: by == trait)
    }
    return Tabs("Customers apart", [Tabs.Tab("All together", path: EquityRoutes.path, isCurrent: by == nil)] + shown)
      .html
  }

  private var cards: [FigureCard] {
    history.figures.map { FigureCard($0, format: format, rows: "#quarters", formula: "/help/methods#f6") }
  }

  private var charts: HTML {
    """
    <div class="row row-cards"><div class="col-lg-6">\(equityChart)</div><div class="col-lg-6">\(returnChart)</div></div>
    """
  }

  private var names: [String] { history.quarters.map(\.period.quarterName) }

  private var equityChart: Chart {
    let ends = (valued.first?.all.equity, valued.last?.all.equity)
    var title = "Customer equity by quarter"
    if valued.count > 1, let first = ends.0, let last = ends.1 {
      let verb = last >= first ? "rose" : "fell"
      title = "Equity \(verb) from \(format.compactMoney(first)) to \(format.compactMoney(last))"
    }
    return Chart(
      id: "equity-by-quarter", title: title,
      note: "At the end of each quarter, of those who had bought before it and of those who first bought in it.",
      kind: .bars(
        Chart.Bars(
          labels: names,
          series: [
            Chart.Series("Customers from before", history.quarters.map(\.old.equity)),
            Chart.Series("New in the quarter", history.quarters.map(\.new.equity)),
          ], unit: .money(history.currency), title: history.currency.code, isStacked: true)),
      format: format)
  }

  private var returnChart: Chart {
    let good = history.quarters.count { ($0.all.returned ?? -1) >= 0 }
    let known = history.quarters.count { $0.all.returned != nil }
    return Chart(
      id: "return-on-customer",
      title: known == 0
        ? "Return on customer"
        : "In \(format.count(good)) of \(format.count(known)) quarters customers returned more than they lost",
      note: "Profit and change of equity, over the equity at the quarter’s start. The two parts add up to all.",
      kind: .lines(
        Chart.Lines(
          labels: names,
          series: [
            Chart.Series("All customers", history.quarters.map(\.all.returned)),
            Chart.Series("Customers from before", history.quarters.map(\.old.returned)),
            Chart.Series("New in the quarter", history.quarters.map(\.new.returned)),
          ], unit: .share, title: "Return on equity")),
      format: format)
  }

  private var segmentPart: HTML {
    guard let by, !history.segments.isEmpty, let last = history.quarters.last else { return HTML() }
    let (format, currency) = (format, history.currency)
    let shown = history.segments.prefix(8)
    let total = last.all.equity ?? 0
    let best = shown.first.flatMap { name in
      last.segments[name]?.equity.flatMap { total > 0 ? (name, $0 / total) : nil }
    }
    let chart = Chart(
      id: "equity-by-segment",
      title: best.map { "\($0.0) holds \(format.percent($0.1)) of equity" } ?? "Equity by \(by)",
      note: "Customers by \(by) as it is today; who has none is in no line.",
      kind: .lines(
        Chart.Lines(
          labels: names,
          series: shown.map { name in Chart.Series(name, history.quarters.map { $0.segments[name]?.equity }) },
          unit: .money(history.currency), title: history.currency.code)), format: format)
    let rows = history.segments.compactMap { name in last.segments[name].map { (name: name, part: $0) } }
    return """
      \(chart)<section><h2>By \(by)</h2>\(ListTable(
        "\(format.count(rows.count, "segment", "segments")) at the end of \(last.period.quarterName), the largest first",
        rows: rows,
        columns: [
          .init("Segment", onCard: .title) { "\($0.name)" },
          .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.part.customers))" },
          .init("Equity", isNumber: true, onCard: .fact) { Self.money($0.part.equity, format, currency) },
          .init("Profit", isNumber: true) { Self.money($0.part.profit, format, currency) },
          .init("Return on customer", isNumber: true, onCard: .fact) { Self.share($0.part, format) },
        ], state: ListState(path: EquityRoutes.path), empty: EmptyState("None", reason: "")))</section>
      """
  }

  private static func money(_ value: Double?, _ format: Format, _ currency: Currency) -> HTML {
    value.map { "\(format.money($0, currency))" } ?? "missing"
  }

  private static func share(_ part: EquityHistory.Part, _ format: Format) -> HTML {
    part.returned.map { "\(format.percent($0))" } ?? "missing"
  }

  private var table: HTML {
    let (format, currency) = (format, history.currency)
    return """
      <section id="quarters"><h2>Quarter by quarter</h2>\(ListTable(
        "\(format.count(history.quarters.count, "whole quarter", "whole quarters")), the newest first",
        rows: Array(history.quarters.reversed()),
        columns: [
          .init("Quarter", onCard: .title) { "\($0.period.quarterName)" },
          .init("Customers", isNumber: true) { "\(format.count($0.all.customers))" },
          .init("New", isNumber: true) { "\(format.count($0.new.customers))" },
          .init("Equity at its end", isNumber: true, onCard: .fact) { Self.money($0.all.equity, format, currency) },
          .init("Of new customers", isNumber: true) { Self.money($0.new.equity, format, currency) },
          .init("Profit", isNumber: true, onCard: .fact) { Self.money($0.all.profit, format, currency) },
          .init("Return on customer", isNumber: true, onCard: .fact) { Self.share($0.all, format) },
        ], state: ListState(path: EquityRoutes.path), empty: EmptyState("None", reason: "")))\(reasons)</section>
      """
  }

  /// Why a return is missing, quarter by quarter.
  private var reasons: HTML {
    let missing = history.quarters.filter { $0.all.returned == nil }
    guard !missing.isEmpty else { return HTML() }
    let lines = missing.html { quarter in
      "<li>\(quarter.period.quarterName): \(quarter.obstacle ?? quarter.all.missing ?? "")</li>"
    }
    return """
      <details><summary>Why \(format.count(missing.count, "quarter has", "quarters have")) no return</summary>\
      <ul>\(lines)</ul></details>
      """
  }

  private var method: HTML {
    let model = history.model?.rawValue ?? "a model"
    return """
      <section class="card"><div class="card-body vc-prose"><h2 class="card-title">How it is found</h2>
      <p>At the end of each quarter \(model) is fitted anew to the purchases known then, and every customer is valued over \
      \(history.months) months at \(format.percent(history.annualDiscount, decimals: 0)) a year, with the margins of the four quarters up to it. \
      The kind of model is today’s choice, so that quarters compare.</p>
      <p>Return on customer is what the quarter earned and what equity gained or lost in it, over the equity at its start. \
      A return below what was earned on it means that the future was sold for the present. \
      <a href="/help/methods#f6">The formula</a></p></div></section>
      """
  }
}
