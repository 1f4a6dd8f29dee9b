import Customers
import Kernel

/// A group of customers alike, defined by a saved rule.
package struct Segment: Sendable, Equatable, Codable {
  package let name: String
  package let rule: SegmentRule

  /// - Throws: `Problem` when the name or the rule cannot be used.
  package init(name: String, rule: SegmentRule) throws {
    self.name = try Text.line(name, field: "name")
    try rule.requireUsable()
    self.rule = rule
  }
}

/// The base split by segments in their order: the first whose rule matches takes the customer, so groups never overlap.
package struct SegmentSplit: Sendable, Equatable {
  package enum Membership: Sendable, Hashable {
    case member(String)
    /// No rule matches.
    case rest
    /// A missing fact decides whether this segment takes the customer.
    case unknown(String)
  }

  package struct Content: Sendable, Equatable {
    package fileprivate(set) var customers = 0
    package fileprivate(set) var minor: Int64 = 0

    fileprivate mutating func add(_ money: Int64) throws {
      customers += 1
      minor = try minor.plus(money)
    }
  }

  package let memberships: [ID<Customer>: Membership]
  /// By name, in the order of the segments; segments without customers included.
  package let segments: [(segment: Segment, content: Content)]
  package let rest: Content
  package let unknown: Content

  /// - Throws: `Problem` when two segments have one name, or the money does not add up.
  package init(_ segments: [Segment], of base: [SegmentFacts], money: [ID<Customer>: Int64] = [:]) throws {
    guard Set(segments.map(\.name)).count == segments.count else {
      throw Problem(.conflict, field: "name", "Two segments have the same name.", mend: "Rename one of them.")
    }
    var memberships: [ID<Customer>: Membership] = [:]
    var contents: [String: Content] = [:]
    var (rest, unknown) = (Content(), Content())
    for facts in base where memberships[facts.customer] == nil {
      let membership = Self.membership(of: facts, in: segments)
      memberships[facts.customer] = membership
      let minor = money[facts.customer] ?? 0
      switch membership {
      case .member(let name): try contents[name, default: Content()].add(minor)
      case .rest: try rest.add(minor)
      case .unknown: try unknown.add(minor)
      }
    }
    self.memberships = memberships
    self.segments = segments.map { ($0, contents[$0.name] ?? Content()) }
    (self.rest, self.unknown) = (rest, unknown)
  }

  private static func membership(of facts: SegmentFacts, in segments: [Segment]) -> Membership {
    for segment in segments {
      switch segment.rule.matches(facts) {
      case true?: return .member(segment.name)
      case nil: return .unknown(segment.name)
      case false?: continue
      }
    }
    return .rest
  }

  package static func == (left: SegmentSplit, right: SegmentSplit) -> Bool {
    left.memberships == right.memberships && left.rest == right.rest && left.unknown == right.unknown
      && left.segments.elementsEqual(right.segments) { $0.segment == $1.segment && $0.content == $1.content }
  }
}
