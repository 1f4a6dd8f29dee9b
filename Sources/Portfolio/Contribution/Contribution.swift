import Analytics
import Customers
import Kernel

/// What every customer earned in some days after the cost of serving it (domain F1, F3, F7, C28).
package struct Contribution: Sendable {
  package let window: Period
  package let asOf: Day
  package let currency: Currency
  package let revision: Int64
  package let costing: ActivityCosting
  package let walk: MarginWalk
  /// Customers by contribution, the best first; those whose contribution is unknown last.
  package let ranked: [CustomerContribution]
  private let places: [ID<Customer>: Int]
  /// The figures of the analysis, each with its evidence, made once.
  package private(set) var figures: [Figure] = []

  init(
    _ customers: [ServedCustomer], rates: CostRates, window: Period, asOf: Day, currency: Currency, revision: Int64
  ) throws {
    self.window = window
    self.asOf = asOf
    self.currency = currency
    self.revision = revision
    costing = try ActivityCosting(customers, rates: rates)
    walk = try MarginWalk(costing.rows)
    ranked = costing.rows.sorted {
      ($1.contribution ?? .min, $0.customer) < ($0.contribution ?? .min, $1.customer)
    }
    places = Dictionary(ranked.enumerated().map { ($1.customer, $0) }, uniquingKeysWith: { first, _ in first })
    figures = allFigures()
  }

  package subscript(customer: ID<Customer>) -> CustomerContribution? { places[customer].map { ranked[$0] } }

  /// Money as a number in major units.
  func major(_ minor: Int64?) -> Double? { minor.map { Double($0) / Double(currency.minorPerMajor) } }

  /// Gross margin over net sales of all customers; nil unless it is known of each of them.
  package var marginRate: Double? {
    guard costing.rows.allSatisfy({ $0.grossMargin != nil }), let margin = try? costing.grossMargin,
      let net = try? costing.netRevenue, net > 0
    else { return nil }
    return Double(margin) / Double(net)
  }

  /// Those who cost more than they bring.
  package var losing: [CustomerContribution] { ranked.filter { ($0.contribution ?? 0) < 0 } }
}
