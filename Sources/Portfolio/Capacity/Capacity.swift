import Kernel

/// People or machines that serve customers, as somebody entered them: what they cost in a month and how long they are
/// paid for. What an activity's minute costs follows from it, and so does what was paid and not used (domain F1).
package struct Capacity: Sendable, Equatable {
  /// What holds from a day on.
  package struct Pool: Sendable, Hashable {
    /// Who draws from it; an activity draws from one pool only.
    package let activities: [CostActivity]
    /// Of a month.
    package let paidMinutes: Double
    /// The part of the paid minutes that can be worked.
    package let practicalShare: Double
    /// Minor units of a month.
    package let minor: Int64

    /// The activities whose minutes are counted.
    package static let timed: [CostActivity] = [.visit, .call, .ticket, .customisation]
    /// How much of paid time can be worked where nobody entered another share (domain F1).
    package static let usualShare = 0.8

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      activities: [CostActivity], paidMinutes: Double, practicalShare: Double = usualShare, minor: Int64
    ) throws {
      guard !activities.isEmpty, activities.allSatisfy(Self.timed.contains) else {
        throw Problem(
          .invalid, field: "activities", "Nothing draws from this pool.",
          mend: "Choose from \(Self.timed.map(\.rawValue).joined(separator: ", ")).")
      }
      guard paidMinutes.isFinite, (1...100_000_000).contains(paidMinutes) else {
        throw Problem(
          .invalid, field: "paidMinutes", "The paid minutes of a month are out of range.",
          mend: "Enter 1 to 100,000,000; one person has about 9,600.")
      }
      guard practicalShare.isFinite, (0.01...1).contains(practicalShare) else {
        throw Problem(
          .invalid, field: "practicalShare", "The share that can be worked is out of range.",
          mend: "Enter 0.01 to 1, 0.8 for 80 %.")
      }
      guard (0...Money.limit / 10_000).contains(minor) else {
        throw Problem(
          .invalid, field: "cost", "The cost of a month is out of range.", mend: "Enter an amount of zero or more.")
      }
      self.activities = Set(activities).sorted()
      self.paidMinutes = paidMinutes
      self.practicalShare = practicalShare
      self.minor = minor
    }

    /// Minor units a minute that can be worked.
    package var rate: Double { Double(minor) / (paidMinutes * practicalShare) }

    /// The pool in a window of so many days.
    /// - Throws: `Problem` when its cost is too large to keep.
    func pool(named name: String, days: Int) throws -> CapacityPool {
      // Twelve months are 365 days, as in the cost of credit.
      let months = Double(max(1, days)) * 12 / 365
      return CapacityPool(
        name: name, minor: try Int64(nearestMinor: Double(minor) * months), paidMinutes: paidMinutes * months,
        practicalShare: practicalShare, activities: activities)
    }
  }

  package let id: ID<Capacity>
  package let name: String
  package let since: Day
  /// nil: it was taken back.
  package let pool: Pool?
  package let by: String
  package let at: Instant
}
