import Analytics
import Conditions
import Customers
import Kernel

/// What customers are expected to do in the days a decision is judged by: forecasts it can be taken with, by the model
/// that speaks of lifetime value.
package struct CustomerOutlook: Sendable {
  package let asOf: Day
  package let window: Period
  package let model: ModelName
  private let outlook: GroupOutlook
  private let customers: [ID<Customer>]
  private let explanation: String
  private let settings: [String: String]

  /// - Parameter window: the days after the last one the equity was computed from.
  /// - Returns: nil where no model speaks, or the window does not begin the day after.
  package init?(_ equity: CustomerEquity, of ledger: PurchaseLedger, window: Period) throws {
    guard let fit = equity.fit, equity.asOf.adding(days: 1) == window.from, !window.isEmpty else { return nil }
    (asOf, model, self.window) = (equity.asOf, fit.model, window)
    let log = try ledger.purchaseLog()
    let base = try log.base(until: equity.asOf, unit: .week, minorUnits: Double(equity.currency.minorPerMajor))
    let dispersion = Self.dispersion(fit.model, log, asOf: equity.asOf, days: window.days)
    outlook = try GroupOutlook(
      base, model: fit.model.fit(.histories(base.histories)), spend: equity.spend, periods: Double(window.days) / 7,
      dispersion: dispersion)
    customers = base.customers.map { ledger.customers[Int($0)] }
    var parts = [
      "\(fit.model.rawValue) fitted to \(Int(fit.customers)) customers as of \(equity.asOf), for \(window.days) days."
    ]
    if let dispersion {
      parts.append("The interval also holds how wrong it was from \(dispersion.origins) earlier days.")
    }
    explanation = parts.joined(separator: " ")
    settings = fit.parameters.reduce(into: ["model": fit.model.rawValue]) { $0["parameter.\($1.key)"] = "\($1.value)" }
  }

  /// How wrong the model was from up to three earlier days, a third of the window apart.
  private static func dispersion(_ model: ModelName, _ log: PurchaseLog, asOf: Day, days: Int) -> ForecastDispersion? {
    guard let first = log.span?.lowerBound else { return nil }
    let earliest = first.adding(days: max(28, asOf.days(since: first) / 4))
    let origins = (0..<3).map { asOf.adding(days: -days - $0 * max(1, days / 3)) }.filter { $0 >= earliest }
    guard !origins.isEmpty else { return nil }
    return try? ForecastHistory(model, log: log.through(asOf), origins: origins, days: days).dispersion(asOf: asOf)
  }

  /// Everybody who had ordered by then.
  package var all: FrozenGroup.Draft { FrozenGroup.Draft(.all, "all customers", customers) }

  /// The forecast of a measure of a group; nil where the model does not tell.
  package func offer(_ measure: Measure, of group: FrozenGroup.Draft) throws -> Forecast.Offer? {
    guard !group.members.isEmpty else { return nil }
    let members = Set(group.members)
    let isMember: (Int) -> Bool = { members.contains(customers[$0]) }
    let found: GroupOutlook.Expectation? =
      switch measure {
      // Who has ordered orders again: every further order is a repeat.
      case .repeatOrders, .orders: try outlook.orders(isMember)
      case .sales: try outlook.sales(isMember)
      case .salesShare: try outlook.salesShare(isMember)
      case .buyers, .retention, .contribution, .totalSales: nil
      }
    guard let found, found.value.isFinite else { return nil }
    let mind =
      measure == .salesShare ? " Customers still to come are not in it; they will take a part of the sales." : ""
    return Forecast.Offer(
      measure, of: group, value: found.value, interval: (found.low, found.high), cover: outlook.cover, window: window,
      asOf: asOf, method: model.rawValue, explanation: explanation + mind, settings: settings)
  }
}

/// Makes outlooks and keeps the last few until the facts change.
package final class CustomerOutlooks: Sendable {
  private struct Asked: Equatable {
    let question: LifetimeValueQuestion
    let window: Period
    let user: Viewpoint?
  }

  private let equities: CustomerEquities
  private let ledgers: PurchaseLedgers
  private let kept = KeptAnswers<Asked, CustomerOutlook>(most: 4)

  package init(_ equities: CustomerEquities, ledgers: PurchaseLedgers) {
    self.equities = equities
    self.ledgers = ledgers
  }

  /// nil where no model speaks of these days.
  package func answer(
    _ question: LifetimeValueQuestion, in window: Period, for actor: Actor
  ) async throws -> CustomerOutlook? {
    let ledger = try await ledgers.current(for: actor)
    let user = actor.viewpoint
    let asked = Asked(question: question, window: window, user: user)
    if let found = kept.find(asked, at: ledger.revision) { return found }
    guard let equity = try await equities.answer(question, for: actor),
      let outlook = try CustomerOutlook(equity, of: ledger, window: window)
    else { return nil }
    kept.keep(outlook, to: asked, at: ledger.revision)
    return outlook
  }
}
