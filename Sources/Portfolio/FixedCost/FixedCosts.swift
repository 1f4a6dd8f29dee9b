import Customers
import Kernel

/// Answers who carries the fixed cost for whoever asks; the last answers are kept until facts or numbers change.
package final class FixedCosts: Sendable {
  private struct Asked: Equatable {
    let assumptions: AssumptionSet
    let user: Viewpoint?
  }

  private let portfolios: Portfolios
  private let kept = KeptAnswers<Asked, FixedCost>(most: 3)

  package init(_ portfolios: Portfolios) { self.portfolios = portfolios }

  /// nil when nobody bought anything in the last year of the data.
  package func answer(for actor: Actor) async throws -> FixedCost? {
    let question = try await portfolios.question(scenario: nil, for: actor)
    let found = try await portfolios.contributions.answer(
      question.window, assumptions: question.assumptions, for: actor)
    guard let contribution = found else { return nil }
    let asked = Asked(
      assumptions: question.assumptions, user: actor.viewpoint)
    if let answer = kept.find(asked, at: contribution.revision) { return answer }
    let answer = try FixedCost(contribution, yearly: question.assumptions[.fixedCost])
    kept.keep(answer, to: asked, at: contribution.revision)
    return answer
  }

  /// Whether people and households are most of the customers: then single ones are too small to look at.
  package func isOfConsumers(for actor: Actor) async throws -> Bool {
    var counts: [Customer.Kind: Int] = [:]
    for kind in [Customer.Kind.person, .household, .organisation] {
      counts[kind] = try await portfolios.customers.count(kind, for: actor)
    }
    return (counts[.person] ?? 0) + (counts[.household] ?? 0) > (counts[.organisation] ?? 0)
  }

  /// Whom to take away where nobody said: one fifth of consumers, the three largest accounts else.
  package func usual(for actor: Actor) async throws -> Removed {
    try await isOfConsumers(for: actor) ? .fifths(1) : .largest(3)
  }
}
