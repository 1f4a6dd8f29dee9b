import Kernel

/// A named way to split the base: segments in their order, the first whose rule holds takes the customer. Kept with who
/// made it, who changed what, and who ended it.
package struct Segmentation: Sendable, Equatable {
  /// How its segments came about.
  package enum Method: String, Sendable, Codable, CaseIterable {
    case rules, trait, size, scores, clusters

    package var word: String {
      switch self {
      case .rules: "made by hand"
      case .trait: "by a trait"
      case .size: "by size"
      case .scores: "by recency, frequency and money"
      case .clusters: "by k-means"
      }
    }
  }

  /// One segment of it as it stands.
  package struct Part: Sendable, Equatable {
    package let id: ID<Segment>
    package let segment: Segment
    package let place: Int
    /// How often it was changed since it was made.
    package let changes: Int
    package let by: String
    package let at: Instant
    package let ratings: SegmentRatings
  }

  /// What was done, and by whom.
  package struct Act: Sendable, Equatable, Encodable {
    package enum Kind: String, Sendable, Codable { case made, changed, ended, restored, used, left, rated }

    package let kind: Kind
    package let segment: ID<Segment>?
    package let note: String
    package let by: String
    package let at: Instant
  }

  package let id: ID<Segmentation>
  package let name: String
  package let method: Method
  package let by: String
  package let createdAt: Instant
  package let isEnded: Bool
  /// Whether its names are the ones that other analyses use.
  package let isInUse: Bool
  /// Segments that stand, in their order.
  package let parts: [Part]
  /// Segments that were ended, the latest first.
  package let endedParts: [Part]
  /// Newest first.
  package let history: [Act]

  package var segments: [Segment] { parts.map(\.segment) }

  /// What k-means chose and by which seed; nil for segments of another kind.
  package var centres: ClusterCentres? {
    parts.lazy.compactMap { part in
      if case .nearest(_, let centres) = part.segment.rule { centres } else { nil }
    }.first
  }

  package func part(_ id: ID<Segment>) -> Part? { (parts + endedParts).first { $0.id == id } }

  static let mostSegments = 40
  static let mostSegmentations = 40
}

/// What people say of a segment, 0 to 100: how attractive it is in what no figure tells, and how it fits our skills.
package struct SegmentRatings: Sendable, Equatable {
  package var items: [AttractivenessItem: Double] = [:]
  package var fit: Double?

  package init() {}

  /// The name the fit is kept and entered under.
  package static let fitName = "fit"

  package subscript(name: String) -> Double? {
    name == Self.fitName ? fit : AttractivenessItem(rawValue: name).flatMap { items[$0] }
  }

  mutating func set(_ name: String, _ value: Double?) {
    if name == Self.fitName {
      fit = value
    } else if let item = AttractivenessItem(rawValue: name) {
      items[item] = value
    }
  }
}

/// Everything that is kept of segments, read at once.
package struct SegmentBook: Sendable {
  /// Those that stand first, the one in use before the others.
  package let segmentations: [Segmentation]
  /// Grows with every change.
  package let stamp: Int64

  package var standing: [Segmentation] { segmentations.filter { !$0.isEnded } }
  package var inUse: Segmentation? { standing.first(where: \.isInUse) }

  package subscript(id: ID<Segmentation>) -> Segmentation? { segmentations.first { $0.id == id } }

  package func owner(of segment: ID<Segment>) -> Segmentation? {
    segmentations.first { $0.part(segment) != nil }
  }

  /// The segmentation and the segment.
  package func find(_ segment: ID<Segment>) throws -> (Segmentation, Segmentation.Part) {
    guard let owner = owner(of: segment), let part = owner.part(segment) else {
      throw Problem(.notFound, "There is no such segment.", mend: "Look in the list of segments.")
    }
    return (owner, part)
  }
}
