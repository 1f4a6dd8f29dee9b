import Analytics
import Conditions
import Customers
import Kernel
import Web

/// What customers are expected to be worth, who carries it, and what may be spent on keeping them.
struct LifetimeValuePage {
  let equity: CustomerEquity
  let names: [ID<Customer>: String]
  let record: TrackRecord
  let visit: Visit

  var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Lifetime value", path: LifetimeValueRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Export", export, icon: "download", isDownload: true)) \
        \(LinkButton("Over time", EquityRoutes.path, icon: "chart-line")) \
        \(LinkButton("Assumptions", AssumptionRoutes.path, icon: "adjustments")) \
        \(LinkButton("Decide", decide, weight: .primary, icon: "gavel"))
        """,
      body: """
        \(models)\(FigureRow(cards))\(curve)\(topTable)
        \(volumeTable)\(settingsChart)
        <div class="row row-cards"><div class="col-lg-6">\(bands)</div><div class="col-lg-6">\(marginCard)\(modelCard)</div></div>
        \(TrackRecordSection(record, format: format))
        """)
  }

  /// The finding in a sentence.
  private var lead: String {
    guard let total = equity.total, let share = equity.figure("topValueShare.20")?.value else {
      return equity.obstacle ?? "There is no lifetime value yet."
    }
    let worth = equity.margins == nil ? "are expected to buy for" : "are expected to bring a margin of"
    return """
      \(format.count(equity.entries.count, "customer", "customers")) \(worth) \(format.compactMoney(total)) in \
      \(equity.question.months) months; the top 20 % hold \(format.percent(share)) of it.
      """
  }

  var parameters: [(String, String)] {
    (equity.question.model.map { [("model", $0.rawValue)] } ?? [])
      + (equity.question.asOf.map { [("asOf", "\($0)")] } ?? [])
  }

  private var export: String { Address.path("\(LifetimeValueRoutes.path)/customers.csv", parameters) }

  private var decide: String {
    Address.path(
      "/decisions/new", [("analysis", LifetimeValueRoutes.path), ("figure", "spendCeiling")] + parameters)
  }

  private var models: HTML {
    let chosen = equity.question.model
    let others = LifetimeValueRoutes.models.prefix(5).map { model in
      Tabs.Tab(
        model.rawValue, path: Address.path(LifetimeValueRoutes.path, [("model", model.rawValue)]),
        isCurrent: chosen == model)
    }
    return Tabs(
      "Which model speaks",
      [Tabs.Tab("Scorecard's choice", path: LifetimeValueRoutes.path, isCurrent: chosen == nil)] + others
    ).html
  }

  private var cards: [FigureCard] {
    ["customerEquity", "meanLifetimeValue", "topValueShare.20", "spendCeiling"].compactMap { equity.figure($0) }
      .map { FigureCard($0, format: format, rows: export, formula: "/help/methods#\($0.method.lowercased())") }
  }

  private var curve: Chart {
    let share = equity.figure("topValueShare.20")?.value
    let values = try? ShareCurve(
      values: equity.entries.map { (equity.hasValue ? $0.value : nil) ?? (equity.hasValue ? 0 : $0.expectedOrders) })
    return Chart(
      id: "equity-curve",
      title: share.map { "The top 20 % hold \(format.percent($0)) of what is to come" }
        ?? "Expected orders by customer",
      note: "As of \(format.day(equity.asOf)), customers ranked by what is expected of them",
      kind: .shareCurve(
        Chart.ShareCurve(
          points: (values?.points(101) ?? []).map { .init(customers: $0.customers, value: $0.value) },
          highlights: share.map { [.init("Top 20 %", customers: 0.2, value: $0)] } ?? [],
          valueTitle: equity.hasValue ? "Share of equity" : "Share of expected orders")),
      format: format, csv: export)
  }

  @Sendable func value(_ entry: CustomerEquity.Entry) -> HTML {
    guard let value = entry.value else { return "n/a" }
    guard let low = entry.low, let high = entry.high else { return "\(format.money(value, nil))" }
    let spread = "\(format.money(low, nil)) to \(format.money(high, nil))".translated
    return "\(format.money(value, nil)) <span class=\"text-secondary\">\(spread)</span>"
  }

  func table(_ sentence: HTML, _ rows: [CustomerEquity.Entry], empty: EmptyState) -> HTML {
    let (names, viewer, format, currency) = (names, visit.viewer, format, equity.currency)
    return ListTable(
      sentence, rows: rows,
      columns: [
        .init("Customer", onCard: .title) { entry -> HTML in
          "<a href=\"/customers/\(entry.customer)\">\(names[entry.customer] ?? "Customer")</a>"
        },
        .init(
          "Lifetime value", isNumber: true, onCard: .fact,
          hint:
            "The mean of what may come, and the range that holds it nine times in ten; where most buy no more, the mean lies above it"
        ) { value($0) },
        .init("Expected orders", isNumber: true, onCard: .fact) { "\(format.number($0.expectedOrders, decimals: 1))" },
        .init("Orders after the first", isNumber: true) { "\(format.count($0.repeats))" },
        .init("Bought so far", isNumber: true, onCard: .fact) {
          "\(format.money(Money(minor: $0.pastMinor, currency)))"
        },
        .init("Last order", onCard: .fact) { viewer.time($0.lastOrder) },
      ], state: ListState(path: LifetimeValueRoutes.path), empty: empty
    ).html
  }

  private var topTable: HTML {
    """
    <section><h2>Who is worth most</h2>\(table(
      "The first 20 of \(format.count(equity.entries.count))", Array(equity.entries.prefix(20)),
      empty: EmptyState("Nobody", reason: "Nobody had bought anything by then.")))</section>
    """
  }

  /// Customers by how many orders are expected of them.
  private var bands: Chart {
    let edges: [(String, Double)] = [
      ("under 0.5", 0.5), ("0.5 to 1", 1), ("1 to 2", 2), ("2 to 5", 5), ("5 to 10", 10), ("10 to 20", 20),
      ("20 to 50", 50), ("50 and more", .infinity),
    ]
    var counts = [Int](repeating: 0, count: edges.count)
    for entry in equity.entries {
      if let band = edges.firstIndex(where: { entry.expectedOrders < $0.1 }) { counts[band] += 1 }
    }
    let few = counts.prefix(2).reduce(0, +)
    return Chart(
      id: "expected-orders",
      title: "\(format.count(few)) of \(format.count(equity.entries.count)) are expected to order less than once more",
      note:
        "Customers by the orders expected of them in \(equity.question.months) months. Expected, not certain: nobody is called lost.",
      kind: .bars(
        Chart.Bars(
          labels: edges.map(\.0), series: [Chart.Series("Customers", counts.map { Double($0) })], unit: .count,
          title: "Customers")),
      format: format)
  }

  private var modelCard: HTML {
    let check = equity.check().map { check -> HTML in
      """
      <p>What came after \(format.day(equity.asOf)), until \(format.day(check.until)): the top 20 % by expected value made \
      \(format.percent(check.byValue)) of sales; the top 20 % by past sales made \(format.percent(check.byPast)).</p>
      """
    }
    let fit = equity.fit.map { fit -> HTML in
      """
      <p>Fitted by \(fit.model.rawValue) to \(format.count(Int(fit.customers))) customers, \
      \(format.count(Int(fit.repeatCustomers))) of them with a second order; log-likelihood \
      \(format.number(fit.logLikelihood, decimals: 1)).</p>
      """
    }
    return """
      <section class="card"><div class="card-body vc-prose"><h2 class="card-title">How far to trust it</h2>
      <p>\(words: equity.comparison?.reason ?? equity.ladder.reason)</p>\(fit)\(check)
      \(equity.obstacle.map { "<p>\($0)</p>" as HTML })\(scores)</div></section>
      """
  }

  /// The scorecard, a line for each model.
  private var scores: HTML {
    guard let comparison = equity.comparison else { return HTML() }
    let format = format
    return ListTable(
      "Models on spans they had not seen, the best first", rows: comparison.scores,
      columns: [
        .init("Model", onCard: .title) { "\($0.model.rawValue)" },
        .init("Loss", isNumber: true, onCard: .fact) { score in
          score.loss.map { "\(format.number($0, decimals: 4))" } ?? "refused"
        },
        .init("Error of totals", isNumber: true, onCard: .fact) { score in
          score.totalError.map { "\(format.percent($0))" } ?? ""
        },
      ], state: ListState(path: LifetimeValueRoutes.path), empty: EmptyState("None", reason: "")
    ).html
  }
}
