import Customers
import Kernel

/// The treatment as programs get it. Keys are added, never changed.
package struct TreatmentReport: Encodable, Sendable {
  struct Rule: Encodable {
    let id: ID<TreatmentRule>
    let kind: String?
    let segment: ID<Segment>?
    let needsOwner: Bool
    let owner: String?
    let responseMinutes: Int?
    let reviewDays: Int?
    let ceilingShare: Double?
    var customers: Int?
    var breaches: Int?
    let by: String
    let at: Instant

    init(_ kept: KeptTreatmentRule) {
      id = kept.id
      kind = kept.rule.kind?.rawValue
      segment = kept.rule.segment
      needsOwner = kept.rule.needsOwner
      owner = kept.ownerName
      responseMinutes = kept.rule.responseMinutes
      reviewDays = kept.rule.reviewDays
      ceilingShare = kept.rule.ceilingShare
      (by, at) = (kept.by, kept.at)
    }
  }

  struct Comparison: Encodable {
    let measure: String
    let those: Double?
    let others: Double?
    let ratio: Double?
  }

  struct Breach: Encodable {
    let customer: String
    let id: ID<Customer>
    let kinds: [String]
    let segment: String?
    let reasons: [String]
    let reviewDue: Day?
    let overspent: Double?
  }

  let asOf: Day
  let first: Day
  let last: Day
  let currency: String
  let customers: Int
  let significant: Int
  let underRule: Int
  let rules: [Rule]
  let comparisons: [Comparison]
  let breaches: [Breach]
  let missing: [String]

  package init(_ review: TreatmentReview, keys: [ID<Customer>: String]) {
    asOf = review.asOf
    (first, last) = (review.window.from, review.window.last)
    currency = review.currency.code
    (customers, significant, underRule) = (review.base, review.significant, review.checks.count)
    rules = review.rules.map { kept in
      var rule = Rule(kept.rule)
      (rule.customers, rule.breaches) = (kept.customers, kept.breaches)
      return rule
    }
    comparisons = review.comparisons.map {
      Comparison(measure: $0.measure.rawValue, those: $0.those, others: $0.others, ratio: $0.ratio)
    }
    let scale = Double(review.currency.minorPerMajor)
    breaches = review.breaches.map { check in
      Breach(
        customer: keys[check.customer] ?? "\(check.customer)", id: check.customer,
        kinds: (review.kinds[check.customer] ?? []).map(\.rawValue), segment: review.segments[check.customer],
        reasons: check.reasons, reviewDue: check.reviewDue,
        overspent: check.overspent.flatMap { $0 > 0 ? Double($0) / scale : nil })
    }
    missing = review.missing
  }

  /// Customer, segment and what was not kept: the rows of a table.
  package var table: [[String]] {
    breaches.map { [$0.customer, $0.segment ?? "", $0.reasons.joined(separator: ", ")] }
  }

  package var sentence: String {
    "\(breaches.count) of \(underRule) customers under a rule did not get what they are due."
  }
}

extension TreatmentCheck {
  /// What was not kept, as programs know it.
  var reasons: [String] {
    [
      lacksOwner ? "owner" : nil, (lateAnswers ?? 0) > 0 ? "response" : nil, isReviewOverdue ? "review" : nil,
      (overspent ?? 0) > 0 ? "ceiling" : nil,
    ].compactMap { $0 }
  }
}
