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
  package let title: String
  package let options: [Option]
  package let choice: String
  package let reason: String
  package let owner: Int64?
  package let ownerName: String
  package let dueDay: Day?
  package let reviewDay: Day
  /// What the figure is expected to be at the review, in its unit.
  package let expected: Double?
  package let costMinor: Int64?
  package let by: String
  package let createdAt: Instant
  package let review: Review?
  package let withdrawal: Withdrawal?
  /// What it expects of the facts, and what came of that.
  package var forecasts: [Forecast]

  package var isOpen: Bool { review == nil && withdrawal == nil }

  /// How far the forecast was off, in the figure's unit; nil before the review.
  package var error: Double? {
    guard let expected, let actual = review?.actual else { return nil }
    return actual - expected
  }
}
