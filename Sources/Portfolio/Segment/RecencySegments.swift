import Analytics
import Customers
import Kernel

/// Customers by how recently, how often and for how much they bought (domain F9b).
package struct RecencySegments: Sendable {
  package struct Row: Sendable, Equatable {
    package let customer: ID<Customer>
    package let lastPurchase: Day
    package let orders: Int
    package let minor: Int64

    package init(_ customer: ID<Customer>, lastPurchase: Day, orders: Int, minor: Int64) {
      (self.customer, self.lastPurchase, self.orders, self.minor) = (customer, lastPurchase, orders, minor)
    }
  }

  package let rfm: RFM
  package let scores: [ID<Customer>: RFM.Score]

  /// - Returns: nil for a base in which nobody bought.
  package init?(_ rows: [Row]) throws {
    guard !rows.isEmpty else { return nil }
    rfm = try RFM(
      lastPurchase: rows.map(\.lastPurchase), frequency: rows.map(\.orders), monetary: rows.map { Double($0.minor) })
    scores = Dictionary(zip(rows.map(\.customer), rfm.scores), uniquingKeysWith: { first, _ in first })
  }

  /// The facts with the three scores added, for rules that ask for them.
  package func applied(to facts: [SegmentFacts]) -> [SegmentFacts] {
    facts.map { fact in
      guard let score = scores[fact.customer] else { return fact }
      var scored = fact
      scored.measures[.recencyScore] = Double(score.recency)
      scored.measures[.frequencyScore] = Double(score.frequency)
      scored.measures[.monetaryScore] = Double(score.monetary)
      return scored
    }
  }
}
