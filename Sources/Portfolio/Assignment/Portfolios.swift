import Conditions
import Customers
import Kernel
import Store
import Synchronization

/// Runs the portfolio analysis for whoever asks, from the facts they may see; the last runs are kept until the facts
/// change.
package final class Portfolios: Sendable {
  private struct Kept {
    let question: PortfolioQuestion
    let revision: Int64
    let user: Int64?
    let verdicts: [SignificanceVerdict]
    let portfolio: Portfolio
  }

  private let kept = Mutex<[Kept]>([])
  private static let most = 3

  let contributions: Contributions
  let equities: CustomerEquities
  let assumptions: Assumptions
  let verdicts: Verdicts
  let ledgers: PurchaseLedgers
  let customers: Customers
  let companies: Companies

  package init(
    contributions: Contributions, equities: CustomerEquities, assumptions: Assumptions, verdicts: Verdicts,
    ledgers: PurchaseLedgers,
    customers: Customers, companies: Companies
  ) {
    self.contributions = contributions
    self.equities = equities
    self.assumptions = assumptions
    self.verdicts = verdicts
    self.ledgers = ledgers
    self.customers = customers
    self.companies = companies
  }

  /// The question under the numbers in force today, or under those of a scenario.
  package func question(scenario: String?, for actor: Actor) async throws -> PortfolioQuestion {
    if let scenario { return PortfolioQuestion(try Scenario.named(scenario)) }
    let today = try await companies.today()
    return PortfolioQuestion(assumptions: try await assumptions.inForce(on: today, for: actor))
  }

  /// nil when nobody bought anything in the window.
  package func run(_ asked: PortfolioQuestion, for actor: Actor) async throws -> Portfolio? {
    var question = asked
    let answer = try await contributions.answer(
      asked.window, assumptions: asked.assumptions, for: actor)
    guard let contribution = answer else { return nil }
    let user = actor.reach(.see, .customer) == .all ? nil : actor.user
    let verdicts = try await verdicts.latest(for: actor)
    let known = kept.withLock { kept in
      kept.first {
        $0.question == asked && $0.revision == contribution.revision && $0.user == user && $0.verdicts == verdicts
      }
    }
    if let known { return known.portfolio }
    // Where the lines say what the goods cost, nobody needs to enter a margin.
    if question.value.margin == nil { question.value.margin = contribution.marginRate }
    if question.wallet == nil { question.wallet = try await walletCells(for: actor) }
    let facts = Portfolio.Facts(
      ledger: try await ledgers.current(for: actor), contribution: contribution,
      equity: try await equities.answer(question.value, for: actor),
      traits: try await customers.traits(named: question.wallet?.traits ?? [], for: actor), verdicts: verdicts,
      overrides: [:], firstWeekday: try await companies.current()?.firstWeekday ?? 1)
    let portfolio = try Portfolio(question, facts)
    kept.withLock { kept in
      kept.removeAll { $0.revision != contribution.revision || ($0.question == asked && $0.user == user) }
      kept.append(
        Kept(question: asked, revision: contribution.revision, user: user, verdicts: verdicts, portfolio: portfolio))
      if kept.count > Self.most { kept.removeFirst() }
    }
    return portfolio
  }

  /// What makes customers alike where nobody has said: what they earn and how many they are, where both are known.
  private func walletCells(for actor: Actor) async throws -> WalletCells? {
    let cells = WalletCells(traits: ["income", "household_size"], bands: [:])
    let known = try await customers.traits(named: cells.traits, for: actor)
    return known.contains { $0.value.count == cells.traits.count } ? cells : nil
  }
}
