import Analytics
import Conditions
import Customers
import Kernel
import Web

/// The page of an analysis nobody can answer yet.
struct ConcentrationEmptyPage {
  let question: ConcentrationQuestion
  let visit: Visit

  var html: HTML {
    let isWindowed = question != ConcentrationQuestion()
    return Shell.page(
      title: "Concentration", path: ConcentrationRoutes.path, viewer: visit.viewer,
      body: EmptyState(
        isWindowed ? "Nobody bought anything in these days" : "No purchases yet",
        reason: isWindowed
          ? "Choose other days, or bring in the purchases of these."
          : "A file of purchases, one row for each order or line, is all this page needs.",
        icon: "chart-pie",
        action: """
          \(LinkButton("Import purchases", "/imports/new", weight: .primary, icon: "upload")) \
          \(when: isWindowed, LinkButton("All days", "/portfolio/concentration?window=all").html)
          """
      ).html)
  }
}

/// How concentrated the business is, on whom, and whether they come back.
struct ConcentrationPage {
  let answer: Concentration
  let top: [Concentration.Entry]
  let names: [ID<Customer>: String]
  let record: TrackRecord
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Concentration", path: ConcentrationRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: """
        \(LinkButton("Export", exportPath, icon: "download", isDownload: true)) \
        \(LinkButton("Decide", decidePath, weight: .primary, icon: "gavel"))
        """,
      body: """
        \(windows)\(FigureRow(cards))\(further)\(shareChart)\(topTable)
        <div class="row row-cards"><div class="col-lg-6">\(scoreChart)</div><div class="col-lg-6">\(cohortChart)</div></div>
        \(TrackRecordSection(record, format: format))
        """)
  }

  /// The finding in a sentence.
  private var lead: String {
    guard let needed = answer.curve.customersNeeded(for: 0.8) else {
      return "What was returned is worth as much as what was sold, so there is no share to speak of."
    }
    let share = format.percent(needed.fraction)
    let rule =
      (0.15...0.25).contains(needed.fraction)
      ? "the 80/20 rule holds here."
      : needed.fraction > 0.25
        ? "the business leans on more customers than the 80/20 rule says."
        : "it leans on fewer than the 80/20 rule says."
    return "\(share) of customers bring 80 % of sales: \(rule)"
  }

  private var exportPath: String {
    Address.path("/portfolio/concentration/customers.csv", parameters)
  }

  private var decidePath: String {
    Address.path("/decisions/new", [("analysis", ConcentrationRoutes.path), ("figure", "customersFor80")] + parameters)
  }

  private var parameters: [(String, String)] {
    switch answer.question.window {
    case .all: [("window", "all")]
    case .trailing: []
    case .span(let period): [("first", "\(period.from)"), ("last", "\(period.last)")]
    }
  }

  private var windows: HTML {
    let isYear = answer.question.window == .trailing(365)
    return Tabs(
      "Days that count",
      [
        Tabs.Tab("Last 365 days", path: ConcentrationRoutes.path, isCurrent: isYear),
        Tabs.Tab("All days", path: "/portfolio/concentration?window=all", isCurrent: answer.question.window == .all),
      ]
    ).html
  }

  private var cards: [FigureCard] {
    ["customersFor80", "topShare.20", "rawRetention", "netRevenueRetention"]
      .compactMap { answer.figure($0) }
      .map { FigureCard($0, format: format, rows: exportPath, formula: "/help/methods#\($0.method.lowercased())") }
  }

  /// The other figures, in a sentence each.
  private var further: HTML {
    let shown = ["topShare.1", "topShare.5", "topShare.10", "topShare.50", "gini", "salesAdjustedRetention"]
    return """
      <ul class="vc-further">\(shown.compactMap { answer.figure($0) }.html { figure in
        "<li>\(words: figure.title) \(InlineFigure(figure, format: format, rows: exportPath, place: "further"))</li>"
      })</ul>
      """
  }

  private var shareChart: Chart {
    let twenty = answer.curve.share(ofTop: 0.2)
    return Chart(
      id: "share-curve",
      title: twenty.map { "The top 20 % bring \(format.percent($0)) of sales" } ?? "Sales by customer",
      note: "\(format.period(answer.window)), \(format.count(answer.entries.count, "customer", "customers"))",
      kind: .shareCurve(
        Chart.ShareCurve(
          points: answer.curve.points(101).map { .init(customers: $0.customers, value: $0.value) },
          highlights: twenty.map { [.init("Top 20 %", customers: 0.2, value: $0)] } ?? [], valueTitle: "Share of sales")
      ),
      format: format, csv: exportPath)
  }

  private var topTable: HTML {
    let format = format
    let names = names
    let total = answer.curve.total
    let currency = answer.currency
    let viewer = visit.viewer
    return """
      <section><h2>The best customers</h2>\(ListTable(
        "The \(top.count) who brought most, of \(format.count(answer.entries.count))", rows: top,
        columns: [
          .init("Customer", onCard: .title) { "<a href=\"/customers/\($0.customer)\">\(names[$0.customer] ?? "Customer")</a>" },
          .init("Value", isNumber: true, onCard: .fact) { "\(format.money(Money(minor: $0.minor, currency)))" },
          .init("Share", isNumber: true, onCard: .fact) { "\(format.percent(total > 0 ? Double($0.minor) / total : 0))" },
          .init("Days with an order", isNumber: true) { "\(format.count($0.orderDays))" },
          .init("Last order", onCard: .fact) { viewer.time($0.lastOrder) },
          .init("RFM", hint: "Recency, frequency and money, each 1 to 5") { "\($0.score.description)" },
        ],
        state: ListState(path: ConcentrationRoutes.path), empty: EmptyState("Nobody", reason: "")))</section>
      """
  }

  private var scoreChart: Chart {
    var counts: [Int: (customers: Int, money: Double)] = [:]
    for cell in answer.rfm.cells {
      let key = cell.score.recency * 10 + cell.score.frequency
      let held = counts[key] ?? (0, 0)
      counts[key] = (held.customers + cell.customers, held.money + cell.monetary)
    }
    let loyal = (counts[55]?.customers ?? 0) + (counts[54]?.customers ?? 0) + (counts[45]?.customers ?? 0)
    let scale = Double(answer.currency.minorPerMajor)
    return Chart(
      id: "rfm", title: "\(format.count(loyal, "customer buys", "customers buy")) both recently and often",
      note: "Customers by recency and frequency, each in fifths; 5 is best. Ties stay together.",
      kind: .heatMap(
        Chart.HeatMap(
          rowTitle: "Recency", columnTitle: "Frequency", columns: ["1", "2", "3", "4", "5"],
          rows: (1...5).reversed().map { recency in
            Chart.HeatMap.Row(
              "\(recency)",
              cells: (1...5).map { frequency in
                counts[recency * 10 + frequency].map {
                  .init(Double($0.customers), note: "\(format.compactMoney($0.money / scale)) of sales")
                }
              })
          }, unit: .count)),
      format: format)
  }

  private var cohortChart: Chart {
    let cohorts = answer.cohorts?.cohorts ?? []
    let width = min(12, cohorts.map(\.cells.count).max() ?? 0)
    let second = answer.cohorts?.pooled.first { $0.offset == 1 }?.share
    let step = answer.cohorts?.grid.step.rawValue ?? "month"
    return Chart(
      id: "cohorts",
      title: second.map { "\(format.percent($0)) of new customers buy again in the next \(step)" } ?? "Who comes back",
      note:
        "Customers by the \(step) of their first purchase in these days; a share of an unfinished \(step) can still rise.",
      kind: .heatMap(
        Chart.HeatMap(
          rowTitle: "First \(step)", columnTitle: "\(step.capitalized)s since",
          columns: (0..<max(1, width)).map(String.init),
          rows: cohorts.prefix(18).map { cohort in
            Chart.HeatMap.Row(
              step == "month" ? format.month(cohort.period.from) : format.day(cohort.period.from),
              size: format.count(cohort.customers),
              cells: (0..<max(1, width)).map { offset in
                cohort.cells.first { $0.offset == offset }.map {
                  .init(
                    $0.share,
                    note:
                      "\(format.count($0.active)) of \(format.count(cohort.customers))\($0.isComplete ? "" : ", unfinished")"
                  )
                }
              })
          }, unit: .share, range: 0...1)),
      format: format)
  }
}
