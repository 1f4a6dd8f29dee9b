import Conditions
import Customers
import Kernel

/// Answers what customers are worth for whoever asks, from the purchases they may see; the last answers are kept until
/// the facts change.
package final class CustomerEquities: Sendable {
  private struct Asked: Equatable {
    let question: LifetimeValueQuestion
    let user: Int64?
  }

  private let ledgers: PurchaseLedgers
  private let companies: Companies
  private let kept = KeptAnswers<Asked, CustomerEquity>(most: 4)

  package init(_ ledgers: PurchaseLedgers, companies: Companies) {
    self.ledgers = ledgers
    self.companies = companies
  }

  /// nil when nobody had bought anything by the day.
  package func answer(_ question: LifetimeValueQuestion, for actor: Actor) async throws -> CustomerEquity? {
    try actor.require(.see, .analysis)
    guard let company = try await companies.current() else {
      throw Problem(
        .unavailable, "There is no company in this store yet.", mend: "Run: valuechain demo grocery, or serve.")
    }
    let ledger = try await ledgers.current(for: actor)
    let user = actor.reach(.see, .customer) == .all ? nil : actor.user
    let asked = Asked(question: question, user: user)
    if let found = kept.find(asked, at: ledger.revision) { return found }
    guard let answer = try CustomerEquity(question, of: ledger, currency: company.currency) else { return nil }
    kept.keep(answer, to: asked, at: ledger.revision)
    return answer
  }
}
