import Kernel
import Testing

/// Contribution by domain F1 of every account, counted from the files alone.
struct YearOfTrade {
  private(set) var contribution: [String: Double] = [:]
  private(set) var revenue: [String: Double] = [:]
  private(set) var minutes: [String: Double] = [:]
  private(set) var orderDays: [String: Set<Day>] = [:]
  private(set) var firstBought: [String: [String: Day]] = [:]

  /// - Parameter byPlace: a site for itself instead of with its organisation.
  init(_ sample: Sample, byPlace: Bool = false) throws {
    let accounts = try sample.accounts()
    func holder(_ code: String) -> String { byPlace ? code : accounts[code] ?? code }
    let asOf = sample.company.asOf
    let window = Period(first: asOf.adding(days: -364), last: asOf)
    var rates: [String: Double] = [:]
    let table = try sample.rows("rates")
    for (activity, rate) in zip(try table.texts("activity"), try table.numbers("rate")) { rates[activity] = rate }
    try trade(sample, rates, window, holder)
    try serve(sample, rates, window, holder)
  }

  private mutating func trade(
    _ sample: Sample, _ rates: [String: Double], _ window: Period, _ holder: (String) -> String
  ) throws {
    let rows = try sample.rows("purchases")
    let (codes, orders, days) = try (rows.texts("customer"), rows.texts("order"), rows.days("date"))
    let (products, types, amounts) = try (rows.texts("product"), rows.texts("type"), rows.numbers("amount"))
    let (quantities, costs) = try (rows.numbers("quantity"), rows.numbers("unit_cost"))
    let (perOrder, perLine) = try (#require(rates["order"]), #require(rates["orderLine"]))
    var seen: Set<String> = []
    for row in rows.cells.indices {
      let account = holder(codes[row])
      let isReturn = types[row] == "return"
      if !isReturn {
        orderDays[account, default: []].insert(days[row])
        let known = firstBought[account]?[products[row]] ?? days[row]
        firstBought[account, default: [:]][products[row]] = min(known, days[row])
      }
      guard window.contains(days[row]) else { continue }
      revenue[account, default: 0] += amounts[row]
      contribution[account, default: 0] += amounts[row] - quantities[row] * costs[row] - (isReturn ? 0 : perLine)
      if !isReturn, seen.insert(orders[row]).inserted { contribution[account, default: 0] -= perOrder }
    }
  }

  private mutating func serve(
    _ sample: Sample, _ rates: [String: Double], _ window: Period, _ holder: (String) -> String
  ) throws {
    let rows = try sample.rows("drivers")
    let (codes, days) = try (rows.texts("customer"), rows.days("date"))
    let counted = [
      ("deliveries", "delivery"), ("returns", "return"), ("visit_minutes", "visitMinute"),
      ("call_minutes", "callMinute"), ("ticket_minutes", "ticketMinute"),
    ]
    for (column, activity) in counted {
      let rate = try #require(rates[activity])
      for (row, count) in try rows.numbers(column).enumerated() where count > 0 && window.contains(days[row]) {
        contribution[holder(codes[row]), default: 0] -= count * rate
        if column.hasSuffix("_minutes") { minutes[holder(codes[row]), default: 0] += count }
      }
    }
    let perInvoice = try #require(rates["invoice"])
    let (invoices, payments) = try (rows.numbers("invoices"), rows.numbers("payments"))
    var changes: [String: [(Day, Double)]] = [:]
    for row in rows.cells.indices where invoices[row] != 0 || payments[row] != 0 {
      let account = holder(codes[row])
      changes[account, default: []].append((days[row], invoices[row] - payments[row]))
      if invoices[row] != 0, window.contains(days[row]) { contribution[account, default: 0] -= perInvoice }
    }
    let capital = try sample.setting("costOfCapital")
    for (account, entries) in changes {
      contribution[account, default: 0] -= averageOwed(entries, window) * capital
    }
  }

  /// The mean of what is owed on each evening of the window, day by day.
  private func averageOwed(_ entries: [(Day, Double)], _ window: Period) -> Double {
    var (owed, sum, next) = (0.0, 0.0, 0)
    let sorted = entries.sorted { $0.0 < $1.0 }
    for offset in 0..<window.days {
      let day = window.from.adding(days: offset)
      while next < sorted.count, sorted[next].0 <= day {
        owed += sorted[next].1
        next += 1
      }
      sum += owed
    }
    return sum / Double(window.days)
  }
}
