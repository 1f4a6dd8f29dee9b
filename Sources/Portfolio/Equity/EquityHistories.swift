import Analytics
import Conditions
import Customers
import Kernel

/// What is asked of equity over time.
package struct EquityQuestion: Sendable, Equatable {
  package var value: LifetimeValueQuestion
  /// The trait whose values are the segments; nil for none.
  package var trait: String?
  /// Segments given from elsewhere, instead of a trait.
  package var segments: [ID<Customer>: String]?

  package init(value: LifetimeValueQuestion, trait: String? = nil, segments: [ID<Customer>: String]? = nil) {
    self.value = value
    self.trait = trait
    self.segments = segments
  }
}

/// Answers how customer equity moved for whoever asks; the last answers are kept until facts or numbers change.
package final class EquityHistories: Sendable {
  private struct Asked: Equatable {
    let question: EquityQuestion
    let user: Viewpoint?
  }

  private let equities: CustomerEquities
  private let contributions: Contributions
  private let ledgers: PurchaseLedgers
  private let customers: Customers
  private let kept = KeptAnswers<Asked, EquityHistory>(most: 4)

  package init(
    _ equities: CustomerEquities, contributions: Contributions, ledgers: PurchaseLedgers, customers: Customers
  ) {
    self.equities = equities
    self.contributions = contributions
    self.ledgers = ledgers
    self.customers = customers
  }

  /// The traits customers can be told apart by.
  package func traits(for actor: Actor) async throws -> [String] {
    try actor.require(.see, .analysis)
    return try await customers.groupingTraits(for: actor)
  }

  /// nil when nobody has bought anything.
  package func answer(_ question: EquityQuestion, for actor: Actor) async throws -> EquityHistory? {
    try actor.require(.see, .analysis)
    let ledger = try await ledgers.current(for: actor)
    let user = actor.viewpoint
    let asked = Asked(question: question, user: user)
    if let found = kept.find(asked, at: ledger.revision) { return found }
    // The scorecard runs while the store adds up.
    async let earned = contributions.history(assumptions: question.value.assumptions, for: actor)
    let model = try equities.model(question.value, of: ledger, for: actor)
    guard let history = try await earned else { return nil }
    var segments = question.segments ?? [:]
    if question.segments == nil, let trait = question.trait {
      segments = try await customers.traits(named: [trait], for: actor).compactMapValues { $0[trait] }
    }
    let facts = EquityHistory.Facts(
      ledger: ledger, contributions: history,
      traits: try await customers.traits(named: Contracts.traitNames, for: actor), segments: segments)
    // The kind of model is today's choice, so that quarters compare; what it knows is each quarter's own.
    let answer = try EquityHistory(question.value, of: facts, model: model.name, reason: model.reason)
    kept.keep(answer, to: asked, at: ledger.revision)
    return answer
  }
}
