import Customers
import Kernel

/// What a customer got in a period.
package struct TreatmentReceived: Sendable, Equatable {
  package let customer: ID<Customer>
  package let hasOwner: Bool
  /// Minutes to the first answer, one for each request that was answered.
  package let responseMinutes: [Double]
  /// Requests still without an answer, by the minutes they have waited.
  package let waitingMinutes: [Double]
  package let lastReview: Day?
  /// Spent on keeping the customer, in minor units; nil when nobody books it.
  package let spent: Int64?

  package init(
    _ customer: ID<Customer>, hasOwner: Bool, responseMinutes: [Double] = [], waitingMinutes: [Double] = [],
    lastReview: Day? = nil, spent: Int64? = nil
  ) {
    self.customer = customer
    self.hasOwner = hasOwner
    self.responseMinutes = responseMinutes
    self.waitingMinutes = waitingMinutes
    self.lastReview = lastReview
    self.spent = spent
  }
}

/// What a customer got beside what it is due.
package struct TreatmentCheck: Sendable, Equatable {
  package let customer: ID<Customer>
  package let treatment: Treatment
  package let lacksOwner: Bool
  /// Requests answered too late, and those that wait for too long already; nil without a limit.
  package let lateAnswers: Int?
  /// nil without a review rhythm.
  package let reviewDue: Day?
  package let isReviewOverdue: Bool
  /// nil when the ceiling or the spending is not known.
  package let overspent: Int64?

  package init(
    _ received: TreatmentReceived, due treatment: Treatment, lifetimeValue: Int64?, judged: Day, asOf: Day
  ) {
    customer = received.customer
    self.treatment = treatment
    lacksOwner = treatment.needsOwner && !treatment.isOwnerNamed && !received.hasOwner
    lateAnswers = treatment.responseMinutes.map { limit in
      (received.responseMinutes + received.waitingMinutes).count { $0 > Double(limit) }
    }
    reviewDue = treatment.nextReview(after: received.lastReview, since: judged)
    isReviewOverdue = reviewDue.map { $0 < asOf } ?? false
    let ceiling = treatment.ceiling(lifetimeValue: lifetimeValue)
    overspent = received.spent.flatMap { spent in ceiling.flatMap { try? max(0, spent.minus($0)) } }
  }

  package var isKept: Bool {
    !lacksOwner && (lateAnswers ?? 0) == 0 && !isReviewOverdue && (overspent ?? 0) == 0
  }
}

/// What customers who matter got beside all others: whether the treatment differs at all.
package struct TreatmentComparison: Sendable, Equatable {
  package struct Side: Sendable, Equatable {
    package let customers: Int
    package let withOwner: Int
    package let answers: Int
    /// nil when nothing was answered.
    package let medianResponseMinutes: Double?
    /// Spent a head, over those whose spending is booked, in minor units.
    package let spentEach: Double?

    init(_ received: [TreatmentReceived]) {
      let (responses, spent) = (received.flatMap(\.responseMinutes), received.compactMap(\.spent))
      customers = received.count
      withOwner = received.count(where: \.hasOwner)
      answers = responses.count
      medianResponseMinutes = responses.median
      spentEach = spent.isEmpty ? nil : spent.reduce(0.0) { $0 + Double($1) } / Double(spent.count)
    }

    package var ownerShare: Double? { customers > 0 ? Double(withOwner) / Double(customers) : nil }
  }

  package let significant: Side
  package let others: Side

  package init(_ received: [TreatmentReceived], significant: Set<ID<Customer>>) {
    self.significant = Side(received.filter { significant.contains($0.customer) })
    others = Side(received.filter { !significant.contains($0.customer) })
  }
}
