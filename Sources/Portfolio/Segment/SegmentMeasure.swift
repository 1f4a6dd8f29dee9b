import Customers
import Kernel

/// What a condition of a segment can ask for.
package enum SegmentMeasure: String, Sendable, Codable, CaseIterable {
  case sales, contribution, grossMargin, costToServe, lifetimeValue, openWallet
  case orders, daysSinceLast, tenureDays, contacts, products
  case valuePercentile, shareOfWallet, risk, netPrice, returnShare
  case recencyScore, frequencyScore, monetaryScore

  /// The unit a number is entered and shown in.
  package enum Unit: Sendable { case money, count, days, share, percentile, score }

  package var unit: Unit {
    switch self {
    case .sales, .contribution, .grossMargin, .costToServe, .lifetimeValue, .openWallet: .money
    case .orders, .contacts, .products: .count
    case .daysSinceLast, .tenureDays: .days
    case .shareOfWallet, .risk, .netPrice, .returnShare: .share
    case .valuePercentile: .percentile
    case .recencyScore, .frequencyScore, .monetaryScore: .score
    }
  }

  package var word: String {
    switch self {
    case .sales: "sales"
    case .contribution: "contribution"
    case .grossMargin: "gross margin"
    case .costToServe: "cost to serve"
    case .lifetimeValue: "lifetime value"
    case .openWallet: "open wallet"
    case .orders: "orders"
    case .daysSinceLast: "time since the last purchase"
    case .tenureDays: "time since the first purchase"
    case .contacts: "contacts"
    case .products: "different products"
    case .valuePercentile: "value percentile"
    case .shareOfWallet: "share of wallet"
    case .risk: "risk of leaving"
    case .netPrice: "net price over list price"
    case .returnShare: "share returned"
    case .recencyScore: "recency score"
    case .frequencyScore: "frequency score"
    case .monetaryScore: "monetary score"
    }
  }
}

/// What is known of a customer when segments are told apart. Missing is absent, never zero.
package struct SegmentFacts: Sendable, Equatable {
  package let customer: ID<Customer>
  /// Money in minor units, shares 0 to 1, percentiles 0 to 100.
  package var measures: [SegmentMeasure: Double]
  /// Declared traits by name, such as industry code, size, status, location.
  package var traits: [String: String]

  package init(
    _ customer: ID<Customer>, measures: [SegmentMeasure: Double] = [:], traits: [String: String] = [:]
  ) {
    (self.customer, self.measures, self.traits) = (customer, measures, traits)
  }
}
