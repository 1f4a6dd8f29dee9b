import Analytics
import Customers
import Kernel

/// What every customer was worth on one day, by a model fitted to what was known then.
struct QuarterWorth {
  /// Who had bought by then.
  private(set) var customers: [ID<Customer>] = []
  /// In major units.
  private(set) var values: [(customer: ID<Customer>, value: Double)] = []
  /// Why there are no values.
  private(set) var obstacle: String?

  init(
    _ question: LifetimeValueQuestion, log: PurchaseLog, ledger: PurchaseLedger, until day: Day,
    margins: CustomerMargins?, contracts: Contracts, model: ModelName?, reason: String, scale: Double
  ) {
    do {
      let base = try log.base(until: day, unit: .week, minorUnits: scale)
      customers = base.customers.map { ledger.customers[Int($0)] }
      guard margins != nil else {
        obstacle = "No margin is known."
        return
      }
      guard let model else {
        obstacle = reason
        return
      }
      let ladder = ForecastLadder(
        customers: base.histories.customers, repeaters: base.histories.repeatCustomers, best: (model, nil))
      guard case .model = ladder.rung else {
        obstacle = ladder.reason
        return
      }
      let sales = try Self.sales(question, base, model)
      let worth = try EntryWorth(question, margins: margins, contracts: contracts, asOf: day, scale: scale)
      values = base.customers.indices.map { row in
        let position = Int(base.customers[row])
        let customer = ledger.customers[position]
        let year = contracts.running[customer] == nil ? 0 : PastSales(ledger, position, asOf: day).year
        let one = worth.value(of: customer, sales: sales[row], low: nil, high: nil, year: year)
        return (customer, one.mean ?? 0)
      }
    } catch let problem as Problem {
      obstacle = problem.message
    } catch {
      obstacle = "The model could not be fitted."
    }
  }

  /// Discounted sales of each customer over the horizon, in major units.
  private static func sales(
    _ question: LifetimeValueQuestion, _ base: CustomerBase, _ model: ModelName
  ) throws -> [Double] {
    let spend = try GammaGamma().fit(base.spending)
    guard spend.q > 1, spend.independence.allowsProduct else {
      throw Problem(.invalid, "What customers spend and how often they buy went together too closely to model.")
    }
    let fit = try model.fit(.histories(base.histories))
    let scores = try fit.scores(
      of: base.histories, spend: SpendInput(model: spend, base: base), settings: try question.settings(cover: nil))
    return scores.lifetimeValue
  }
}
