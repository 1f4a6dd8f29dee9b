import Analytics
import Customers
import Kernel

/// What customers who lapsed would be worth if they bought again, and what a new one is worth (domain F28, F4).
///
/// Whoever left buys again as before the last order, and the silence since says nothing of that. Whoever only buys seldom
/// has been silent because of it. Both are possible, so the two are weighed by the chance that the customer still buys.
struct SecondLifetimes: Sendable {
  /// Minor units, by customer.
  let values: [ID<Customer>: Int64]
  /// Minor units of a customer who has just ordered for the first time, that order's margin included; nil without a model
  /// of purchases and of spending.
  let newcomer: Int64?

  static let none = SecondLifetimes(values: [:], newcomer: nil)

  private init(values: [ID<Customer>: Int64], newcomer: Int64?) { (self.values, self.newcomer) = (values, newcomer) }

  /// - Parameter lifelong: margins of all that was ever bought, for customers who bought nothing lately.
  init(_ equity: CustomerEquity?, lifelong: CustomerMargins?, ledger: PurchaseLedger) throws {
    guard let equity, let model = equity.model, let spend = equity.spend, let margins = lifelong ?? equity.margins
    else {
      self = .none
      return
    }
    let scale = Double(equity.currency.minorPerMajor)
    let base = try ledger.purchaseLog().base(until: equity.asOf, unit: .week, minorUnits: scale)
    let rows = (0..<base.histories.rowCount).compactMap { row in base.histories[row].map { (row, $0) } }
    // The last row is nobody yet: a first order, and nothing after it.
    let histories = try PurchaseHistories(
      frequency: rows.map { Double($0.1.frequency) } + [0], recency: rows.map(\.1.recency) + [0],
      age: rows.map { max($0.1.recency, Self.moment) } + [Self.moment])
    let input = SpendInput(
      model: spend, orders: rows.map { base.spendOrders[$0.0] } + [0], mean: rows.map { base.meanSpend[$0.0] } + [0])
    var settings = try equity.question.settings()
    settings = try ScoreSettings(
      horizon: settings.horizon, annualDiscount: settings.annualDiscount, margin: 1, step: settings.step,
      cover: nil)
    let scores = try model.scores(of: histories, spend: input, settings: settings)
    let asSeen = try model.scores(of: base.histories, spend: SpendInput(model: spend, base: base), settings: settings)
    func minor(_ value: Double) -> Int64? { Int64(exactly: (value * scale).rounded()) }
    values = Dictionary(
      rows.enumerated().compactMap { place, row in
        let (alive, customer) = (scores.pAlive[place], ledger.customers[Int(base.customers[row.0])])
        guard alive > 0 else { return nil }
        let afresh = (1 - asSeen.pAlive[row.0]) * scores.lifetimeValue[place] / alive
        return minor((asSeen.lifetimeValue[row.0] + afresh) * margins[customer].rate).map { (customer, $0) }
      }, uniquingKeysWith: { first, _ in first })
    // Nobody knows yet what a new customer leaves: as much as all do.
    let first = scores.expectedSpend.last ?? 0
    newcomer = scores.lifetimeValue.last.flatMap { minor(($0 + first) * margins.base) }
  }

  /// An hour: models want an age above zero.
  private static let moment = 1.0 / 168
}
