import Customers
import Kernel

/// What a customer paid, before what serving it cost. All in minor units; discounts, rebates and returns above zero.
package struct CustomerSales: Sendable, Equatable, Codable {
  /// Σ quantity × list price; nil when list prices are not known.
  package var list: Int64?
  package var discounts: Int64?
  package var rebates: Int64?
  package var returns: Int64?
  /// After all of them.
  package var net: Int64
  /// What the goods cost, and which part of `net` that covers; nil: unknown for all of it.
  package var goodsCost: Int64?
  package var costedNet: Int64?
  /// What the customer would have paid for it; nil when nobody asked.
  package var wouldPay: Int64?

  package init(
    net: Int64, list: Int64? = nil, discounts: Int64? = nil, rebates: Int64? = nil, returns: Int64? = nil,
    goodsCost: Int64? = nil, costedNet: Int64? = nil, wouldPay: Int64? = nil
  ) {
    self.net = net
    self.list = list
    self.discounts = discounts
    self.rebates = rebates
    self.returns = returns
    self.goodsCost = goodsCost
    self.costedNet = goodsCost == nil ? nil : costedNet ?? net
    self.wouldPay = wouldPay
  }
}

/// A customer with what was done for it in the window.
package struct ServedCustomer: Sendable, Equatable {
  package let customer: ID<Customer>
  package let segment: String?
  package let sales: CustomerSales
  /// An activity that is not in it is missing, not zero.
  package let counts: [CostActivity: DriverCount]
  /// Money spent on the customer beside the rates, such as what the shop adds to a coupon.
  package let direct: [CostActivity: Int64]
  /// Minor units times days owed; nil when invoices and payments are not known.
  package let moneyDays: Double?

  package init(
    _ customer: ID<Customer>, segment: String? = nil, sales: CustomerSales, counts: [CostActivity: DriverCount] = [:],
    direct: [CostActivity: Int64] = [:], moneyDays: Double? = nil
  ) {
    self.customer = customer
    self.segment = segment
    self.sales = sales
    self.counts = counts
    self.direct = direct
    self.moneyDays = moneyDays
  }
}
