import Conditions
import Customers
import Kernel

/// Answers what customers earn for whoever asks, from the facts they may see and the numbers people entered; the last
/// answers are kept until facts or numbers change.
package final class Contributions: Sendable {
  private struct Asked: Equatable {
    let window: ConcentrationQuestion.Window
    let assumptions: AssumptionSet
    let user: Int64?
  }

  private let purchases: Purchases
  private let drivers: CostDrivers
  private let ledgers: PurchaseLedgers
  private let companies: Companies
  private let kept = KeptAnswers<Asked, Contribution>(most: 4)

  package init(_ purchases: Purchases, drivers: CostDrivers, ledgers: PurchaseLedgers, companies: Companies) {
    self.purchases = purchases
    self.drivers = drivers
    self.ledgers = ledgers
    self.companies = companies
  }

  /// nil when nobody bought anything in the window.
  package func answer(
    _ window: ConcentrationQuestion.Window, assumptions: AssumptionSet, for actor: Actor
  ) async throws -> Contribution? {
    try actor.require(.see, .analysis)
    guard let company = try await companies.current() else {
      throw Problem(
        .unavailable, "There is no company in this store yet.", mend: "Run: valuechain demo grocery, or serve.")
    }
    let ledger = try await ledgers.current(for: actor)
    guard let first = ledger.firstDay, let last = ledger.lastDay else { return nil }
    let user = actor.reach(.see, .customer) == .all ? nil : actor.user
    let asked = Asked(window: window, assumptions: assumptions, user: user)
    if let found = kept.find(asked, at: ledger.revision) { return found }
    let period = ConcentrationQuestion(window: window).period(first: first, last: last)
    let rates = try assumptions.rates(in: company.currency)
    let served = try await served(in: period, credit: rates.costOfCapital != nil, for: actor)
    guard !served.isEmpty else { return nil }
    let answer = try Contribution(
      served, rates: rates, window: period, asOf: min(last, period.last), currency: company.currency,
      revision: ledger.revision)
    kept.keep(answer, to: asked, at: ledger.revision)
    return answer
  }

  private func served(in period: Period, credit: Bool, for actor: Actor) async throws -> [ServedCustomer] {
    var totals = try await purchases.totals(in: period, for: actor)
    var counts: [ID<Customer>: [CostActivity: DriverCount]] = [:]
    // What is written down for anybody is written down for everybody: silence is none.
    var written: Set<CostActivity> = []
    for (customer, total) in try await drivers.counts(in: period, for: actor) {
      guard let activity = CostActivity(total.kind) else { continue }
      written.insert(activity)
      counts[customer, default: [:]][activity, default: DriverCount()].add(
        pieces: total.pieces > 0 ? total.pieces : Double(total.count), minutes: total.minutes > 0 ? total.minutes : nil)
    }
    // Who was served and bought nothing costs all the same.
    let owed = credit ? try await owed(in: period, for: actor).filter { $0.value != 0 } : [:]
    let bought = Set(totals.map(\.customer))
    let served = Set(counts.keys).union(owed.keys).subtracting(bought).map { PurchaseTotals(customer: $0) }
    if !totals.isEmpty { totals = (totals + served).sorted { $0.customer < $1.customer } }
    return totals.map { row in
      var counted = counts[row.customer] ?? [:]
      for activity in written where counted[activity] == nil { counted[activity] = DriverCount.none }
      counted[.order] = DriverCount(pieces: Double(row.orders))
      counted[.orderLine] = DriverCount(pieces: Double(row.pickedLines))
      counted[.return] = DriverCount(pieces: Double(row.returns))
      return ServedCustomer(
        row.customer, sales: row.sales, counts: counted,
        direct: row.matchMinor > 0 ? [.coupon: row.matchMinor] : [:],
        moneyDays: credit ? owed[row.customer] ?? 0 : nil)
    }
  }

  private func owed(in period: Period, for actor: Actor) async throws -> [ID<Customer>: Double] {
    let entries = Dictionary(grouping: try await drivers.credit(until: period.until, for: actor), by: \.customer)
    return try entries.mapValues { entries in
      try CreditDays(
        entries.map { CreditDays.Entry(day: $0.day, minor: $0.kind == .invoice ? $0.minor ?? 0 : -($0.minor ?? 0)) },
        in: period
      ).moneyDays
    }
  }
}

/// The totals as margins are made of them. List prices count where every line has one; what was not bought cost nothing.
extension PurchaseTotals {
  var sales: CustomerSales {
    let isCosted = costedLines > 0 || lines == 0
    return CustomerSales(
      net: minor, list: listedLines == lines && lines > 0 ? listMinor : nil,
      discounts: discountMinor > 0 ? discountMinor : nil, goodsCost: isCosted ? costMinor : nil,
      costedNet: isCosted ? costedSalesMinor : nil)
  }
}
