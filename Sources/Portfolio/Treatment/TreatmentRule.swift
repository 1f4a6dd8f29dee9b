import Kernel

/// How customers who matter in one way, or of one segment, or both, are to be treated (domain C30). What is nil is not
/// asked for.
package struct TreatmentRule: Sendable, Equatable, Codable {
  /// nil: whatever makes them matter, or nothing does.
  package let kind: SignificanceKind?
  /// nil: of whatever segment.
  package let segment: ID<Segment>?
  /// Whether somebody must be named who answers for the customer.
  package let needsOwner: Bool
  /// Who answers for all of them; nil leaves it to each customer's own owner.
  package let owner: Int64?
  package let responseMinutes: Int?
  package let reviewDays: Int?
  /// What may be spent on keeping the customer, as a share of its lifetime value.
  package let ceilingShare: Double?

  /// - Throws: `Problem` naming the field that is out of range.
  package init(
    _ kind: SignificanceKind?, segment: ID<Segment>? = nil, needsOwner: Bool, owner: Int64? = nil,
    responseMinutes: Int? = nil, reviewDays: Int? = nil, ceilingShare: Double? = nil
  ) throws {
    guard kind != nil || segment != nil else {
      throw Problem(
        .invalid, field: "kind", "The rule does not say for whom it is.", mend: "Choose a kind, a segment, or both.")
    }
    func refuse(_ field: String, _ mend: String) -> Problem {
      Problem(.invalid, field: field, "The rule for “\(kind?.word ?? "the segment")” is out of range.", mend: mend)
    }
    guard responseMinutes.map({ (1...525_600).contains($0) }) ?? true else {
      throw refuse("responseMinutes", "Enter 1 minute to a year.")
    }
    guard reviewDays.map({ (1...3_650).contains($0) }) ?? true else {
      throw refuse("reviewDays", "Enter 1 day to ten years.")
    }
    guard ceilingShare.map({ (0...1).contains($0) }) ?? true else {
      throw refuse("ceilingShare", "Enter a share from 0 to 1.")
    }
    self.kind = kind
    self.segment = segment
    self.needsOwner = needsOwner || owner != nil
    self.owner = owner
    self.responseMinutes = responseMinutes
    self.reviewDays = reviewDays
    self.ceilingShare = ceilingShare
  }

  package func holds(for kinds: [SignificanceKind], segment: ID<Segment>?) -> Bool {
    (kind.map { kinds.contains($0) } ?? true) && (self.segment == nil || self.segment == segment)
  }

  /// Whether it asks for anything.
  package var asksNothing: Bool {
    !needsOwner && responseMinutes == nil && reviewDays == nil && ceilingShare == nil
  }
}

/// What one customer is due: of the rules for all its kinds and its segment, the one that asks most.
package struct Treatment: Sendable, Equatable {
  package let kinds: [SignificanceKind]
  package let needsOwner: Bool
  /// Whether a rule itself names who answers for the customer.
  package let isOwnerNamed: Bool
  package let responseMinutes: Int?
  package let reviewDays: Int?
  package let ceilingShare: Double?

  /// nil when no rule speaks of any of its kinds or of its segment.
  package init?(_ kinds: [SignificanceKind], segment: ID<Segment>? = nil, by rules: [TreatmentRule]) {
    let mine = rules.filter { $0.holds(for: kinds, segment: segment) }
    guard !mine.isEmpty else { return nil }
    self.kinds = kinds.sorted()
    needsOwner = mine.contains(where: \.needsOwner)
    isOwnerNamed = mine.contains { $0.owner != nil }
    responseMinutes = mine.compactMap(\.responseMinutes).min()
    reviewDays = mine.compactMap(\.reviewDays).min()
    ceilingShare = mine.compactMap(\.ceilingShare).max()
  }

  /// What may be spent, in minor units, rounded down; nil without a share or a lifetime value. A customer of no future
  /// value has a ceiling of nothing.
  package func ceiling(lifetimeValue: Int64?) -> Int64? {
    guard let ceilingShare, let lifetimeValue else { return nil }
    return try? Int64(flooredMinor: ceilingShare * Double(max(0, lifetimeValue)))
  }

  /// When the next review is due; the day of the judgement itself when there was none yet.
  package func nextReview(after last: Day?, since judged: Day) -> Day? {
    reviewDays.map { days in last.map { $0.adding(days: days) } ?? judged }
  }
}
