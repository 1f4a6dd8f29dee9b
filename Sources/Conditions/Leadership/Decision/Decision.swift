import Kernel

/// A choice somebody made from a figure: what, why, who sees to it, and when it is judged.
package struct Decision: Sendable, Equatable, Codable {
  /// A way that was open, with what it was expected to bring and cost.
  package struct Option: Sendable, Equatable, Codable {
    package let name: String
    package let effect: String
    package let cost: String

    package init(name: String, effect: String = "", cost: String = "") {
      self.name = name
      self.effect = effect
      self.cost = cost
    }
  }

  package struct Review: Sendable, Equatable, Codable {
    package let actual: Double?
    package let note: String
    package let by: String
    package let at: Instant
  }

  package struct Withdrawal: Sendable, Equatable, Codable {
    package let reason: String
    package let by: String
    package let at: Instant
  }

  package let id: ID<Decision>
  /// The address of the page it was taken on.
  package let analysis: String
  /// The figure as it stood.
  package let figure: Figure
  /// The revision of the facts it stood on.
  package let factsRevision: Int64
  package internal(set) var title: String
  package internal(set) var options: [Option]
  package internal(set) var choice: String
  package internal(set) var reason: String
  package let owner: Int64?
  package let ownerName: String
  package let dueDay: Day?
  package let reviewDay: Day
  /// What the figure is expected to be at the review, in its unit.
  package let expected: Double?
  package let costMinor: Int64?
  package let by: String
  package let createdAt: Instant
  package internal(set) var review: Review?
  package internal(set) var withdrawal: Withdrawal?
  /// What it expects of the facts, and what came of that.
  package var forecasts: [Forecast]

  /// Without what people wrote, which may name anybody, for who sees no personal data; what they own themselves they
  /// see as it is.
  func seen(by actor: Actor) -> Decision {
    guard !actor.seesPersonalData, owner == nil || owner != actor.user else { return self }
    var decision = self
    decision.title = "Decision \(id)"
    decision.options = options.indices.map { Option(name: "Option \($0 + 1)") }
    let chosen = options.firstIndex { $0.name == choice }
    decision.choice = chosen.map { "Option \($0 + 1)" } ?? "not shown"
    decision.reason = "not shown"
    decision.review = review.map { Review(actual: $0.actual, note: "not shown", by: $0.by, at: $0.at) }
    decision.withdrawal = withdrawal.map { Withdrawal(reason: "not shown", by: $0.by, at: $0.at) }
    return decision
  }

  package var isOpen: Bool { review == nil && withdrawal == nil }

  /// How far the forecast was off, in the figure's unit; nil before the review.
  package var error: Double? {
    guard let expected, let actual = review?.actual else { return nil }
    return actual - expected
  }
}
