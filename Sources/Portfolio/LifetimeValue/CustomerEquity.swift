import Analytics
import Customers
import Kernel

/// What customers are expected to be worth: each with an interval, and all together (domain F5, F6).
///
/// Which model speaks is the scorecard's choice or the asker's; with too little to learn from, the fall-back ladder of
/// F5 is walked down, and the answer says which rung it stands on.
package struct CustomerEquity: Sendable {
  /// A customer who had ordered by the day.
  package struct Entry: Sendable {
    package let customer: ID<Customer>
    /// Orders after the first, days merged.
    package let repeats: Int
    package let lastOrder: Day
    /// Minor units of all orders up to the day, returns taken off.
    package let pastMinor: Int64
    /// nil where the model cannot tell: nobody without a repeat is called alive by BG/NBD.
    package let alive: Double?
    package let expectedOrders: Double
    package let expectedLow: Double
    package let expectedHigh: Double
    /// Discounted margin over the horizon in major units; nil without a spend model.
    package let value: Double?
    package let low: Double?
    package let high: Double?
    /// What it leaves of its sales; nil while no margin is known.
    package let margin: CustomerMargins.Margin?
    /// Whether the value is that of a contract (F4).
    package let isContractual: Bool
    /// Minor units of orders after the day, where the data go further.
    package let laterMinor: Int64
  }

  package let question: LifetimeValueQuestion
  package let asOf: Day
  package let currency: Currency
  package let revision: Int64
  /// Customers by value, the most valuable first.
  package let entries: [Entry]
  package let ladder: ForecastLadder
  package let comparison: ModelComparison?
  package let fit: FitReport?
  package let spend: FittedGammaGamma?
  /// The purchase model itself, to be asked further.
  let model: FittedModel?
  /// Why there is no value in money, where there is none.
  package let obstacle: String?
  /// The last day of the data when it lies after `asOf`: what was forecast can then be compared with what came.
  package let checkedUntil: Day?
  /// nil: no margin is known, and values are sales.
  package let margins: CustomerMargins?
  package let contracts: Contracts
  /// What is expected month by month; nil without a value in money.
  package let outlook: ValueOutlook?

  /// - Returns: nil when nobody had bought anything by the day.
  /// - Parameter margins: of each customer; without them the entered margin is everybody's.
  package init?(
    _ question: LifetimeValueQuestion, of ledger: PurchaseLedger, currency: Currency, margins: CustomerMargins? = nil,
    contracts: Contracts = .none
  ) throws {
    guard let last = ledger.lastDay, let first = ledger.firstDay else { return nil }
    let asOf = question.asOf ?? last
    guard asOf >= first else { return nil }
    self.question = question
    self.asOf = asOf
    self.currency = currency
    revision = ledger.revision
    checkedUntil = asOf < last ? last : nil
    let log = try ledger.purchaseLog()
    let base = try log.base(until: asOf, unit: .week, minorUnits: Double(currency.minorPerMajor))
    let histories = base.histories
    let compared = try Self.choice(question, log, asOf, histories)
    (ladder, comparison) = (compared.ladder, compared.comparison)
    self.margins = margins ?? CustomerMargins([CustomerMargins.Earned](), entered: question.margin)
    self.contracts = contracts
    let scored = try Self.score(question, ladder, base, log)
    (fit, spend, obstacle) = (scored.fit, scored.spend, scored.obstacle)
    model = scored.model
    let worth = try EntryWorth(
      question, margins: self.margins, contracts: contracts, asOf: asOf, scale: Double(currency.minorPerMajor))
    let made = Self.entries(base, scored, worth, ledger: ledger)
    entries = made.entries.sorted {
      ($1.value ?? -1, $1.expectedOrders, $1.pastMinor, $0.customer)
        < ($0.value ?? -1, $0.expectedOrders, $0.pastMinor, $1.customer)
    }
    outlook = try Self.outlook(base, scored, made, question)
  }

  static func choice(
    _ question: LifetimeValueQuestion, _ log: PurchaseLog, _ asOf: Day, _ histories: PurchaseHistories
  ) throws -> (ladder: ForecastLadder, comparison: ModelComparison?) {
    let (customers, repeaters) = (histories.customers, histories.repeatCustomers)
    if let model = question.model {
      return (ForecastLadder(customers: customers, repeaters: repeaters, best: (model, nil)), nil)
    }
    let rung = ForecastLadder(customers: customers, repeaters: repeaters, best: (.mbgNBD, nil))
    guard case .model = rung.rung else { return (rung, nil) }
    do {
      let comparison = try ModelComparison(log, until: asOf)
      return (comparison.choice, comparison)
    } catch let problem as Problem where problem.kind == .invalid {
      return (ForecastLadder(customers: customers, repeaters: repeaters, best: nil), nil)
    }
  }

  /// What a model, or what stands in for one, says of each customer.
  private struct Scored {
    var scores: CustomerScores?
    /// Expected orders where no model speaks.
    var expected: [Double] = []
    var model: FittedModel?
    var spend: FittedGammaGamma?
    var obstacle: String?
    var fit: FitReport? { model?.report }
  }

  private static func score(
    _ question: LifetimeValueQuestion, _ ladder: ForecastLadder, _ base: CustomerBase, _ log: PurchaseLog
  ) throws -> Scored {
    let settings = try question.settings()
    switch ladder.rung {
    case .pastOnly: return Scored(obstacle: ladder.reason)
    case .cellAverages:
      guard let cells = try? learnt(log, base) else { return Scored(obstacle: ladder.reason) }
      let expected = (0..<base.histories.rowCount).map {
        base.histories[$0].map { cells.expectedPurchases(of: $0, in: settings.horizon) } ?? 0
      }
      return Scored(expected: expected, obstacle: ladder.reason)
    case .model(let name):
      let model = try name.fit(.histories(base.histories))
      let spend = try? GammaGamma().fit(base.spending)
      let usable = spend.flatMap { $0.independence.allowsProduct && $0.q > 1 ? $0 : nil }
      let scores = try model.scores(
        of: base.histories, spend: usable.map { SpendInput(model: $0, base: base) }, settings: settings)
      let obstacle: String? =
        usable != nil
        ? nil
        : spend == nil
          ? "Too few customers bought again for money to model what an order is worth."
          : "What customers spend and how often they buy go together too closely for the spend model."
      return Scored(scores: scores, model: model, spend: usable, obstacle: obstacle)
    }
  }

  /// Cell averages learnt on the last third of the log.
  private static func learnt(_ log: PurchaseLog, _ base: CustomerBase) throws -> CellAverages? {
    guard let first = log.span?.lowerBound else { return nil }
    let days = min(182, max(7, base.until.days(since: first) / 3))
    let origin = base.until.adding(days: -days)
    guard origin > first else { return nil }
    return try CellAverages(try log.base(until: origin, unit: .week, holdout: base.until))
  }

  private static func entries(
    _ base: CustomerBase, _ scored: Scored, _ worth: EntryWorth, ledger: PurchaseLedger
  ) -> (entries: [Entry], contractMonths: [Double]) {
    func at(_ column: [Double]?, _ row: Int) -> Double? {
      column.flatMap { $0.indices.contains(row) ? $0[row] : nil }
    }
    let scores = scored.scores
    // These models cannot see that somebody left right after the first order.
    let isBlind = scored.fit.map { [.bgNBD, .bgCNBD].contains($0.model) } ?? true
    var contractMonths: [Double] = []
    let entries = (0..<base.histories.rowCount).compactMap { row -> Entry? in
      guard let history = base.histories[row] else { return nil }
      let position = Int(base.customers[row])
      let past = PastSales(ledger, position, asOf: base.until)
      let expected = at(scores?.expectedPurchases ?? scored.expected, row) ?? 0
      let value = worth.value(
        of: ledger.customers[position], sales: at(scores?.lifetimeValue, row), low: at(scores?.lifetimeValueLow, row),
        high: at(scores?.lifetimeValueHigh, row), year: past.year)
      contractMonths.add(value.months)
      return Entry(
        customer: ledger.customers[position], repeats: history.frequency, lastOrder: past.lastOrder,
        pastMinor: past.minor, alive: isBlind && history.frequency == 0 ? nil : at(scores?.pAlive, row),
        expectedOrders: expected, expectedLow: at(scores?.expectedLow, row) ?? expected,
        expectedHigh: at(scores?.expectedHigh, row) ?? expected, value: value.mean, low: value.low, high: value.high,
        margin: value.margin, isContractual: !value.months.isEmpty, laterMinor: past.later)
    }
    return (entries, contractMonths)
  }

  /// Month by month, of all together: models' forecasts weighted with what an order leaves, and contracts.
  private static func outlook(
    _ base: CustomerBase, _ scored: Scored, _ made: (entries: [Entry], contractMonths: [Double]),
    _ question: LifetimeValueQuestion
  ) throws -> ValueOutlook? {
    var schedule = PurchaseSchedule(years: [], amounts: [])
    if let scores = scored.scores, scored.spend != nil, made.entries.count == scores.expectedSpend.count {
      let weights = zip(made.entries, scores.expectedSpend).map { entry, spend in
        entry.isContractual ? 0 : spend * (entry.margin?.rate ?? 1)
      }
      let settings = try question.settings()
      schedule = try scored.model?.schedule(of: base.histories, weights: weights, settings: settings) ?? schedule
    }
    guard !schedule.amounts.isEmpty || !made.contractMonths.isEmpty else { return nil }
    return ValueOutlook(schedule, contractMonths: made.contractMonths, discount: question.annualDiscount)
  }
}

extension PurchaseLedger {
  /// The orders as the models take them: customers by their position, returns left out.
  package func purchaseLog() throws -> PurchaseLog {
    var owners = [Int32](repeating: 0, count: days.count)
    for position in customers.indices {
      for entry in entries(of: position) { owners[entry] = Int32(clamping: position) }
    }
    let kept = days.indices.filter { !isReturn[$0] && minor[$0] >= 0 }
    return try PurchaseLog(
      customers: kept.map { owners[$0] }, days: kept.map { Day(days[$0]) }, amounts: kept.map { minor[$0] })
  }
}
