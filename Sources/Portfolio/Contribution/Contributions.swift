import Conditions
import Customers
import Kernel

/// Answers what customers earn for whoever asks, from the facts they may see and the numbers people entered; the last
/// answers are kept until facts or numbers change.
package final class Contributions: Sendable {
  private struct Asked: Equatable {
    let window: ConcentrationQuestion.Window
    let assumptions: AssumptionSet
    let user: Viewpoint?
  }

  private let purchases: Purchases
  private let drivers: CostDrivers
  private let ledgers: PurchaseLedgers
  private let companies: Companies
  private let customers: Customers?
  private let kept = KeptAnswers<Asked, Contribution>(most: 4)
  private let histories = KeptAnswers<Asked, ContributionHistory>(most: 2)

  /// - Parameter customers: whose traits tell through which channel they come.
  package init(
    _ purchases: Purchases, drivers: CostDrivers, ledgers: PurchaseLedgers, companies: Companies,
    customers: Customers? = nil
  ) {
    self.purchases = purchases
    self.drivers = drivers
    self.ledgers = ledgers
    self.companies = companies
    self.customers = customers
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
    let user = actor.viewpoint
    let asked = Asked(window: window, assumptions: assumptions, user: user)
    if let found = kept.find(asked, at: ledger.revision) { return found }
    let period = ConcentrationQuestion(window: window).period(first: first, last: last)
    let rates = try assumptions.rates(in: company.currency, days: period.days)
    let served = try await served(in: period, credit: rates.costOfCapital != nil, for: actor)
    guard !served.isEmpty else { return nil }
    let answer = try Contribution(
      served, rates: rates, window: period, asOf: min(last, period.last), currency: company.currency,
      revision: ledger.revision)
    kept.keep(answer, to: asked, at: ledger.revision)
    return answer
  }

  /// Quarter by quarter, as far as whole quarters are in the data; nil while nobody has bought anything.
  package func history(assumptions: AssumptionSet, for actor: Actor) async throws -> ContributionHistory? {
    try actor.require(.see, .analysis)
    let ledger = try await ledgers.current(for: actor)
    guard let company = try await companies.current(), let first = ledger.firstDay, let last = ledger.lastDay else {
      return nil
    }
    let user = actor.viewpoint
    let asked = Asked(window: .all, assumptions: assumptions, user: user)
    if let found = histories.find(asked, at: ledger.revision) { return found }
    let quarters = Period.quarters(from: first, through: last)
    let totals = try await purchases.totals(in: quarters, for: actor)
    let counts = try await drivers.counts(in: quarters, for: actor)
    let isCredit = assumptions[.costOfCapital] != nil
    let owed = isCredit ? try await owed(in: quarters, for: actor) : []
    let served = quarters.indices.map { place in
      (
        quarters[place],
        ServedCustomer.all(totals[place], counts: counts[place], owed: isCredit ? owed[place] : nil)
      )
    }
    let traits = try await customers?.traits(named: ["channel", "Channel"], for: actor) ?? [:]
    let answer = try ContributionHistory(
      served, rates: { try assumptions.rates(in: company.currency, days: $0.days) },
      channels: traits.compactMapValues { $0.values.sorted().first }, currency: company.currency,
      revision: ledger.revision)
    histories.keep(answer, to: asked, at: ledger.revision)
    return answer
  }

  private func served(in period: Period, credit: Bool, for actor: Actor) async throws -> [ServedCustomer] {
    let totals = try await purchases.totals(in: period, for: actor)
    let counts = try await drivers.counts(in: period, for: actor)
    let owed = credit ? try await owed(in: [period], for: actor).first : nil
    return ServedCustomer.all(totals, counts: counts, owed: owed)
  }

  /// Minor units times days that each customer owed, in each period.
  private func owed(in periods: [Period], for actor: Actor) async throws -> [[ID<Customer>: Double]] {
    guard let last = periods.last else { return [] }
    let all = try await drivers.credit(until: last.until, for: actor)
    let entries = Dictionary(grouping: all, by: \.customer).mapValues { entries in
      entries.map { CreditDays.Entry(day: $0.day, minor: $0.kind == .invoice ? $0.minor ?? 0 : -($0.minor ?? 0)) }
    }
    return try periods.map { period in try entries.mapValues { try CreditDays($0, in: period).moneyDays } }
  }
}

extension ServedCustomer {
  /// Whoever bought or was served in some days.
  /// - Parameter owed: nil where credit is not costed.
  static func all(
    _ bought: [PurchaseTotals], counts: [(customer: ID<Customer>, total: CostDriver.Total)],
    owed: [ID<Customer>: Double]?
  ) -> [ServedCustomer] {
    var totals = bought
    var counted: [ID<Customer>: [CostActivity: DriverCount]] = [:]
    // What is written down for anybody is written down for everybody: silence is none.
    var written: Set<CostActivity> = []
    for (customer, total) in counts {
      guard let activity = CostActivity(total.kind) else { continue }
      written.insert(activity)
      counted[customer, default: [:]][activity, default: DriverCount()].add(
        pieces: total.pieces > 0 ? total.pieces : Double(total.count), minutes: total.minutes > 0 ? total.minutes : nil)
    }
    // Who was served and bought nothing costs all the same.
    let debtors = (owed ?? [:]).filter { $0.value != 0 }.keys
    let buyers = Set(totals.map(\.customer))
    let others = Set(counted.keys).union(debtors).subtracting(buyers).map { PurchaseTotals(customer: $0) }
    if !totals.isEmpty { totals = (totals + others).sorted { $0.customer < $1.customer } }
    return totals.map { row in
      var own = counted[row.customer] ?? [:]
      for activity in written where own[activity] == nil { own[activity] = DriverCount.none }
      own[.order] = DriverCount(pieces: Double(row.orders))
      own[.orderLine] = DriverCount(pieces: Double(row.pickedLines))
      own[.return] = DriverCount(pieces: Double(row.returns))
      return ServedCustomer(
        row.customer, sales: row.sales, counts: own, direct: row.matchMinor > 0 ? [.coupon: row.matchMinor] : [:],
        moneyDays: owed.map { $0[row.customer] ?? 0 })
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
