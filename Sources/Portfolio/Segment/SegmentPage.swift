import Analytics
import Customers
import Kernel
import Web

/// One segment: its rule as a sentence, where its money goes, what comes, how attractive it is, and its customers.
struct SegmentPage {
  static let size = 25

  let owner: Segmentation
  let part: Segmentation.Part
  let profile: SegmentSheet.Profile
  let sheet: SegmentSheet
  let from: Int
  let shown: [ID<Customer>]
  let names: [ID<Customer>: String]
  let forecast: SalesForecast?
  let visit: Visit

  private var format: Format { visit.viewer.format }
  private var currency: Currency { sheet.base.currency }
  private var path: String { "\(SegmentRoutes.path)/\(part.id)" }

  var html: HTML {
    Shell.page(
      title: part.segment.name, path: SegmentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Segments", "\(SegmentRoutes.path)?segmentation=\(owner.id)")],
      lead: HTML(words: part.segment.rule.sentence(currency).sentenceCased + "."),
      actions: """
        \(PostButton("End", action: "\(path)/ending", csrf: visit.viewer.csrf, weight: .quiet)) \
        \(LinkButton("Change", "\(path)/edit", weight: .primary, icon: "pencil"))
        """,
      body: """
        \(FigureRow(cards))
        <div class="row row-cards"><div class="col-lg-6">\(walk)</div><div class="col-lg-6">\(fan)</div></div>
        \(members)\(ratings)
        """)
  }

  private var cards: [FigureCard] {
    let scale = Double(currency.minorPerMajor)
    let base = max(1, sheet.base.facts.count)
    func make(
      _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, _ words: String, _ gap: String? = nil,
      grade: Figure.Grade = .measured
    ) -> FigureCard {
      FigureCard(
        Figure(
          id: id, title: title, value: value, unit: unit, asOf: sheet.base.asOf, window: sheet.base.window,
          method: "F9",
          explanation: words, n: profile.customers.count, grade: grade,
          missing: gap.map { [Figure.Gap($0, customers: profile.customers.count)] } ?? []), format: format,
        formula: "/help/methods#f9")
    }
    let grade = Figure.weakest(profile.customers.compactMap { sheet.base.contribution[$0]?.grade })
    return [
      make(
        "segmentCustomers", "Customers", Double(profile.customers.count), .count,
        "\(format.percent(Double(profile.customers.count) / Double(base))) of all \(format.count(base)) customers."),
      make("segmentSales", "Net sales", Double(profile.sales) / scale, .money(currency), "Net sales of its customers."),
      make(
        "segmentGrowth", "Growth", profile.growth, .share, "Net sales over those of as many days before, less one.",
        "sales of the days before"),
      make(
        "segmentContribution", "Contribution", profile.walk.contribution.map { Double($0) / scale }, .money(currency),
        "Gross margin less cost to serve of its customers.", "gross margin or rates of serving", grade: grade),
    ]
  }

  private var walk: Chart {
    MarginWalkChart(walk: profile.walk, currency: currency, format: format, name: part.segment.name).chart
  }

  private var fan: HTML {
    guard let forecast else {
      return EmptyState(
        "Too little past for a forecast", reason: "It needs 26 complete weeks with sales in the last of them.",
        icon: "chart-line"
      ).html
    }
    return ForecastFan(forecast: forecast, name: part.segment.name, format: format, currency: currency).chart.html
  }

  private var members: HTML {
    let (names, format, currency, base) = (names, format, currency, sheet.base)
    @Sendable func money(_ minor: Int64?) -> HTML {
      minor.map { "\(format.money(Money(minor: $0, currency)))" } ?? "missing"
    }
    let facts = Dictionary(base.facts.map { ($0.customer, $0) }, uniquingKeysWith: { first, _ in first })
    let (count, until) = (profile.customers.count, from + shown.count)
    let previous = from > 0 ? "\(max(0, from - Self.size))" : nil
    return """
      <section id="customers"><h2>Who they are</h2>\(ListTable(
        "\(format.count(min(from + 1, count))) to \(format.count(until)) of \(format.count(count, "customer", "customers")), the largest in sales first",
        rows: shown,
        columns: [
          .init("Customer", onCard: .title) { one -> HTML in
            "<a href=\"/customers/\(one)\">\(names[one] ?? "Customer")</a>"
          },
          .init("Net sales", isNumber: true, onCard: .fact) { money(base.sales[$0]) },
          .init("Orders", isNumber: true, onCard: .fact) { one -> HTML in
            "\(format.count(Int(facts[one]?.measures[.orders] ?? 0)))"
          },
          .init("Last bought", isNumber: true) { one -> HTML in
            facts[one]?.measures[.daysSinceLast].map { "\(format.count(Int($0), "day", "days")) before" } ?? "never"
          },
          .init("Contribution", isNumber: true, onCard: .fact) { money(base.contribution[$0]?.contribution) },
        ],
        state: ListState(
          path: path, next: until < count ? "\(until)" : nil, previous: nil),
        empty: EmptyState(
          "Nobody", reason: "The rule holds for no customer, or earlier segments take all of them.", icon: "users",
          action: LinkButton("Change the rule", "\(path)/edit").html)))\
      \(previous.map { "<p><a href=\"\(url: "\(path)?after=\($0)#customers")\">Previous page</a></p>" as HTML })</section>
      """
  }

  private var ratings: HTML {
    let placed = sheet.placed(profile)
    let score = placed?.attractiveness.value.map { "\(format.number($0)) of 100" } ?? "not known yet"
    let measured: [AttractivenessItem] = [.size, .growth, .margin].filter {
      placed?.attractiveness.ratings[$0]?.grade == .measured
    }
    let fields = SegmentRoutes.rated.filter { name, _ in !measured.contains { $0.rawValue == name } }.map {
      name, title in
      Field(
        name, title, .number, value: part.ratings[name].map { format.number($0) } ?? "",
        hint: name == SegmentRatings.fitName
          ? "0: nothing we are good at; 100: just what we do best." : "0 to 100; 100 is best for us.")
    }
    let known =
      measured.isEmpty ? "" : "\(Format.list(measured.map(\.word.translated))): measured, against the other segments. "
    return """
      <section class="vc-main-narrow"><h2>How attractive, how fitting</h2>
      <p>Attractiveness: \(score). \(known)What nobody rated is left out, not taken as nothing.</p>\
      \(Form(
        action: "\(path)/ratings", method: .put, csrf: visit.viewer.csrf, submit: "Save ratings", fields: fields))</section>
      """
  }
}

/// From list price to contribution as a waterfall; what cannot be told stands as a step of its own.
struct MarginWalkChart {
  let walk: MarginWalk
  let currency: Currency
  let format: Format
  let name: String
  var csv: String?

  private func major(_ minor: Int64) -> Double { Double(minor) / Double(currency.minorPerMajor) }

  var chart: Chart {
    let steps = walk.lines.filter { $0.minor != 0 }.map { Chart.Waterfall.Step($0.step.word, major($0.minor)) }
    let end = walk.contribution.map { [Chart.Waterfall.Step("Contribution", major($0), isTotal: true)] }
    return Chart(
      id: "margin-walk", title: title, note: note,
      kind: .waterfall(
        Chart.Waterfall(steps: steps + (end ?? []), unit: .money(currency), title: currency.code)),
      format: format, csv: csv)
  }

  private var title: String {
    guard walk.net > 0, let contribution = walk.contribution else { return "\(name): from sales to what is left" }
    return "\(name): \(format.percent(Double(contribution) / Double(walk.net))) of sales is left"
  }

  private var note: HTML {
    var parts: [HTML] = []
    if walk.contribution == nil {
      parts.append("Contribution is missing: <a href=\"\(url: AssumptionRoutes.path)\">enter margin and rates</a>.")
    }
    if walk.minor(.withoutList) != 0 { parts.append("Where list prices are missing the walk begins at sales.") }
    if walk.minor(.withoutGoodsCost) != 0 { parts.append("Sales whose cost of goods nobody knows stand on their own.") }
    parts.append(
      walk.wouldPay.map { asked in
        "Those who were asked would have paid \(format.compactMoney(major(asked.minor))) for what cost them \(format.compactMoney(major(asked.net)))."
      } ?? "What they would have paid at most is missing: nobody was asked.")
    return HTML.joined(parts, separator: " ")
  }
}
