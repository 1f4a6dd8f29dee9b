import Analytics
import Conditions
import Customers
import Kernel
import Web

/// Who earns after the cost of serving, who does not, and where the margin goes.
struct ContributionPage {
  let answer: Contribution
  let history: ContributionHistory?
  let walks: SegmentWalks?
  let names: [ID<Customer>: String]
  let record: TrackRecord
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Contribution", path: ContributionRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Export", export, icon: "download", isDownload: true)) \
        \(LinkButton("Assumptions", AssumptionRoutes.path, icon: "adjustments")) \
        \(LinkButton("Decide", decide, weight: .primary, icon: "gavel"))
        """,
      body: """
        \(windows)\(missing)\(FigureRow(cards))\(segments)
        <div class="row row-cards"><div class="col-lg-6">\(walk)</div><div class="col-lg-6">\(whale)</div></div>
        \(unused)\(history.map { ManagementCost(history: $0, format: format) })\(losers)\(best)
        \(TrackRecordSection(record, format: format))
        """)
  }

  private var lead: String {
    guard let contribution = answer.figure("contribution")?.value, let losses = try? answer.costing.lossMakers else {
      return "Sales are known; what they leave is not, until margin and rates are entered."
    }
    let share = answer.costing.shareOfMargin.map { " Serving takes \(format.percent($0)) of the margin." } ?? ""
    let loss = format.compactMoney(answer.major(losses.minor).map(\.magnitude) ?? 0)
    let lost =
      losses.customers == 0
      ? "nobody loses money."
      : "\(format.count(losses.customers, "customer loses", "customers lose")) money, \(loss) together."
    return "\(format.compactMoney(contribution)) is left, and \(lost)\(share)"
  }

  private var parameters: [(String, String)] {
    ["window", "first", "last"].compactMap { name in
      visit.query[name].flatMap { $0.isEmpty ? nil : (name, $0) }
    }
  }

  private var export: String { Address.path("\(ContributionRoutes.path)/customers.csv", parameters) }

  private var decide: String {
    Address.path("/decisions/new", [("analysis", ContributionRoutes.path), ("figure", "contribution")] + parameters)
  }

  private var windows: HTML {
    let isAll = visit.query["window"] == "all"
    return Tabs(
      "Days that count",
      [
        Tabs.Tab("Last 365 days", path: ContributionRoutes.path, isCurrent: !isAll),
        Tabs.Tab("All days", path: "\(ContributionRoutes.path)?window=all", isCurrent: isAll),
      ]
    ).html
  }

  private var missing: HTML {
    guard !answer.isKnown else { return HTML() }
    return EmptyState(
      "What serving costs is not entered yet",
      reason: "Enter the gross margin and what an order, a line, a visit cost you; counts are in the data already.",
      icon: "adjustments",
      action: LinkButton("Enter assumptions", AssumptionRoutes.path, weight: .primary).html
    ).html
  }

  private var cards: [FigureCard] {
    ["contribution", "costToServeShare", "lossMakers", "whalePeak"].compactMap { answer.figure($0) }
      .map { FigureCard($0, format: format, rows: export, formula: "/help/methods#\($0.method.lowercased())") }
  }

  /// Whose walk is drawn: everybody's, or that of a segment.
  private var segments: HTML {
    guard let walks, !walks.rows.isEmpty else { return HTML() }
    let base = parameters
    func tab(_ name: String, _ segment: ID<Segment>?) -> Tabs.Tab {
      let asked = base + (segment.map { [("segment", "\($0)")] } ?? [])
      return Tabs.Tab(name, path: Address.path(ContributionRoutes.path, asked), isCurrent: walks.chosen == segment)
    }
    return Tabs(
      "Margin walk of",
      [tab("All customers", nil)] + walks.rows.compactMap { row in row.segment.map { tab(row.name, $0) } }
    ).html
  }

  private var walk: HTML {
    if let shown = walks?.shown {
      return MarginWalkChart(
        walk: shown.walk, currency: answer.currency, format: format, name: shown.name, csv: export
      ).chart.html
    }
    return "\(everybody)\(value)"
  }

  /// Value in the sense of what people would pay, beside the margin.
  private var value: HTML {
    guard let asked = walks?.whole.wouldPay ?? answer.walk.wouldPay, let would = answer.major(asked.minor),
      let net = answer.major(asked.net)
    else {
      return "<p class=\"vc-hint\">What customers would have paid at most is missing: nobody was asked.</p>"
    }
    return """
      <p class="vc-hint">Those who were asked would have paid \(format.compactMoney(would)) for what cost them \
      \(format.compactMoney(net)).</p>
      """
  }

  private var everybody: Chart {
    let steps = answer.walk.lines.filter { $0.minor != 0 }.map {
      Chart.Waterfall.Step($0.step.word, answer.major($0.minor) ?? 0)
    }
    let end = answer.walk.contribution.map {
      [Chart.Waterfall.Step("Contribution", answer.major($0) ?? 0, isTotal: true)]
    }
    let dearest = answer.walk.lines.filter { if case .activity = $0.step { true } else { false } }
      .min { $0.minor < $1.minor }
    return Chart(
      id: "margin-walk",
      title: dearest.map { "\($0.step.word) is the dearest part of serving" } ?? "From sales to contribution",
      note: "\(format.period(answer.window)), all customers. What cannot be told stands on its own.",
      kind: .waterfall(
        Chart.Waterfall(steps: steps + (end ?? []), unit: .money(answer.currency), title: answer.currency.code)),
      format: format, csv: export)
  }

  private var whale: Chart {
    let curve = answer.costing.whaleCurve
    return Chart(
      id: "whale-curve",
      title: curve?.peakShare.map { "Those who earn bring \(format.percent($0)) of what is left" }
        ?? "Contribution by customer",
      note: "Customers from the best to the worst; the curve falls where customers cost more than they bring.",
      kind: .shareCurve(
        Chart.ShareCurve(
          points: (curve?.points(101) ?? []).compactMap { point in
            point.share.map { .init(customers: point.customers, value: $0) }
          }, cut: nil, valueTitle: "Share of contribution")),
      format: format, csv: export)
  }

  private var unused: HTML {
    let pools = answer.costing.unused
    guard !pools.isEmpty else { return HTML() }
    let (idle, paid) = (
      pools.reduce(0.0) { $0 + max(0, answer.major($1.minor) ?? 0) },
      pools.reduce(0.0) { $0 + (answer.major($1.pool.minor) ?? 0) }
    )
    let each = pools.html { pool in
      """
      <li>\(pool.pool.name): \(format.money(answer.major(pool.minor) ?? 0)), \(format.percent(pool.usedShare)) of the \
      minutes that can be worked were used</li>
      """
    }
    return """
      <section class="card" id="unused"><div class="card-body vc-prose"><h2 class="card-title">Unused capacity: \
      \(format.money(idle)) of \(format.money(paid)) paid</h2><p>On nobody’s account: customers are charged for the minutes \
      they took, not for those nobody did.</p><ul>\(each)</ul>\
      <p>\(LinkButton("Capacity", CapacityRoutes.path, icon: "users"))</p></div></section>
      """
  }

  private func table(_ sentence: HTML, _ rows: [CustomerContribution], empty: EmptyState) -> HTML {
    let (names, format, currency) = (names, format, answer.currency)
    @Sendable func money(_ minor: Int64?) -> HTML {
      minor.map { "\(format.money(Money(minor: $0, currency)))" } ?? "n/a"
    }
    return ListTable(
      sentence, rows: rows,
      columns: [
        .init("Customer", onCard: .title) { row -> HTML in
          "<a href=\"/customers/\(row.customer)\">\(names[row.customer] ?? "Customer")</a>"
        },
        .init("Net sales", isNumber: true, onCard: .fact) { money($0.sales.net) },
        .init("Gross margin", isNumber: true) { money($0.grossMargin) },
        .init("Cost to serve", isNumber: true, onCard: .fact) { money($0.costToServe) },
        .init("Contribution", isNumber: true, onCard: .fact) { "\(money($0.contribution)) \(EvidenceMark($0.grade))" },
      ], state: ListState(path: ContributionRoutes.path), empty: empty
    ).html
  }

  private var losers: HTML {
    guard answer.isKnown else { return HTML() }
    let rows = Array(answer.losing.suffix(20).reversed())
    return """
      <section><h2>Who costs more than they bring</h2>\(table(
        "\(format.count(rows.count)) of \(format.count(answer.losing.count)), the dearest first", rows,
        empty: EmptyState("Nobody loses money", reason: "Every customer of these days earns something.", icon: "check")))
      </section>
      """
  }

  private var best: HTML {
    """
    <section><h2>Who earns most</h2>\(table(
      "The first 10 of \(format.count(answer.ranked.count))", Array(answer.ranked.prefix(10)),
      empty: EmptyState("Nobody", reason: "")))</section>
    """
  }
}
