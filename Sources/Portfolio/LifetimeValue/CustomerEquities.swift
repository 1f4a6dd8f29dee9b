import Analytics
import Conditions
import Customers
import Kernel

/// Answers what customers are worth for whoever asks, from the purchases they may see; the last answers are kept until
/// the facts change.
package final class CustomerEquities: Sendable {
  private struct Asked: Equatable {
    let question: LifetimeValueQuestion
    let user: Viewpoint?
  }

  private let ledgers: PurchaseLedgers
  private let companies: Companies
  private let contributions: Contributions?
  private let customers: Customers?
  private let kept = KeptAnswers<Asked, CustomerEquity>(most: 4)

  /// - Parameters:
  ///   - contributions: what customers' own margins are taken from; without them the entered one is everybody's.
  ///   - customers: whose traits tell of contracts.
  package init(
    _ ledgers: PurchaseLedgers, companies: Companies, contributions: Contributions? = nil, customers: Customers? = nil
  ) {
    self.ledgers = ledgers
    self.companies = companies
    self.contributions = contributions
    self.customers = customers
  }

  /// nil when nobody had bought anything by the day.
  package func answer(_ question: LifetimeValueQuestion, for actor: Actor) async throws -> CustomerEquity? {
    try actor.require(.see, .analysis)
    guard let company = try await companies.current() else {
      throw Problem(
        .unavailable, "There is no company in this store yet.", mend: "Run: valuechain demo grocery, or serve.")
    }
    let ledger = try await ledgers.current(for: actor)
    let user = actor.viewpoint
    let asked = Asked(question: question, user: user)
    if let found = kept.find(asked, at: ledger.revision) { return found }
    guard let last = question.asOf ?? ledger.lastDay else { return nil }
    let traits = try await customers?.traits(named: Contracts.traitNames, for: actor) ?? [:]
    let answer = try CustomerEquity(
      question, of: ledger, currency: company.currency, margins: try await margins(question, for: actor),
      contracts: Contracts(traits, asOf: last, entered: question.retention))
    guard let answer else { return nil }
    kept.keep(answer, to: asked, at: ledger.revision)
    return answer
  }

  /// Which model speaks, without valuing anybody; nil with the reason where none does.
  func model(
    _ question: LifetimeValueQuestion, of ledger: PurchaseLedger, for actor: Actor
  ) throws -> (name: ModelName?, reason: String) {
    if let model = question.model { return (model, "") }
    let user = actor.viewpoint
    if let found = kept.find(Asked(question: question, user: user), at: ledger.revision) {
      return (found.fit?.model, found.comparison?.reason ?? found.ladder.reason)
    }
    guard let asOf = question.asOf ?? ledger.lastDay else { return (nil, "Nobody has bought anything yet.") }
    let log = try ledger.purchaseLog()
    let histories = try log.base(until: asOf, unit: .week).histories
    let choice = try CustomerEquity.choice(question, log, asOf, histories)
    guard case .model(let name) = choice.ladder.rung else { return (nil, choice.ladder.reason) }
    return (name, choice.comparison?.reason ?? choice.ladder.reason)
  }

  /// Customers' own margins in the year up to the last day that counts.
  private func margins(_ question: LifetimeValueQuestion, for actor: Actor) async throws -> CustomerMargins? {
    var window = question.window ?? .trailing(365)
    if let asOf = question.asOf { window = .span(Period(first: asOf.adding(days: -364), last: asOf)) }
    let answer = try await contributions?.answer(window, assumptions: question.assumptions, for: actor)
    return CustomerMargins(answer?.costing.rows ?? [], entered: question.margin)
  }
}
