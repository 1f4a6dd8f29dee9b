import Kernel

/// What a forecast is of. The data tell what came by one function for each (`MeasureReading`).
package enum Measure: String, Sendable, Codable, CaseIterable {
  case repeatOrders, orders, sales, salesShare, buyers, retention, contribution, totalSales

  package var title: String {
    switch self {
    case .repeatOrders: "Repeat orders"
    case .orders: "Orders"
    case .sales: "Sales"
    case .salesShare: "Share of all sales"
    case .buyers: "Customers who order"
    case .retention: "Share who order again"
    case .contribution: "Contribution"
    case .totalSales: "Sales of the whole company"
    }
  }

  /// How the actual is counted, in a sentence.
  package var explanation: String {
    switch self {
    case .repeatOrders:
      "Days of the window with an order of one of these customers, but for the first order a customer ever placed."
    case .orders: "Days of the window with an order of one of these customers."
    case .sales: "What these customers buy in the window, returns taken off."
    case .salesShare: "What these customers buy in the window, over what everybody buys, returns taken off."
    case .buyers: "How many of these customers order at least once in the window."
    case .retention: "The share of these customers who order at least once in the window."
    case .contribution:
      "What these customers leave in the window after goods and serving, at the rates of the forecast."
    case .totalSales: "What everybody buys in the window, customers still to come included, returns taken off."
    }
  }

  package func unit(_ currency: Currency) -> Figure.Unit {
    switch self {
    case .repeatOrders, .orders, .buyers: .count
    case .salesShare, .retention: .share
    case .sales, .contribution, .totalSales: .money(currency)
    }
  }

  /// Whether it takes everybody's purchases to tell, not only those of the customers it is about.
  package var needsEverybody: Bool { self == .salesShare || self == .totalSales }

  /// Whether a part of the window can be held beside the whole: a share is one from its first day.
  package var isShare: Bool { self == .salesShare || self == .retention }
}
