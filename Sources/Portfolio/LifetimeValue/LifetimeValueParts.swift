import Analytics
import Conditions
import Customers
import Kernel
import Web

/// What lifetime value rests on: the settings it moves with, and the margins it was made with.
extension LifetimeValuePage {
  /// Retention by discount, so that nobody trusts a single figure.
  var settingsChart: HTML {
    guard let outlook = equity.outlook, equity.hasValue else { return HTML() }
    let (table, discounts) = (outlook.table, outlook.discounts)
    let all = table.flatMap(\.totals)
    let span = "\(format.compactMoney(all.min() ?? 0)) to \(format.compactMoney(all.max() ?? 0))"
    return Chart(
      id: "equity-settings", title: "At other settings it is \(span)",
      note: """
        What all customers are worth together. A line is how many stay another year, against what is expected; a column \
        is what money costs. \(format.compactMoney(outlook.total)) is the figure above.
        """,
      kind: .heatMap(
        Chart.HeatMap(
          rowTitle: "Staying a year", sizeTitle: "Against expected", columnTitle: "Discount a year",
          columns: discounts.map { format.percent($0, decimals: 0) },
          rows: table.map { row in
            .init(
              row.retention.map { format.percent($0, decimals: 0) }
                ?? "as expected × \(format.number(row.staying, decimals: 2))",
              size: row.staying == 1 ? "as expected".translated : "× \(format.number(row.staying, decimals: 2))",
              cells: row.totals.map { .init($0) })
          }, unit: .money(equity.currency))),
      format: format
    ).html
  }

  /// Which margin was used, for how many customers.
  var marginCard: HTML {
    """
    <section class="card mb-3"><div class="card-body vc-prose"><h2 class="card-title">Which margin it rests on</h2>
    \(marginWords)\(contractWords)</div></section>
    """
  }

  private var marginWords: HTML {
    guard let margins = equity.margins else {
      return """
        <p>No margin is known, so values are sales. Enter the gross margin, or bring in what the goods cost.</p>
        <p>\(LinkButton("Enter assumptions", AssumptionRoutes.path))</p>
        """
    }
    let sources = equity.marginSources
    func count(_ source: CustomerMargins.Source) -> Int { sources.counts[source] ?? 0 }
    let base = format.percent(margins.base)
    guard count(.own) > 0 else {
      return """
        <p>The entered margin of \(base) \(EvidenceMark(.assumed)) for all \
        \(format.count(count(.assumed), "customer", "customers")): nobody’s own is known. It becomes known with what \
        goods cost and what serving takes.</p>
        """
    }
    let bounded =
      sources.bounded == 0
      ? HTML()
      : """
       \(format.count(sources.bounded, "customer is", "customers are")) held at the floor of 0 or the cap of 100 %: \
      nobody is served at a loss for ever, and nobody leaves more than it pays.
      """ as HTML
    return """
      <p>\(format.count(count(.own), "customer has its", "customers have their")) own margin \
      \(EvidenceMark(margins.isAssumed ? .assumed : .estimated)): what was left of a year’s sales after goods and \
      serving, drawn towards the \(base) of all customers, the more the fewer the orders. With \
      \(format.number(CustomerMargins.halfWeight)) orders it counts half.\(bounded)</p>
      \(when: count(.base) > 0, "<p>\(format.count(count(.base), "customer bought", "customers bought")) nothing in that year: \(base) stands in.</p>")\
      \(when: margins.isAssumed, "<p>The entered gross margin stands in for the cost of goods.</p>")
      """
  }

  private var contractWords: HTML {
    let contracts = equity.contracts
    guard !contracts.running.isEmpty else { return HTML() }
    let under = format.count(contracts.running.count, "customer is", "customers are")
    guard let retention = contracts.retention else {
      return """
        <p>\(under) under contract, valued like the others: only \(format.count(contracts.observable)) contracts of a \
        year ago tell whether they are kept. Enter how many are.</p>
        <p>\(LinkButton("Enter assumptions", AssumptionRoutes.path))</p>
        """
    }
    let source =
      retention.observed.map {
        "\(format.count($0.kept)) of \(format.count($0.of)) contracts of a year ago still run"
      } ?? "entered"
    return """
      <p>\(under) under contract, valued by \(format.percent(retention.rate)) kept for another year \
      \(EvidenceMark(retention.observed == nil ? .assumed : .estimated)) (\(words: source)).</p>
      """
  }

  var volumeTable: HTML {
    let all = equity.highVolumeLowValue
    guard !all.isEmpty else { return HTML() }
    return """
      <section id="volume"><h2>High volume, low lifetime value</h2>\(table(
        "The first \(format.count(min(10, all.count))) of \(format.count(all.count)) whom past sales put among the top 20 % and expected value does not",
        Array(all.prefix(10)), empty: EmptyState("Nobody", reason: "")))
      \(when: all.count > 10, more(all.count))
      </section>
      """
  }
}

extension LifetimeValuePage {
  private func more(_ count: Int) -> HTML {
    let path = Address.path(LifetimeValueRoutes.volumePath, parameters)
    return "<p>\(LinkButton("All \(format.count(count))", path, icon: "list"))</p>"
  }
}

/// Customers who bought much and are expected to bring little.
struct VolumePage {
  let equity: CustomerEquity
  let rows: [CustomerEquity.Entry]
  let names: [ID<Customer>: String]
  let visit: Visit

  var html: HTML {
    let format = visit.viewer.format
    let all = equity.highVolumeLowValue
    let past = all.reduce(0.0) { $0 + Double($1.pastMinor) } / Double(equity.currency.minorPerMajor)
    let worth = all.reduce(0) { $0 + ($1.value ?? 0) }
    let lead: String =
      all.isEmpty
      ? "Whoever bought most is also expected to bring most."
      : """
      \(format.count(all.count, "customer", "customers")) bought for \(format.compactMoney(past)) and \
      \(all.count == 1 ? "is" : "are") expected to bring \(format.compactMoney(worth)): volume alone says little.
      """
    let page = LifetimeValuePage(equity: equity, names: names, record: TrackRecord([]), visit: visit)
    return Shell.page(
      title: "High volume, low value", path: LifetimeValueRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Lifetime value", LifetimeValueRoutes.path)], lead: HTML(words: lead),
      body: page.table(
        """
        Past sales among the top 20 %, expected value not: \(format.count(rows.count)) of \(format.count(all.count)), the \
        largest sales first
        """, rows,
        empty: EmptyState("Nobody", reason: "The best by past sales are the best by expected value.", icon: "check")))
  }
}
