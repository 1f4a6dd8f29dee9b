import Kernel

/// A countable cause of cost to serve: visits, calls, deliveries, tickets in pieces or minutes; invoices and payments in
/// money.
package struct CostDriver: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case visit, call, delivery, ticket, contact, coupon, customisation, dunning, invoice, payment
  }

  /// What was counted of one kind.
  package struct Total: Sendable, Equatable, Codable {
    package let kind: Kind
    package let count: Int
    package let pieces: Double
    package let minutes: Double
    package let minor: Int64
  }

  package let customer: ID<Customer>
  package let day: Day
  package let kind: Kind
  package let pieces: Double?
  package let minutes: Double?
  package let minor: Int64?
}

/// A cost driver as a feed tells it.
package struct CostDriverArrival: Sendable {
  package let customer: String
  package let kind: CostDriver.Kind
  package let key: String?
  package let day: Day
  package let pieces: Double?
  package let minutes: Double?
  package let minor: Int64?
  package let dueDay: Day?
  package let line: Int

  package init(
    customer: String, kind: CostDriver.Kind, key: String?, day: Day, pieces: Double?, minutes: Double?, minor: Int64?,
    dueDay: Day? = nil, line: Int
  ) {
    self.customer = customer
    self.kind = kind
    self.key = key
    self.day = day
    self.pieces = pieces
    self.minutes = minutes
    self.minor = minor
    self.dueDay = dueDay
    self.line = line
  }
}
