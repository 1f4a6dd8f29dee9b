import Customers
import Kernel

/// From list price to contribution, step by step, for a group of customers (domain C28). Every sum is exact: what
/// cannot be told stands in a line of its own.
package struct MarginWalk: Sendable, Equatable {
  package enum Step: Sendable, Hashable {
    /// At list prices, where they are known.
    case list
    /// Net revenue of customers without list prices.
    case withoutList
    case discounts, rebates, returns
    /// What lies between list and net price beside discounts, rebates and returns.
    case otherPrice
    /// Cost of goods, also where a margin stood in.
    case goods
    /// Net revenue whose cost of goods nobody knows.
    case withoutGoodsCost
    case activity(CostActivity)
  }

  package struct Line: Sendable, Equatable {
    package let step: Step
    /// What the step adds, below zero when it takes away.
    package let minor: Int64
    /// The customers it concerns.
    package let customers: Int
  }

  package let segment: String?
  package let customers: Int
  /// In the order of the walk; steps without a customer are left out.
  package let lines: [Line]
  package let net: Int64
  package let grossMargin: Int64
  /// nil when nothing was entered to cost with.
  package let contribution: Int64?
  /// What the customers who were asked would have paid, and what they did pay; nil when nobody was asked.
  package let wouldPay: (minor: Int64, net: Int64)?

  /// - Parameter worth: what customers said they would have paid, where their sales do not say so themselves.
  package init(
    _ rows: [CustomerContribution], segment: String? = nil, worth: [ID<Customer>: Int64] = [:]
  ) throws {
    self.segment = segment
    customers = rows.count
    let price = try Self.priceLines(rows)
    let goods = try Self.goodsLines(rows)
    // Whose gross margin is unknown has no contribution either: the costs would stand against nothing.
    let known = rows.filter { $0.grossMargin != nil }
    let activities = try CostActivity.allCases.compactMap { activity in
      try Self.line(.activity(activity), known.map { $0.costs[activity].map { -$0.minor } })
    }
    lines = price + goods + activities
    net = try price.map(\.minor).exactSum()
    grossMargin = try (price + goods).map(\.minor).exactSum()
    let isCosted = known.contains { $0.costToServe != nil }
    contribution = isCosted ? try lines.map(\.minor).exactSum() : nil
    let asked = rows.compactMap { row in (row.sales.wouldPay ?? worth[row.customer]).map { (row.sales.net, $0) } }
    wouldPay = asked.isEmpty ? nil : (try asked.map(\.1).exactSum(), try asked.map(\.0).exactSum())
  }

  /// One walk for each segment, by name, customers without one last.
  package static func bySegment(_ rows: [CustomerContribution]) throws -> [MarginWalk] {
    let groups = Dictionary(grouping: rows, by: \.segment)
    let names = groups.keys.compactMap(\.self).sorted()
    return try (names.map(String?.some) + (groups[nil] == nil ? [] : [nil]))
      .map { try MarginWalk(groups[$0] ?? [], segment: $0) }
  }

  package func minor(_ step: Step) -> Int64 { lines.first { $0.step == step }?.minor ?? 0 }

  package static func == (left: MarginWalk, right: MarginWalk) -> Bool {
    left.segment == right.segment && left.lines == right.lines && left.customers == right.customers
      && left.contribution == right.contribution && left.wouldPay?.minor == right.wouldPay?.minor
      && left.wouldPay?.net == right.wouldPay?.net
  }

  private static func line(_ step: Step, _ amounts: [Int64?]) throws -> Line? {
    let known = amounts.compactMap(\.self)
    return known.isEmpty ? nil : Line(step: step, minor: try known.exactSum(), customers: known.count)
  }

  private static func priceLines(_ rows: [CustomerContribution]) throws -> [Line] {
    let sales = rows.map(\.sales)
    let listed = sales.filter { $0.list != nil }
    let others = try listed.map { sale -> Int64? in
      let steps = [sale.list ?? 0, -(sale.discounts ?? 0), -(sale.rebates ?? 0), -(sale.returns ?? 0)]
      let rest = try sale.net.minus(try steps.exactSum())
      return rest == 0 ? nil : rest
    }
    return try [
      line(.list, listed.map(\.list)), line(.withoutList, sales.map { $0.list == nil ? $0.net : nil }),
      line(.discounts, listed.map { $0.discounts.map { -$0 } }),
      line(.rebates, listed.map { $0.rebates.map { -$0 } }),
      line(.returns, listed.map { $0.returns.map { -$0 } }), line(.otherPrice, others),
    ].compactMap(\.self)
  }

  private static func goodsLines(_ rows: [CustomerContribution]) throws -> [Line] {
    try [
      line(.goods, rows.map { row in try row.grossMargin.map { try $0.minus(row.sales.net) } }),
      line(.withoutGoodsCost, rows.map { $0.grossMargin == nil ? -$0.sales.net : nil }),
    ].compactMap(\.self)
  }
}
