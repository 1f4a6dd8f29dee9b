import Customers
import Kernel

/// How much money a customer owed for how long: invoices not yet paid, day by day.
package struct CreditDays: Sendable, Equatable {
  /// An invoice (above zero) or a payment (below zero).
  package struct Entry: Sendable, Equatable {
    package let day: Day
    package let minor: Int64

    package init(day: Day, minor: Int64) {
      self.day = day
      self.minor = minor
    }
  }

  package let period: Period
  /// Minor units times days owed, within the period.
  package let moneyDays: Double
  /// Invoiced within the period.
  package let invoiced: Int64
  /// Owed at the end of the period; below zero when more was paid than invoiced.
  package let balance: Int64

  /// Counts from the evening of the invoice's day to the evening of the payment's. What was paid ahead earns nothing:
  /// a balance below zero counts as none owed.
  /// - Parameter entries: in any order, from before the period too, so that the opening balance is right.
  package init(_ entries: [Entry], in period: Period) throws {
    self.period = period
    var (owed, total): (Int128, Int128) = (0, 0)
    var reached = period.from
    var billed: [Int64] = []
    for entry in entries.sorted(by: { ($0.day, $0.minor) < ($1.day, $1.minor) }) where entry.day < period.until {
      if entry.day > reached {
        total &+= Swift.max(0, owed) &* Int128(entry.day.days(since: reached))
        reached = entry.day
      }
      owed &+= Int128(entry.minor)
      if entry.minor > 0, period.contains(entry.day) { billed.append(entry.minor) }
    }
    total &+= Swift.max(0, owed) &* Int128(period.until.days(since: reached))
    moneyDays = Double(total)
    invoiced = try billed.exactSum()
    balance = try Int64(exactMinor: owed)
  }

  /// From the drivers of one customer; nil when no invoice is written down.
  package init?(_ drivers: some Sequence<CostDriver>, in period: Period) throws {
    let entries = drivers.compactMap { driver -> Entry? in
      guard let minor = driver.minor, minor != .min else { return nil }
      return switch driver.kind {
      case .invoice: Entry(day: driver.day, minor: minor)
      case .payment: Entry(day: driver.day, minor: -minor)
      default: nil
      }
    }
    guard entries.contains(where: { $0.minor > 0 }) else { return nil }
    try self.init(entries, in: period)
  }

  /// Mean amount owed; nil for an empty period.
  package var averageReceivable: Double? { period.isEmpty ? nil : moneyDays / Double(period.days) }

  /// Mean days from invoice to payment; nil when nothing was invoiced.
  package var daysOutstanding: Double? { invoiced > 0 ? moneyDays / Double(invoiced) : nil }

  /// What waiting cost, in unrounded minor units.
  package func cost(ofCapital rate: Double) -> Double { moneyDays / 365 * rate }
}
