import Customers
import Kernel

/// What each customer leaves of what it pays: its own contribution over its sales, drawn towards that of customers with
/// orders of its size the more, the fewer its orders are (domain F5; credibility after Bühlmann 1967, with a regression
/// as Hachemeister 1975 has it).
package struct CustomerMargins: Sendable, Equatable {
  /// Where the margin of a customer comes from.
  package enum Source: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
    /// The customer's own, drawn towards the base.
    case own
    /// The base's, because the customer bought nothing in the window or its own is not known.
    case base
    /// The margin that was entered, because nobody's own is known.
    case assumed
  }

  /// What one customer earned in the window.
  package struct Earned: Sendable, Equatable {
    package let customer: ID<Customer>
    /// Minor units.
    package let net: Int64
    package let earned: Int64
    package let orders: Double
    /// Whether the entered margin stands in it for the cost of goods.
    package let isAssumed: Bool

    package init(_ customer: ID<Customer>, net: Int64, earned: Int64, orders: Double, isAssumed: Bool = false) {
      self.customer = customer
      self.net = net
      self.earned = earned
      self.orders = orders
      self.isAssumed = isAssumed
    }
  }

  package struct Margin: Sendable, Equatable {
    /// Per unit of sales, as it is used.
    package let rate: Double
    /// Contribution over sales, as it was.
    package let own: Double?
    /// How much of its own counts, from 0 to 1.
    package let credibility: Double
    package let source: Source
    /// Whether floor or cap was met.
    package let isBounded: Bool
  }

  /// Orders with which a customer's own margin counts half: what an order leaves recurs from order to order.
  package static let halfWeight = 3.0

  /// Per unit of sales, of all customers together.
  package let base: Double
  /// Whether an entered margin stands in it.
  package let isAssumed: Bool
  private let own: [ID<Customer>: Margin]

  /// - Parameter entered: the margin that stands in where nobody's own is known.
  /// - Returns: nil when neither is known.
  package init?(_ rows: [Earned], entered: Double?) {
    let net = rows.reduce(0.0) { $0 + Double($1.net) }
    guard net > 0 else {
      guard let entered else { return nil }
      (base, isAssumed, own) = (entered, true, [:])
      return
    }
    let base = rows.reduce(0.0) { $0 + Double($1.earned) } / net
    self.base = base
    isAssumed = rows.contains(where: \.isAssumed)
    let prior = OrderSizePrior(rows, base: base)
    own = Dictionary(
      rows.filter { $0.net > 0 }.map { ($0.customer, Self.margin($0, base: base, prior: prior.margin(of: $0))) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Half of the weight with `halfWeight` orders. Nobody is served at a loss for ever, so the floor is 0 (or the base,
  /// when that is below); nobody leaves more than it pays, so the cap is 1.
  private static func margin(_ row: Earned, base: Double, prior: Double) -> Margin {
    let own = Double(row.earned) / Double(row.net)
    let credibility = max(0, row.orders) / (max(0, row.orders) + halfWeight)
    let drawn = credibility * own + (1 - credibility) * prior
    let rate = min(max(drawn, min(0, base)), max(1, base))
    return Margin(rate: rate, own: own, credibility: credibility, source: .own, isBounded: rate != drawn)
  }

  package subscript(customer: ID<Customer>) -> Margin {
    own[customer]
      ?? Margin(rate: base, own: nil, credibility: 0, source: own.isEmpty ? .assumed : .base, isBounded: false)
  }
}

extension CustomerMargins {
  /// Own margins from what customers earned. While no rate of an activity is entered, what the goods leave stands in
  /// for what is left after serving; an entered margin alone is nobody's own.
  package init?(_ rows: [CustomerContribution], entered: Double?) {
    let isCosted = rows.contains { $0.contribution != nil }
    self.init(
      rows.compactMap { row in
        let measured = row.marginGrade == .assumed ? nil : row.grossMargin
        return (isCosted ? row.contribution : measured).map {
          Earned(
            row.customer, net: row.sales.net, earned: $0, orders: row.orders, isAssumed: row.marginGrade == .assumed)
        }
      }, entered: entered)
  }
}

/// What customers leave by the size of their orders. An order costs something however small it is, so the margin is a
/// share of sales less a cost over the order's size: a straight line in 1 ÷ size, weighted by sales, through the base.
private struct OrderSizePrior {
  let base: Double
  private var slope = 0.0
  private var centre = 0.0

  /// Fewer customers than this draw no line; the base is everybody's.
  private static let least = 20

  init(_ rows: [CustomerMargins.Earned], base: Double) {
    self.base = base
    let usable = rows.filter { $0.net > 0 && $0.orders > 0 }
    guard usable.count >= Self.least else { return }
    let weight = usable.reduce(0.0) { $0 + Double($1.net) }
    centre = usable.reduce(0.0) { $0 + $1.orders } / weight
    var (cross, square) = (0.0, 0.0)
    for row in usable {
      let off = row.orders / Double(row.net) - centre
      cross += Double(row.net) * off * (Double(row.earned) / Double(row.net) - base)
      square += Double(row.net) * off * off
    }
    slope = square > 0 ? min(0, cross / square) : 0
  }

  func margin(of row: CustomerMargins.Earned) -> Double {
    guard row.orders > 0 else { return base }
    return min(1, max(-1, base + slope * (row.orders / Double(row.net) - centre)))
  }
}
