import Analytics
import Customers
import Kernel

/// Cost to serve and contribution of a whole base by counted activities and entered rates (domain F1, F7).
package struct ActivityCosting: Sendable {
  package let rates: CostRates
  /// One row for each customer, in the order given.
  package let rows: [CustomerContribution]
  package let unused: [UnusedCapacity]

  /// - Throws: `Problem` when a count or an amount is out of range.
  package init(_ customers: [ServedCustomer], rates: CostRates) throws {
    for served in customers { try Self.requireUsable(served) }
    self.rates = rates
    let averages = AverageCosts(customers, rates: rates)
    let isCosted = !rates.isEmpty || customers.contains { !$0.direct.isEmpty }
    let rows = try customers.map { try Self.row($0, rates: rates, averages: averages, isCosted: isCosted) }
    self.rows = rows
    unused = try rates.pools.map { try UnusedCapacity($0, rates: rates, rows: rows) }
  }

  private static func requireUsable(_ served: ServedCustomer) throws {
    let sales = served.sales
    let amounts = [
      sales.net, sales.list, sales.discounts, sales.rebates, sales.returns, sales.goodsCost, sales.costedNet,
      sales.wouldPay,
    ]
    guard served.counts.values.allSatisfy(\.isUsable), served.moneyDays.map({ (0...1e22).contains($0) }) ?? true,
      (amounts.compactMap(\.self) + served.direct.values).allSatisfy({ $0.magnitude <= Money.limit.magnitude })
    else {
      throw Problem(
        .invalid, field: "customer", "A count or an amount of customer \(served.customer) is out of range.",
        mend: "Counts are zero or more; look for a wrong unit.")
    }
  }

  private static func row(
    _ served: ServedCustomer, rates: CostRates, averages: AverageCosts, isCosted: Bool
  ) throws -> CustomerContribution {
    var costs: [CostActivity: CustomerContribution.Cost] = [:]
    var uncounted: [CostActivity] = []
    for activity in averages.activities {
      let own = served.measured(activity, rates)
      let average = own == nil && served.sales.net > 0 ? averages.average(activity, served.segment) : nil
      if let cost = own ?? average {
        costs[activity] = .init(
          minor: try Int64(nearestMinor: cost.minor), minutes: cost.minutes, grade: own == nil ? .assumed : .declared)
      } else {
        uncounted.append(activity)
      }
    }
    for (activity, minor) in served.direct {
      let counted = costs[activity]
      costs[activity] = .init(
        minor: try minor.plus(counted?.minor ?? 0), minutes: counted?.minutes, grade: counted?.grade ?? .measured)
    }
    return try CustomerContribution(
      served, margin: grossMargin(served.sales, rates.defaultMargin), costs: costs, isCosted: isCosted,
      uncounted: uncounted)
  }

  private static func grossMargin(_ sales: CustomerSales, _ margin: Double?) throws -> (Int64?, Figure.Grade) {
    let covered = sales.goodsCost == nil ? 0 : sales.costedNet ?? sales.net
    let known = try covered.minus(sales.goodsCost ?? 0)
    let rest = try sales.net.minus(covered)
    guard rest != 0 || (sales.goodsCost == nil && margin == nil) else {
      return (known, sales.goodsCost == nil ? .assumed : .measured)
    }
    guard let margin else { return (nil, .measured) }
    // Rounded down, so that a loss of less than a minor unit is not rounded away.
    return (try known.plus(try Int64(flooredMinor: Double(rest) * margin)), .assumed)
  }
}

extension ActivityCosting {
  package var costToServe: Int64 { get throws { try rows.compactMap(\.costToServe).exactSum() } }
  package var contribution: Int64 { get throws { try rows.compactMap(\.contribution).exactSum() } }
  package var grossMargin: Int64 { get throws { try rows.compactMap(\.grossMargin).exactSum() } }
  package var netRevenue: Int64 { get throws { try rows.map(\.sales.net).exactSum() } }

  /// The share of cost to serve in which averages stood in; nil when there is no cost.
  package var assumedShare: Double? {
    let total = rows.reduce(0.0) { $0 + Double($1.costToServe ?? 0) }
    return total > 0 ? rows.reduce(0.0) { $0 + Double($1.assumedCost) } / total : nil
  }

  /// Whether so much cost is assumed that the ranking needs a caution and nobody may be ended.
  package var isCautious: Bool { (assumedShare ?? 0) > rates.assumedLimit }

  /// Cost to serve as a share of gross margin; nil when there is none to take it from.
  package var shareOfMargin: Double? {
    guard let cost = try? costToServe, let margin = try? grossMargin, margin > 0 else { return nil }
    return Double(cost) / Double(margin)
  }

  /// Cost of managing customers as a share of net revenue (F7).
  package var managementCostRatio: Double? {
    guard let cost = try? costToServe, let net = try? netRevenue, net > 0, !rates.isEmpty else { return nil }
    return Double(cost) / Double(net)
  }

  /// Customers who lose money, and what they lose.
  package var lossMakers: (customers: Int, minor: Int64) {
    get throws {
      let losses = rows.compactMap(\.contribution).filter { $0 < 0 }
      return (losses.count, try losses.exactSum())
    }
  }

  /// Best to worst by contribution (F3); nil when no contribution is known.
  package var whaleCurve: WhaleCurve? { try? WhaleCurve(minor: rows.compactMap(\.contribution)) }

  /// What would make the figures better, and whom it touches.
  package var gaps: [Figure.Gap] {
    var gaps: [Figure.Gap] = []
    func note(_ what: String, _ count: Int) { if count > 0 { gaps.append(.init(what, customers: count)) } }
    note("cost of goods", rows.count { $0.sales.goodsCost == nil })
    note("rates of cost to serve", rates.isEmpty ? rows.count : 0)
    for activity in CostActivity.allCases {
      let touched = rows.count { $0.uncounted.contains(activity) || $0.costs[activity]?.grade == .assumed }
      note("records of “\(activity.word)”", touched)
    }
    return gaps
  }
}
