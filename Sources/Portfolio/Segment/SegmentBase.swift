import Analytics
import Customers
import Kernel

/// What is known of everybody when segments are told apart: from purchases, contribution, counts and traits.
package struct SegmentBase: Sendable {
  /// Which facts beside those of purchases the rules ask for; only these are read.
  package struct Needs: Sendable, Equatable {
    var lifetimeValue = false
    var contacts = false
    var traits: Set<String> = []

    init(_ rules: [SegmentRule] = [], measures: Set<SegmentMeasure> = [], traits: Set<String> = []) {
      let asked = rules.reduce(into: measures) { $0.formUnion($1.measures) }
      lifetimeValue = asked.contains(.lifetimeValue)
      contacts = asked.contains(.contacts)
      self.traits = rules.reduce(into: traits) { $0.formUnion($1.traits) }
    }
  }

  struct Asked: Equatable, Sendable {
    let needs: Needs
    let assumptions: AssumptionSet
    let user: Viewpoint?
  }

  package let contribution: Contribution
  let ledger: PurchaseLedger
  /// Everybody who ever bought or was served, by number.
  package let facts: [SegmentFacts]
  /// Net sales of the window, in minor units.
  package let sales: [ID<Customer>: Int64]
  /// The same of as many days before; nil where the data do not go back so far.
  package let earlier: [ID<Customer>: Int64]?

  /// What customers would have paid in a year, where they were asked.
  package let worth: [ID<Customer>: Int64]

  package var window: Period { contribution.window }
  package var asOf: Day { contribution.asOf }
  package var currency: Currency { contribution.currency }
  package var revision: Int64 { contribution.revision }

  init(
    _ contribution: Contribution, _ ledger: PurchaseLedger, values: [ID<Customer>: Int64] = [:],
    contacts: [ID<Customer>: Double]? = nil, traits: [ID<Customer>: [String: String]] = [:],
    worth: [ID<Customer>: Int64] = [:]
  ) throws {
    self.worth = worth
    self.contribution = contribution
    self.ledger = ledger
    let before = contribution.window.before
    let reading = LedgerReading(ledger, window: contribution.window, before: before, asOf: contribution.asOf)
    sales = reading.sales
    earlier = ledger.firstDay.map { $0 <= before.from } == true ? reading.earlier : nil
    var facts: [SegmentFacts] = []
    let served = contribution.costing.rows.map(\.customer).filter { reading.rows[$0] == nil }
    let isCosted = contribution.isKnown
    let isMargined = contribution.costing.rows.contains { $0.grossMargin != nil }
    for customer in (Array(reading.rows.keys) + served).sorted() {
      var measures = reading.rows[customer] ?? [.sales: 0, .orders: 0]
      if let row = contribution[customer] {
        measures[.contribution] = row.contribution.map(Double.init)
        measures[.grossMargin] = row.grossMargin.map(Double.init)
        measures[.costToServe] = row.costToServe.map(Double.init)
        if let list = row.sales.list, list > 0 { measures[.netPrice] = Double(row.sales.net) / Double(list) }
      } else {
        // Who bought nothing and was not served in the window earned and cost nothing, where such things are counted.
        if isCosted { (measures[.contribution], measures[.costToServe]) = (0, 0) }
        if isMargined { measures[.grossMargin] = 0 }
      }
      measures[.lifetimeValue] = values[customer].map(Double.init)
      if let contacts { measures[.contacts] = contacts[customer] ?? 0 }
      facts.append(SegmentFacts(customer, measures: measures, traits: traits[customer] ?? [:]))
    }
    self.facts = try Self.scored(facts, reading)
  }

  private static func scored(_ facts: [SegmentFacts], _ reading: LedgerReading) throws -> [SegmentFacts] {
    let rows = facts.compactMap { fact -> RecencySegments.Row? in
      guard let last = reading.lastOrders[fact.customer] else { return nil }
      return RecencySegments.Row(
        fact.customer, lastPurchase: last, orders: Int(fact.measures[.orders] ?? 0),
        minor: reading.sales[fact.customer] ?? 0)
    }
    let scored = try RecencySegments(rows)?.applied(to: facts) ?? facts
    let isKnown = scored.allSatisfy { $0.measures[.contribution] != nil }
    let ranks = ValueRanking.percentiles(scored.map { $0.measures[isKnown ? .contribution : .sales] })
    return zip(scored, ranks).map { fact, rank in
      var ranked = fact
      ranked.measures[.valuePercentile] = rank
      return ranked
    }
  }
}

/// One pass over the purchases.
private struct LedgerReading {
  var rows: [ID<Customer>: [SegmentMeasure: Double]] = [:]
  var sales: [ID<Customer>: Int64] = [:]
  var earlier: [ID<Customer>: Int64] = [:]
  var lastOrders: [ID<Customer>: Day] = [:]

  init(_ ledger: PurchaseLedger, window: Period, before: Period, asOf: Day) {
    for position in ledger.customers.indices {
      let customer = ledger.customers[position]
      var (orders, net, back, former) = (0, Int64(0), Int64(0), Int64(0))
      var (first, last): (Int32?, Int32?)
      for entry in ledger.entries(of: position) where ledger.days[entry] <= asOf.number {
        let (day, minor) = (ledger.days[entry], ledger.minor[entry])
        if !ledger.isReturn[entry] { (first, last) = (first ?? day, day) }
        if day >= window.from.number && day < window.until.number {
          net = net.addingReportingOverflow(minor).partialValue
          if ledger.isReturn[entry] { back = back.addingReportingOverflow(minor).partialValue } else { orders += 1 }
        } else if day >= before.from.number && day < before.until.number {
          former = former.addingReportingOverflow(minor).partialValue
        }
      }
      var measures: [SegmentMeasure: Double] = [.sales: Double(net), .orders: Double(orders)]
      if let first, let last {
        measures[.tenureDays] = Double(asOf.days(since: Day(first)))
        measures[.daysSinceLast] = Double(asOf.days(since: Day(last)))
        lastOrders[customer] = Day(last)
      }
      let gross = Double(net) - Double(back)
      if gross > 0 { measures[.returnShare] = -Double(back) / gross }
      rows[customer] = measures
      sales[customer] = net
      earlier[customer] = former
    }
  }
}
