import Kernel
import Web

/// What managing customers costs of every unit of sales, quarter by quarter and by channel (domain F7).
struct ManagementCost: Part {
  let history: ContributionHistory
  let format: Format

  var html: HTML {
    guard !history.ratios.isEmpty else { return HTML() }
    return """
      <section id="managing"><h2>What managing customers costs</h2>
      <div class="row row-cards"><div class="\(history.channels.isEmpty ? "col-12" : "col-lg-7")">\(chart)</div>\
      \(when: !history.channels.isEmpty, "<div class=\"col-lg-5\">\(channels)</div>")</div></section>
      """
  }

  private var finding: String {
    guard let trend = history.trend else {
      return history.ratios.last?.share.map { "\(format.percent($0)) of sales go into serving" }
        ?? "Cost of managing customers"
    }
    let share = trend.to.share.map { format.percent($0) } ?? ""
    let moved =
      abs(trend.points) < 0.0005
      ? "as much as"
      : "\(format.number(abs(trend.points) * 100, decimals: 1)) points \(trend.points > 0 ? "more" : "less") than"
    return "\(share) of sales went into serving in \(trend.to.name), \(moved) in \(trend.from.name)"
  }

  private var chart: Chart {
    Chart(
      id: "management-cost", title: finding,
      note:
        "Cost to serve of all customers over their net sales, whole quarters. It should fall while customers stay content.",
      kind: .lines(
        Chart.Lines(
          labels: history.ratios.map(\.name),
          series: [Chart.Series("Cost to serve over net sales", history.ratios.map(\.share))], unit: .share,
          title: "Share of net sales")), format: format)
  }

  private var channels: HTML {
    let (format, currency) = (format, history.currency)
    let scale = Double(currency.minorPerMajor)
    return ListTable(
      "By the channel customers come through, the last four quarters", rows: history.channels,
      columns: [
        .init("Channel", onCard: .title) { "\($0.name)" },
        .init("Customers", isNumber: true) { "\(format.count($0.customers))" },
        .init("Of net sales", isNumber: true, onCard: .fact) { row in
          row.share.map { "\(format.percent($0))" } ?? "missing: no sales"
        },
        .init("A customer", isNumber: true, onCard: .fact) { row in
          row.perCustomer.map { "\(format.money($0 / scale, currency))" } ?? "missing"
        },
      ], state: ListState(path: ContributionRoutes.path), empty: EmptyState("None", reason: "")
    ).html
  }
}

/// Cost of managing customers as programs get it. Keys are added, never changed.
struct ManagementCostReport: Encodable, Sendable {
  struct Line: Encodable {
    let name: String
    let customers: Int
    let netSales: Double
    let costToServe: Double
    let ratio: Double?
    let perCustomer: Double?
  }

  let quarters: [Line]
  let channels: [Line]
  /// Points of the ratio since the same quarter a year before, or since the first.
  let trend: Double?

  init(_ history: ContributionHistory) {
    let scale = Double(history.currency.minorPerMajor)
    func line(_ ratio: ContributionHistory.Ratio) -> Line {
      Line(
        name: ratio.name, customers: ratio.customers, netSales: Double(ratio.net) / scale,
        costToServe: Double(ratio.costToServe) / scale, ratio: ratio.share,
        perCustomer: ratio.perCustomer.map { $0 / scale })
    }
    quarters = history.ratios.map(line)
    channels = history.channels.map(line)
    trend = history.trend?.points
  }
}
