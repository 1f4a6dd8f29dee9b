import Customers
import Kernel

/// A segmentation on the facts of today: who is in which segment, and what each brings.
package struct SegmentSheet: Sendable {
  struct Asked: Equatable, Sendable {
    let segmentation: ID<Segmentation>
    let stamp: Int64
    let assumptions: AssumptionSet
    let user: Viewpoint?
  }

  /// One segment, or those whom no rule takes.
  package struct Profile: Sendable {
    /// nil for those outside all segments.
    package let part: Segmentation.Part?
    package let name: String
    /// The largest in sales first.
    package let customers: [ID<Customer>]
    /// Minor units of the window.
    package let sales: Int64
    package let earlier: Int64?
    package let walk: MarginWalk

    /// Sales over those of as many days before, less one; nil where there were none.
    package var growth: Double? {
      earlier.flatMap { $0 > 0 ? Double(sales) / Double($0) - 1 : nil }
    }

    /// What is left of a unit of sales: contribution where it is known, else gross margin.
    package var marginRate: Double? {
      guard walk.net > 0 else { return nil }
      if let contribution = walk.contribution { return Double(contribution) / Double(walk.net) }
      return walk.minor(.withoutGoodsCost) == 0 && walk.customers > 0
        ? Double(walk.grossMargin) / Double(walk.net) : nil
    }
  }

  package let segmentation: Segmentation
  package let base: SegmentBase
  package let profiles: [Profile]
  /// No rule takes them.
  package let rest: Profile
  /// A missing fact decides.
  package let unknown: Profile
  package let whole: MarginWalk
  /// Customer to segment; who is in none is not in it.
  package let names: [ID<Customer>: String]
  package let attractiveness: SegmentAttractiveness

  init(_ segmentation: Segmentation, _ base: SegmentBase) throws {
    self.segmentation = segmentation
    self.base = base
    let split = try SegmentSplit(segmentation.segments, of: base.facts, money: base.sales)
    var groups: [SegmentSplit.Membership: [ID<Customer>]] = [:]
    for (customer, membership) in split.memberships {
      // Which segment it is that cannot be told makes no group of its own.
      if case .unknown = membership {
        groups[.unknown(""), default: []].append(customer)
      } else {
        groups[membership, default: []].append(customer)
      }
    }
    let making = ProfileMaking(base)
    profiles = try segmentation.parts.map {
      try making.profile($0, $0.segment.name, groups[.member($0.segment.name)] ?? [])
    }
    rest = try making.profile(nil, "In no segment", groups[.rest] ?? [])
    unknown = try making.profile(nil, "Cannot be told", groups[.unknown("")] ?? [])
    whole = base.contribution.walk
    names = split.memberships.compactMapValues { if case .member(let name) = $0 { name } else { nil } }
    attractiveness = try Self.attractiveness(profiles)
  }

  package var all: [Profile] { profiles + [rest, unknown].filter { !$0.customers.isEmpty } }

  package func profile(_ id: ID<Segment>) -> Profile? { profiles.first { $0.part?.id == id } }

  package func placed(_ profile: Profile) -> SegmentAttractiveness.Placed? {
    attractiveness.segments.first { $0.segment == profile.name }
  }

  private static func attractiveness(_ profiles: [Profile]) throws -> SegmentAttractiveness {
    try SegmentAttractiveness(
      profiles.map { profile in
        var measured: [AttractivenessItem: Double] = [.size: Double(profile.sales)]
        measured[.growth] = profile.growth
        measured[.margin] = profile.marginRate
        let ratings = profile.part?.ratings ?? SegmentRatings()
        // People rate 0 to 100; items are rated 1 to 5.
        return SegmentAttractiveness.Row(
          profile.name, declared: ratings.items.mapValues { 1 + $0 / 25 }, measured: measured, fit: ratings.fit,
          minor: profile.sales)
      })
  }
}

/// Sums up a group.
private struct ProfileMaking {
  let base: SegmentBase

  init(_ base: SegmentBase) { self.base = base }

  func profile(
    _ part: Segmentation.Part?, _ name: String, _ members: [ID<Customer>]
  ) throws -> SegmentSheet.Profile {
    let sorted = members.sorted {
      (base.sales[$1] ?? 0, $0) < (base.sales[$0] ?? 0, $1)
    }
    return SegmentSheet.Profile(
      part: part, name: name, customers: sorted, sales: try members.map { base.sales[$0] ?? 0 }.exactSum(),
      earlier: try base.earlier.map { earlier in try members.map { earlier[$0] ?? 0 }.exactSum() },
      walk: try MarginWalk(members.compactMap { base.contribution[$0] }, segment: name, worth: base.worth))
  }
}

/// How many a rule holds for, before it is saved.
package struct SegmentPreview: Sendable, Encodable {
  package let holds: Int
  /// Sales of theirs in the window, in money.
  package let sales: Double
  /// A missing fact decides.
  package let unknown: Int
  package let customers: Int
  /// Of those for whom it holds, whom an earlier segment takes first.
  package let takenBefore: Int
  package let sentence: String

  /// Where nobody has bought anything yet.
  init(_ rule: SegmentRule, nobodyIn currency: Currency) {
    (holds, sales, unknown, customers, takenBefore) = (0, 0, 0, 0, 0)
    sentence = rule.sentence(currency)
  }

  init(_ rule: SegmentRule, before: [Segment], of base: SegmentBase) throws {
    let answers = base.facts.map { ($0, rule.matches($0)) }
    let found = answers.filter { $0.1 == true }.map(\.0)
    holds = found.count
    unknown = answers.count { $0.1 == nil }
    customers = base.facts.count
    sales =
      Double(try found.map { base.sales[$0.customer] ?? 0 }.exactSum()) / Double(base.currency.minorPerMajor)
    takenBefore = found.count { facts in before.contains { $0.rule.matches(facts) != false } }
    sentence = rule.sentence(base.currency)
  }
}
