import Customers

/// What is done for a customer and costs money (domain F1).
package enum CostActivity: String, Sendable, Codable, CaseIterable, Comparable, CodingKeyRepresentable {
  case order, orderLine, delivery, `return`, visit, call, ticket, contact, coupon, customisation, invoice, dunning
  /// Waiting for the money.
  case credit
  /// Costs booked on the customer itself, without a countable cause.
  case direct

  /// The word on screen.
  package var word: String {
    switch self {
    case .order: "Order taken"
    case .orderLine: "Order line picked"
    case .delivery: "Delivery"
    case .return: "Return"
    case .visit: "Sales visit"
    case .call: "Call"
    case .ticket: "Ticket"
    case .contact: "Campaign contact"
    case .coupon: "Coupon handled"
    case .customisation: "Customisation"
    case .invoice: "Invoice"
    case .dunning: "Dunning step"
    case .credit: "Credit given"
    case .direct: "Direct cost"
    }
  }

  /// Activities that are counted and can have a rate.
  package static let counted: [CostActivity] = allCases.filter { $0 != .credit && $0 != .direct }

  /// The activity that a driver causes; nil for payments, which only end a credit.
  package init?(_ kind: CostDriver.Kind) {
    switch kind {
    case .visit: self = .visit
    case .call: self = .call
    case .delivery: self = .delivery
    case .ticket: self = .ticket
    case .contact: self = .contact
    case .coupon: self = .coupon
    case .customisation: self = .customisation
    case .dunning: self = .dunning
    case .invoice: self = .invoice
    case .payment: return nil
    }
  }

  package static func < (left: CostActivity, right: CostActivity) -> Bool { left.place < right.place }

  private var place: Int { CostActivity.allCases.firstIndex(of: self) ?? 0 }
}
