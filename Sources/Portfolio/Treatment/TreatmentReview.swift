import Customers
import Kernel

/// A rule as it is kept: who made it, and whom it names.
package struct KeptTreatmentRule: Sendable, Equatable {
  package let id: ID<TreatmentRule>
  package let rule: TreatmentRule
  package let ownerName: String?
  package let by: String
  package let at: Instant
}

/// Something that customers get and that can be counted.
package enum TreatmentMeasure: String, Sendable, CaseIterable, Codable {
  case visits, visitMinutes, calls, tickets, ticketMinutes, contacts, deliveries, customisation, discount, spending

  package var word: String {
    switch self {
    case .visits: "Sales visits"
    case .visitMinutes: "Minutes of visits"
    case .calls: "Calls"
    case .tickets: "Tickets"
    case .ticketMinutes: "Minutes on tickets"
    case .contacts: "Campaign contacts"
    case .deliveries: "Deliveries"
    case .customisation: "Customisation"
    case .discount: "Discount"
    case .spending: "Spent on keeping them"
    }
  }

  /// What is counted, and whether its minutes are meant.
  var driver: (kind: CostDriver.Kind, isMinutes: Bool)? {
    switch self {
    case .visits: (.visit, false)
    case .visitMinutes: (.visit, true)
    case .calls: (.call, false)
    case .tickets: (.ticket, false)
    case .ticketMinutes: (.ticket, true)
    case .contacts: (.contact, false)
    case .deliveries: (.delivery, false)
    case .customisation: (.customisation, false)
    case .discount, .spending: nil
    }
  }
}

/// What customers who matter, or whom a rule names, got in a year beside what all others got, and beside what they are
/// due (domain C30).
package struct TreatmentReview: Sendable {
  /// A head, over the customers of a side; discount as a share of the price before it, spending in money.
  package struct Comparison: Sendable {
    package let measure: TreatmentMeasure
    /// nil when nobody counts it.
    package let those: Double?
    package let others: Double?

    /// How many times as much those who matter get.
    package var ratio: Double? {
      guard let those, let others, others > 0 else { return nil }
      return those / others
    }
  }

  package struct Kept: Sendable {
    package let rule: KeptTreatmentRule
    package let customers: Int
    package let breaches: Int
  }

  package let asOf: Day
  package let window: Period
  package let currency: Currency
  package let revision: Int64
  package let base: Int
  package let significant: Int
  package let rules: [Kept]
  package let comparisons: [Comparison]
  /// Customers who are due something, those whom it costs most first.
  package let checks: [TreatmentCheck]
  package let sales: [ID<Customer>: Int64]
  package let kinds: [ID<Customer>: [SignificanceKind]]
  package let segments: [ID<Customer>: String]
  /// What would have to be recorded for the rules to be held against it.
  package let missing: [String]

  package var breaches: [TreatmentCheck] { checks.filter { !$0.isKept } }

  /// What goes in.
  struct Facts: Sendable {
    let portfolio: Portfolio
    let counts: [(customer: ID<Customer>, total: CostDriver.Total)]
    let owned: Set<ID<Customer>>
    let lastVisits: [ID<Customer>: Day]
    let values: [ID<Customer>: Int64]
    let sheet: SegmentSheet?
    let rules: [KeptTreatmentRule]
  }

  init(_ facts: Facts) throws {
    let contribution = facts.portfolio.contribution
    (asOf, window) = (contribution.asOf, contribution.window)
    (currency, revision) = (contribution.currency, contribution.revision)
    let rows = contribution.costing.rows
    base = rows.count
    kinds = facts.portfolio.significant.kinds
    segments = facts.sheet?.names ?? [:]
    significant = kinds.count
    sales = Dictionary(rows.map { ($0.customer, $0.sales.net) }, uniquingKeysWith: { first, _ in first })
    let got = TreatmentGot(facts)
    let parts = Dictionary(
      (facts.sheet?.profiles ?? []).compactMap { profile in profile.part.map { (profile.name, $0.id) } },
      uniquingKeysWith: { first, _ in first })
    let known = kinds
    let names = segments
    func due(_ customer: ID<Customer>) -> (kinds: [SignificanceKind], segment: ID<Segment>?) {
      (known[customer] ?? [], names[customer].flatMap { parts[$0] })
    }
    let standing = facts.rules.map(\.rule)
    let asOf = asOf
    checks = rows.compactMap { row -> TreatmentCheck? in
      let (kinds, segment) = due(row.customer)
      guard let treatment = Treatment(kinds, segment: segment, by: standing) else { return nil }
      return TreatmentCheck(
        got.received(row), due: treatment, lifetimeValue: facts.values[row.customer],
        judged: got.since(row.customer).adding(days: treatment.reviewDays ?? 0), asOf: asOf)
    }
    .sorted { left, right in
      (facts.values[right.customer] ?? 0, left.customer) < (facts.values[left.customer] ?? 0, right.customer)
    }
    let broken = Set(checks.filter { !$0.isKept }.map(\.customer))
    rules = facts.rules.map { rule in
      let mine = rows.map(\.customer).filter { one in
        let (kinds, segment) = due(one)
        return rule.rule.holds(for: kinds, segment: segment)
      }
      return Kept(rule: rule, customers: mine.count, breaches: mine.count { broken.contains($0) })
    }
    let those = Set(kinds.keys)
    comparisons = TreatmentMeasure.allCases.map { measure in
      Comparison(
        measure: measure, those: got.mean(measure, rows.filter { those.contains($0.customer) }),
        others: got.mean(measure, rows.filter { !those.contains($0.customer) }))
    }
    missing = Self.missing(standing, got, facts)
  }

  private static func missing(_ rules: [TreatmentRule], _ got: TreatmentGot, _ facts: Facts) -> [String] {
    var missing = ["when requests were answered", "how late deliveries came"]
    if !got.written.contains(.visit) { missing.append("sales visits, which count as reviews") }
    if rules.contains(where: { $0.ceilingShare != nil }) && facts.values.isEmpty { missing.append("lifetime value") }
    if !got.isCosted { missing.append("rates of serving, so what was spent") }
    return missing
  }
}

/// What each customer got.
private struct TreatmentGot {
  let written: Set<CostDriver.Kind>
  let isCosted: Bool
  private let counts: [ID<Customer>: [TreatmentMeasure: Double]]
  private let facts: TreatmentReview.Facts
  private let hasDiscounts: Bool
  private let firstDays: [ID<Customer>: Double]

  /// What is spent to keep a customer, rather than to serve an order.
  private static let care: [CostActivity] = [.visit, .call, .contact, .coupon, .customisation]

  init(_ facts: TreatmentReview.Facts) {
    self.facts = facts
    var written: Set<CostDriver.Kind> = []
    var counts: [ID<Customer>: [TreatmentMeasure: Double]] = [:]
    for (customer, total) in facts.counts {
      written.insert(total.kind)
      for measure in TreatmentMeasure.allCases {
        guard let driver = measure.driver, driver.kind == total.kind else { continue }
        let pieces = total.pieces > 0 ? total.pieces : Double(total.count)
        counts[customer, default: [:]][measure, default: 0] += driver.isMinutes ? total.minutes : pieces
      }
    }
    self.written = written
    self.counts = counts
    let rows = facts.portfolio.contribution.costing.rows
    isCosted = rows.contains { $0.costToServe != nil }
    hasDiscounts = rows.contains { $0.sales.discounts != nil }
    firstDays = Dictionary(
      (facts.sheet?.base.facts ?? []).compactMap { fact in fact.measures[.tenureDays].map { (fact.customer, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  func received(_ row: CustomerContribution) -> TreatmentReceived {
    TreatmentReceived(
      row.customer, hasOwner: facts.owned.contains(row.customer), lastReview: facts.lastVisits[row.customer],
      spent: spent(row))
  }

  /// From when a review can be due: the first purchase, or the first day of the window where it is older.
  func since(_ customer: ID<Customer>) -> Day {
    let contribution = facts.portfolio.contribution
    guard let days = firstDays[customer] else { return contribution.window.from }
    return max(contribution.window.from, contribution.asOf.adding(days: -Int(days)))
  }

  private func spent(_ row: CustomerContribution) -> Int64? {
    guard isCosted else { return nil }
    return try? Self.care.compactMap { row.costs[$0]?.minor }.exactSum()
  }

  func mean(_ measure: TreatmentMeasure, _ rows: [CustomerContribution]) -> Double? {
    guard !rows.isEmpty else { return nil }
    let count = Double(rows.count)
    switch measure {
    case .discount:
      guard hasDiscounts else { return nil }
      let given = rows.reduce(0.0) { $0 + Double($1.sales.discounts ?? 0) }
      let before = rows.reduce(given) { $0 + Double($1.sales.net) }
      return before > 0 ? given / before : nil
    case .spending:
      guard isCosted else { return nil }
      let scale = Double(facts.portfolio.currency.minorPerMajor)
      return rows.reduce(0.0) { $0 + Double(spent($1) ?? 0) } / count / scale
    default:
      guard let driver = measure.driver, written.contains(driver.kind) else { return nil }
      let sum = rows.reduce(0.0) { $0 + (counts[$1.customer]?[measure] ?? 0) }
      return sum / count
    }
  }
}
