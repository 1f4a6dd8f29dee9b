import Analytics
import Customers
import Kernel

/// What customers were worth at the end of every quarter on what was known then, and what they returned on it (domain
/// F6).
///
/// Return on customer is (profit of the quarter + equity at its end − equity at its start) ÷ equity at its start, after
/// Peppers and Rogers, "Return on Customer" (2005).
package struct EquityHistory: Sendable, Equatable {
  /// Some customers in one quarter. Money in major units.
  package struct Part: Sendable, Equatable {
    /// Who had bought by the end.
    package var customers = 0
    /// At the end; nil where it could not be fitted.
    package var equity: Double?
    /// Earned in the quarter; nil where no margin is known.
    package var profit: Double?
    /// On the equity at the start of the quarter; nil with `missing`.
    package var returned: Double?
    /// Why there is no return.
    package var missing: String?
  }

  package struct Quarter: Sendable, Equatable {
    package let period: Period
    package var all = Part()
    /// Who had bought before the quarter, and everybody in the first one of the data.
    package var old = Part()
    /// Who first bought within it.
    package var new = Part()
    /// By the reader's segments; customers without one are in none.
    package var segments: [String: Part] = [:]
    /// Why there is no equity at its end.
    package var obstacle: String?
  }

  package let currency: Currency
  package let revision: Int64
  /// The model that was fitted anew at each quarter's end; nil where none could be.
  package let model: ModelName?
  package let months: Int
  package let annualDiscount: Double
  /// Whether an entered margin stands in the values.
  package let isAssumed: Bool
  /// Whole quarters, the oldest first.
  package let quarters: [Quarter]
  /// Names of the segments, by equity at the end, the largest first.
  package let segments: [String]

  package struct Facts: Sendable {
    package let ledger: PurchaseLedger
    package let contributions: ContributionHistory
    /// As customers' traits tell today.
    package let traits: [ID<Customer>: [String: String]]
    /// The reader's segments: a customer's name of one.
    package let segments: [ID<Customer>: String]

    package init(
      ledger: PurchaseLedger, contributions: ContributionHistory, traits: [ID<Customer>: [String: String]] = [:],
      segments: [ID<Customer>: String] = [:]
    ) {
      self.ledger = ledger
      self.contributions = contributions
      self.traits = traits
      self.segments = segments
    }
  }

  /// - Parameter model: fitted at each quarter's end; nil makes every equity missing, for the reason given.
  package init(
    _ question: LifetimeValueQuestion, of facts: Facts, model: ModelName?, reason: String = ""
  ) throws {
    currency = facts.contributions.currency
    revision = facts.contributions.revision
    self.model = model
    (months, annualDiscount) = (question.months, question.annualDiscount)
    let log = try facts.ledger.purchaseLog()
    let firsts = Self.firstDays(facts.ledger)
    let earned = facts.contributions.quarters.map { Self.profits($0.costing) }
    var made: [Quarter] = []
    var isAssumed = false
    for (place, quarter) in facts.contributions.quarters.enumerated() {
      let rows = facts.contributions.quarters[max(0, place - 3)...place].flatMap(\.costing.rows)
      let margins = CustomerMargins(yearly: rows, entered: question.margin)
      isAssumed = isAssumed || margins?.isAssumed == true
      let contracts = Contracts(facts.traits, asOf: quarter.period.last, entered: question.retention)
      let worth = QuarterWorth(
        question, log: log, ledger: facts.ledger, until: quarter.period.last, margins: margins, contracts: contracts,
        model: model, reason: reason, scale: Double(currency.minorPerMajor))
      let before = made.last
      made.append(
        Quarter(
          quarter.period, worth, profits: earned[place], firsts: firsts, segments: facts.segments, before: before,
          scale: Double(currency.minorPerMajor)))
    }
    quarters = made
    self.isAssumed = isAssumed
    let last = made.last?.segments ?? [:]
    segments = Set(facts.segments.values).sorted {
      (last[$1]?.equity ?? 0, $0) < (last[$0]?.equity ?? 0, $1)
    }
  }

  /// (profit + equity at the end − equity given) ÷ equity at the start; nil where that is 0 or less.
  /// - Parameter given: the equity at the start of these customers; that of all unless they are only some.
  package static func returned(profit: Double, equity: Double, given: Double? = nil, start: Double) -> Double? {
    guard start > 0 else { return nil }
    let returned = (profit + equity - (given ?? start)) / start
    return returned.isFinite ? returned : nil
  }

  private static func firstDays(_ ledger: PurchaseLedger) -> [ID<Customer>: Day] {
    var firsts: [ID<Customer>: Day] = [:]
    for position in ledger.customers.indices {
      if let entry = ledger.entries(of: position).first(where: { !ledger.isReturn[$0] }) {
        firsts[ledger.customers[position]] = Day(ledger.days[entry])
      }
    }
    return firsts
  }

  /// Minor units by customer; nil where it is not told of everybody who bought. While no rate is entered, what the goods
  /// leave is all that is known.
  private static func profits(_ costing: ActivityCosting) -> [ID<Customer>: Int64]? {
    guard costing.rows.allSatisfy({ $0.contribution != nil || $0.grossMargin != nil || $0.sales.net == 0 }) else {
      return nil
    }
    let known = costing.rows.compactMap { row in (row.contribution ?? row.grossMargin).map { (row.customer, $0) } }
    return known.isEmpty ? nil : Dictionary(known, uniquingKeysWith: { first, _ in first })
  }
}

extension CustomerMargins {
  /// From rows of several quarters, in which a customer stands more than once.
  fileprivate init?(yearly rows: [CustomerContribution], entered: Double?) {
    let isCosted = rows.contains { $0.contribution != nil }
    var sums: [ID<Customer>: Earned] = [:]
    for row in rows {
      let measured = row.marginGrade == .assumed ? nil : row.grossMargin
      guard let minor = isCosted ? row.contribution : measured else { continue }
      let before = sums[row.customer]
      sums[row.customer] = Earned(
        row.customer, net: row.sales.net.addingReportingOverflow(before?.net ?? 0).partialValue,
        earned: minor.addingReportingOverflow(before?.earned ?? 0).partialValue,
        orders: row.orders + (before?.orders ?? 0),
        isAssumed: row.marginGrade == .assumed || before?.isAssumed == true)
    }
    self.init(sums.values.sorted { $0.customer < $1.customer }, entered: entered)
  }
}

extension EquityHistory.Quarter {
  fileprivate init(
    _ period: Period, _ worth: QuarterWorth, profits: [ID<Customer>: Int64]?, firsts: [ID<Customer>: Day],
    segments: [ID<Customer>: String], before: EquityHistory.Quarter?, scale: Double
  ) {
    self.period = period
    obstacle = worth.obstacle
    let hasEquity = worth.obstacle == nil
    var (old, new) = (Sums(), Sums())
    var parts: [String: Sums] = [:]
    for name in Set(segments.values) { parts[name] = Sums() }
    func add(_ customer: ID<Customer>, _ take: (inout Sums) -> Void) {
      // In the first quarter of the data nobody can be told to be new.
      let isNew = before != nil && (firsts[customer] ?? period.from) >= period.from
      if isNew { take(&new) } else { take(&old) }
      if let name = segments[customer] { take(&parts[name, default: Sums()]) }
    }
    for customer in worth.customers { add(customer) { $0.customers += 1 } }
    for (customer, value) in worth.values { add(customer) { $0.equity += value } }
    for (customer, minor) in (profits ?? [:]).sorted(by: { $0.key < $1.key }) {
      add(customer) { $0.profit += Double(minor) / scale }
    }
    func part(_ sums: Sums) -> EquityHistory.Part {
      .init(
        customers: sums.customers, equity: hasEquity ? sums.equity : nil, profit: profits == nil ? nil : sums.profit)
    }
    all = part(old + new).returning(on: before?.all, obstacle)
    self.old = part(old).returning(on: before?.all, obstacle)
    // Who is new adds to what was there: its return is on the same equity, so that the two add up.
    self.new = part(new).returning(on: before?.all, obstacle, addsOnly: true)
    self.segments = Dictionary(
      parts.map { ($0.key, part($0.value).returning(on: before?.segments[$0.key], obstacle)) },
      uniquingKeysWith: { first, _ in first })
  }
}

private struct Sums {
  var customers = 0
  var equity = 0.0
  var profit = 0.0

  static func + (left: Sums, right: Sums) -> Sums {
    Sums(
      customers: left.customers + right.customers, equity: left.equity + right.equity,
      profit: left.profit + right.profit)
  }
}

extension EquityHistory.Part {
  /// The same with its return on what there was at the start of the quarter.
  /// - Parameter addsOnly: whether nothing of that was these customers'.
  fileprivate func returning(on before: Self?, _ obstacle: String?, addsOnly: Bool = false) -> Self {
    var part = self
    guard let before else {
      part.missing = "It is the first quarter in the data."
      return part
    }
    (part.returned, part.missing) = Self.returned(
      profit: profit, equity: equity, start: before.equity, given: addsOnly ? 0 : before.equity, obstacle)
    return part
  }

  private static func returned(
    profit: Double?, equity: Double?, start: Double?, given: Double?, _ obstacle: String?
  ) -> (Double?, String?) {
    guard let equity else { return (nil, obstacle ?? "There is no equity at its end.") }
    guard let start, let given else { return (nil, "There is no equity at its start.") }
    guard start > 0 else { return (nil, "Equity at its start is 0 or less, so a return on it has no meaning.") }
    guard let profit else { return (nil, "The margin of some who bought is not known, so neither is profit.") }
    let returned = EquityHistory.returned(profit: profit, equity: equity, given: given, start: start)
    return (returned, returned == nil ? "It is not a number." : nil)
  }
}
