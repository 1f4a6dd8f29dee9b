import Customers
import Kernel

/// What customers earned quarter by quarter, and what managing them cost (domain F1, F7).
package struct ContributionHistory: Sendable {
  package struct Quarter: Sendable {
    package let period: Period
    package let costing: ActivityCosting
  }

  /// Cost to serve against net sales of some customers.
  package struct Ratio: Sendable, Equatable {
    package let name: String
    /// Customers who bought or were served.
    package let customers: Int
    package let net: Int64
    package let costToServe: Int64

    package var share: Double? { net > 0 ? Double(costToServe) / Double(net) : nil }
    /// Minor units.
    package var perCustomer: Double? { customers > 0 ? Double(costToServe) / Double(customers) : nil }

    init(_ name: String, _ rows: some Collection<CustomerContribution>) throws {
      self.name = name
      customers = rows.count
      net = try rows.map(\.sales.net).exactSum()
      costToServe = try rows.compactMap(\.costToServe).exactSum()
    }
  }

  package let currency: Currency
  package let revision: Int64
  /// Calendar quarters whose days are all in the data, the oldest first.
  package let quarters: [Quarter]
  /// Cost of managing customers by quarter; empty while no rate is entered.
  package let ratios: [Ratio]
  /// The same over the last four quarters by the channel customers are known to come through; empty where none is known.
  package let channels: [Ratio]

  /// - Parameter channels: by customer, where it is known.
  package init(
    _ served: [(period: Period, customers: [ServedCustomer])], rates: (Period) throws -> CostRates,
    channels: [ID<Customer>: String], currency: Currency, revision: Int64
  ) throws {
    self.currency = currency
    self.revision = revision
    quarters = try served.map {
      Quarter(period: $0.period, costing: try ActivityCosting($0.customers, rates: try rates($0.period)))
    }
    let costed = quarters.filter { $0.costing.rows.contains { $0.costToServe != nil } }
    ratios = try costed.map { try Ratio($0.period.quarterName, $0.costing.rows) }
    let recent = costed.suffix(4).flatMap(\.costing.rows)
    let groups = Dictionary(grouping: recent) { channels[$0.customer] }
    let named = try groups.compactMap { name, rows in
      try name.map { (try Ratio($0, rows), Set(rows.map(\.customer)).count) }
    }
    self.channels = named.map { Ratio($0.0, customers: $0.1) }.sorted { ($1.net, $0.name) < ($0.net, $1.name) }
  }

  /// How the share moved from the same quarter a year before, or from the first, to the last; nil with one quarter.
  package var trend: (from: Ratio, to: Ratio, points: Double)? {
    guard let last = ratios.last, ratios.count > 1 else { return nil }
    let before = ratios.count > 4 ? ratios[ratios.count - 5] : ratios[0]
    guard let now = last.share, let then = before.share else { return nil }
    return (before, last, now - then)
  }
}

extension ContributionHistory.Ratio {
  fileprivate init(_ other: Self, customers: Int) {
    (name, net, costToServe) = (other.name, other.net, other.costToServe)
    self.customers = customers
  }
}
