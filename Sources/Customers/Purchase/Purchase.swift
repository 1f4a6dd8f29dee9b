import Kernel

/// What a customer bought at one time, or brought back.
package struct Purchase: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable {
    case order
    /// Reduces value and never counts as a purchase.
    case `return`
  }

  package let id: ID<Purchase>
  package let customer: ID<Customer>
  package let day: Day
  package let kind: Kind
  /// The order's name in its source; nil where the source has none.
  package let externalID: String?
  /// In minor units of the company's currency; negative for a return.
  package let minor: Int64
  package let lines: Int
  package let cancelledAt: Instant?
}

/// A line of a purchase as a feed tells it, its cells already read.
package struct PurchaseArrival: Sendable {
  package enum Standing: UInt8, Sendable {
    /// Bought, as far as anything is said of it.
    case bought
    case returned, cancelled
    /// Said to be bought, so a cancellation told earlier is over.
    case confirmed
  }

  package let customer: String
  /// The order's name; nil where the feed has none, then the customer's rows of one day are one order.
  package let order: String?
  /// The line's name within its order.
  package let lineKey: String?
  package let day: Day
  package let at: Instant?
  package let minor: Int64
  package let quantity: Double?
  package let product: String?
  package let listMinor: Int64?
  /// What one of it costs the company, as the feed tells it.
  package let unitCostMinor: Int64?
  package let discountMinor: Int64?
  package let couponMinor: Int64?
  /// What the shop added to a coupon.
  package let matchMinor: Int64?
  package let standing: Standing
  /// Where it stands in the file; 0 for what a row tells beside its own line, such as the refund of its order.
  package let line: Int

  package init(
    customer: String, order: String?, lineKey: String? = nil, day: Day, at: Instant? = nil, minor: Int64,
    quantity: Double? = nil, product: String? = nil, listMinor: Int64? = nil, unitCostMinor: Int64? = nil,
    discountMinor: Int64? = nil,
    couponMinor: Int64? = nil, matchMinor: Int64? = nil, standing: Standing = .bought, line: Int
  ) {
    self.customer = customer
    self.order = order
    self.lineKey = lineKey
    self.day = day
    self.at = at
    self.minor = minor
    self.quantity = quantity
    self.product = product
    self.listMinor = listMinor
    self.unitCostMinor = unitCostMinor
    self.discountMinor = discountMinor
    self.couponMinor = couponMinor
    self.matchMinor = matchMinor
    self.standing = standing
    self.line = line
  }

  /// A number for the content of the row, the same for every file it stands in (FNV-1a, 63 bits).
  var content: Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    func mix(_ number: Int64?) {
      mix(number == nil ? 0 : 1)
      var rest = UInt64(bitPattern: number ?? 0)
      for _ in 0..<8 {
        mix(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
    }
    func mix(_ text: String?) {
      mix(text.map { Int64($0.utf8.count) })
      for byte in (text ?? "").utf8 { mix(byte) }
    }
    mix(lineKey)
    mix(product)
    mix(Int64(day.number))
    mix(at?.microseconds)
    mix(minor)
    mix(quantity.map { Int64(bitPattern: $0.bitPattern) })
    mix(listMinor)
    // Rows from before there was such a column keep their number.
    if unitCostMinor != nil { mix(unitCostMinor) }
    mix(discountMinor)
    mix(couponMinor)
    mix(matchMinor)
    mix(Int64(standing == .returned ? 1 : 0))
    return Int64(bitPattern: hash & 0x7FFF_FFFF_FFFF_FFFF)
  }
}
