import Conditions
import Customers
import Kernel

/// Runs the portfolio analysis for whoever asks, from the facts they may see; the last runs are kept until the facts
/// change.
package final class Portfolios: Sendable {
  private struct Asked: Equatable {
    let question: PortfolioQuestion
    let verdicts: [SignificanceVerdict]
    let overrides: [Override]
    let endings: [EndingVerdict]
    let user: Viewpoint?
  }

  private let kept = KeptAnswers<Asked, Portfolio>(most: 3)
  /// A book is also of the segments in use, which change without the facts.
  private struct BookAsked: Equatable {
    let run: Asked
    let segments: [ID<Customer>: String]
  }

  private let books = KeptAnswers<BookAsked, AssignmentBook>(most: 3)

  let contributions: Contributions
  let equities: CustomerEquities
  let assumptions: Assumptions
  let verdicts: Verdicts
  let overrides: Overrides
  let endings: Endings
  let ledgers: PurchaseLedgers
  let purchases: Purchases
  let observations: Observations
  let customers: Customers
  let companies: Companies
  let segments: Segments?

  package init(
    contributions: Contributions, equities: CustomerEquities, assumptions: Assumptions, verdicts: Verdicts,
    overrides: Overrides, endings: Endings, ledgers: PurchaseLedgers, purchases: Purchases,
    observations: Observations, customers: Customers, companies: Companies, segments: Segments? = nil
  ) {
    self.contributions = contributions
    self.equities = equities
    self.assumptions = assumptions
    self.verdicts = verdicts
    self.overrides = overrides
    self.endings = endings
    self.ledgers = ledgers
    self.purchases = purchases
    self.observations = observations
    self.customers = customers
    self.companies = companies
    self.segments = segments
  }

  /// The question under the numbers in force today, or under those of a scenario.
  package func question(scenario: String?, for actor: Actor) async throws -> PortfolioQuestion {
    if let scenario { return PortfolioQuestion(try Scenario.named(scenario)) }
    let today = try await companies.today()
    return PortfolioQuestion(assumptions: try await assumptions.inForce(on: today, for: actor))
  }

  /// nil when nobody bought anything in the window.
  package func run(_ given: PortfolioQuestion, for actor: Actor) async throws -> Portfolio? {
    try await run(given, try await asked(given, for: actor), for: actor)
  }

  /// What a run hands on about each customer; nil when nobody bought anything in the window.
  package func book(_ given: PortfolioQuestion, for actor: Actor) async throws -> AssignmentBook? {
    let asked = try await asked(given, for: actor)
    guard let portfolio = try await run(given, asked, for: actor) else { return nil }
    let segments = try await segmentNames(for: actor)
    let bookAsked = BookAsked(run: asked, segments: segments)
    if let found = books.find(bookAsked, at: portfolio.revision) { return found }
    let book = AssignmentBook(
      portfolio, keys: try await customers.externalKeys(for: actor), segments: segments)
    books.keep(book, to: bookAsked, at: portfolio.revision)
    return book
  }

  /// The segments in use; while there are none, what files call segment.
  private func segmentNames(for actor: Actor) async throws -> [ID<Customer>: String] {
    if let segments, actor.may(.see, .segment) {
      let names = try await segments.names(for: actor)
      if !names.isEmpty { return names }
    }
    return try await customers.traits(named: ["segment"], for: actor).compactMapValues { $0["segment"] }
  }

  private func asked(_ given: PortfolioQuestion, for actor: Actor) async throws -> Asked {
    // A scenario computes what was published; what people decided since is no part of it.
    let isLive = given.scenario == nil
    return Asked(
      question: given, verdicts: try await verdicts.latest(for: actor),
      overrides: isLive ? try await overrides.history(for: actor) : [],
      endings: isLive ? try await endings.history(for: actor) : [],
      user: actor.viewpoint)
  }

  private func run(_ given: PortfolioQuestion, _ asked: Asked, for actor: Actor) async throws -> Portfolio? {
    let answer = try await contributions.answer(given.window, assumptions: given.assumptions, for: actor)
    guard let contribution = answer else { return nil }
    if let found = kept.find(asked, at: contribution.revision) { return found }
    var question = given
    // Where the lines say what the goods cost, nobody needs to enter a margin.
    if question.value.margin == nil { question.value.margin = contribution.marginRate }
    if question.value.asOf == nil { question.value.window = question.window }
    if question.wallet == nil { question.wallet = try await walletCells(for: actor) }
    let overrides = Override.inForce(asked.overrides)
    let facts = Portfolio.Facts(
      ledger: try await ledgers.current(for: actor), contribution: contribution,
      equity: try await equities.answer(question.value, for: actor),
      traits: try await customers.traits(named: question.wallet?.traits ?? [], for: actor), verdicts: asked.verdicts,
      overrides: overrides.mapValues(\.decision),
      endings: EndingVerdict.inForce(asked.endings, overrides: overrides),
      firstWeekday: try await companies.current()?.firstWeekday ?? 1, seen: try await seen(for: actor),
      lifelong: try await lifelong(question, for: actor), accounts: try await customers.accounts(for: actor))
    let portfolio = try Portfolio(question, facts)
    kept.keep(portfolio, to: asked, at: contribution.revision)
    return portfolio
  }

  private func lifelong(_ question: PortfolioQuestion, for actor: Actor) async throws -> CustomerMargins? {
    guard question.asksForSecondLifetimes else { return nil }
    let answer = try await contributions.answer(.all, assumptions: question.assumptions, for: actor)
    return CustomerMargins(answer?.costing.rows ?? [], entered: question.value.margin)
  }

  private func seen(for actor: Actor) async throws -> SeenFacts.Inputs {
    let all = try await observations.all(for: actor)
    return SeenFacts.Inputs(
      observations: all, traits: try await customers.traits(named: SeenFacts.traitNames, for: actor),
      firsts: SeenFacts.tellsOfBenchmarks(all) ? try await purchases.firsts(for: actor) : [])
  }

  /// What makes customers alike where nobody has said: what they earn and how many they are, where both are known.
  private func walletCells(for actor: Actor) async throws -> WalletCells? {
    let cells = WalletCells(traits: ["income", "household_size"], bands: [:])
    let known = try await customers.traits(named: cells.traits, for: actor)
    return known.contains { $0.value.count == cells.traits.count } ? cells : nil
  }
}
