import Customers
import Kernel

/// Customers who made us improve an offer or cut a cost (domain F8c, C33).
package enum Inspiration {
  /// Something we did differently because customers moved us to.
  package struct Change: Sendable, Equatable {
    package let id: Int64
    /// nil while it is not implemented.
    package let implemented: Day?
    /// Saving and extra margin a year in minor units; nil while nobody has measured it.
    package let benefit: Int64?
    /// Who is credited, and with which weight; nil: all alike.
    package let credits: [ID<Customer>: Double?]

    package init(id: Int64, implemented: Day?, benefit: Int64?, credits: [ID<Customer>: Double?]) {
      self.id = id
      self.implemented = implemented
      self.benefit = benefit
      self.credits = credits
    }

    /// The benefit split among the credited, to the last minor unit; empty without benefit or credited customer.
    /// Weights stand beside each other; who has none gets the mean of those that are given.
    package var shares: [ID<Customer>: Int64] {
      guard let benefit, !credits.isEmpty else { return [:] }
      let given = credits.values.compactMap(\.self).filter { $0 > 0 && $0.isFinite }
      let usual = given.isEmpty ? 1 : given.reduce(0, +) / Double(given.count)
      let weights = credits.mapValues { $0.map { $0.isFinite ? max(0, $0) : 0 } ?? usual }.sorted { $0.key < $1.key }
      let total = weights.reduce(0) { $0 + $1.value }
      guard total > 0 else { return [:] }
      var shares: [ID<Customer>: Int64] = [:]
      var (done, paid) = (0.0, Int64(0))
      // Rounding the running sum, not each share, so that the shares add up to the benefit.
      for (place, credit) in weights.enumerated() {
        done += credit.value
        let reached =
          place == weights.count - 1
          ? benefit : (try? Int64(nearestMinor: Double(benefit) * min(1, done / total))) ?? paid
        shares[credit.key] = reached &- paid
        paid = reached
      }
      return shares
    }
  }

  package struct Settings: Sendable, Equatable, Codable {
    package var months = 24
    package var leastIdeas = 3

    package init() {}
  }

  /// - Parameter ideas: accepted ideas by customer.
  /// - Throws: `Problem` when benefits are too large to add.
  package static func detect(
    _ changes: [Change], ideas: [ID<Customer>: Int] = [:], asOf: Day, settings: Settings = Settings()
  ) throws -> Detection {
    let since = asOf.adding(months: -settings.months)
    let recent = changes.filter { change in change.implemented.map { $0 > since && $0 <= asOf } ?? false }
    var benefits: [ID<Customer>: (minor: Int64, changes: Int)] = [:]
    for change in recent where (change.benefit ?? 0) > 0 {
      for (customer, share) in change.shares where share > 0 {
        let old = benefits[customer] ?? (0, 0)
        benefits[customer] = (try old.minor.plus(share), old.changes + 1)
      }
    }
    let enough = ideas.filter { $0.value >= settings.leastIdeas }
    let (largest, most) = (benefits.values.map(\.minor).max() ?? 0, enough.values.max() ?? 0)
    let found = Set(benefits.keys).union(enough.keys).map { customer in
      inspirer(customer, benefits[customer], ideas[customer], largest: largest, most: most)
    }
    let unmeasured = Set(recent.filter { $0.benefit == nil }.flatMap(\.credits.keys))
      .subtracting(found.map(\.customer))
    return Detection(
      .inspiration, found: found,
      candidates: unmeasured.map {
        .init(customer: $0, kind: .inspiration, missing: .benefit, evidence: ideaEvidence(ideas[$0]))
      })
  }

  // Any measured benefit stands above ideas alone: the first have the upper half of the scale.
  private static func inspirer(
    _ customer: ID<Customer>, _ benefit: (minor: Int64, changes: Int)?, _ ideas: Int?, largest: Int64, most: Int
  ) -> SignificantCustomer {
    guard let benefit else {
      let score = 0.5 * Double(ideas ?? 0) / Double(max(1, most))
      return SignificantCustomer(customer, .inspiration, score: score, evidence: ideaEvidence(ideas))
    }
    let evidence = [
      SignificanceEvidence(.implementedChanges, Double(benefit.changes)),
      SignificanceEvidence(.benefit, Double(benefit.minor)),
    ]
    return SignificantCustomer(
      customer, .inspiration, score: 0.5 + 0.5 * Double(benefit.minor) / Double(max(1, largest)),
      evidence: evidence + ideaEvidence(ideas))
  }

  private static func ideaEvidence(_ ideas: Int?) -> [SignificanceEvidence] {
    ideas.map { $0 > 0 ? [SignificanceEvidence(.acceptedIdeas, Double($0), .declared)] : [] } ?? []
  }
}
