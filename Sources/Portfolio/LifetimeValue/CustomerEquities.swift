import Conditions
import Customers
import Kernel
import Store
import Synchronization

/// Answers what customers are worth for whoever asks, from the purchases they may see; the last answers are kept until
/// the facts change.
package final class CustomerEquities: Sendable {
  private struct Key: Hashable {
    let question: LifetimeValueQuestion
    let revision: Int64
    let user: Int64?
  }

  private let ledgers: PurchaseLedgers
  private let companies: Companies
  private let kept = Mutex<[(key: Key, answer: CustomerEquity)]>([])
  private static let most = 4

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
    let reach = actor.reach(.see, .customer) ?? .own
    let key = Key(question: question, revision: ledger.revision, user: reach == .all ? nil : actor.user)
    if let found = kept.withLock({ $0.first { $0.key == key }?.answer }) { return found }
    guard let answer = try CustomerEquity(question, of: ledger, currency: company.currency) else { return nil }
    kept.withLock { kept in
      kept.removeAll { $0.key == key || $0.key.revision != ledger.revision }
      kept.append((key, answer))
      if kept.count > Self.most { kept.removeFirst() }
    }
    return answer
  }
}
