import Customers
import Kernel

/// The margin walk of every segment of the segmentation in use, over the days a contribution was asked for (domain C28).
package struct SegmentWalks: Sendable {
  package struct Row: Sendable {
    /// nil for those outside all segments.
    package let segment: ID<Segment>?
    package let name: String
    package let walk: MarginWalk
  }

  /// Empty while no segmentation is in use.
  package let rows: [Row]
  /// Everybody's, with what was said of willingness to pay.
  package let whole: MarginWalk
  package private(set) var chosen: ID<Segment>?

  package var shown: Row? { chosen.flatMap { one in rows.first { $0.segment == one } } }

  init(_ sheet: SegmentSheet?, _ contribution: Contribution, worth: [ID<Customer>: Int64]) throws {
    whole = try MarginWalk(contribution.costing.rows, worth: worth)
    guard let sheet else {
      rows = []
      return
    }
    var members: [String: [CustomerContribution]] = [:]
    var others: [CustomerContribution] = []
    for row in contribution.costing.rows {
      if let name = sheet.names[row.customer] { members[name, default: []].append(row) } else { others.append(row) }
    }
    let known = try sheet.profiles.map { profile in
      Row(
        segment: profile.part?.id, name: profile.name,
        walk: try MarginWalk(members[profile.name] ?? [], segment: profile.name, worth: worth))
    }
    let rest = Row(segment: nil, name: "In no segment", walk: try MarginWalk(others, worth: worth))
    rows = known + (others.isEmpty ? [] : [rest])
  }

  func showing(_ segment: ID<Segment>?) -> SegmentWalks {
    var walks = self
    walks.chosen = segment
    return walks
  }
}

extension Segments {
  /// The walks of the segments in use, and of all.
  package func walks(_ contribution: Contribution, for actor: Actor) async throws -> SegmentWalks {
    let book = try await book(for: actor)
    let asked = WalksAsked(
      segmentation: book.inUse?.id, stamp: book.stamp, window: contribution.window, rates: contribution.costing.rates,
      user: Self.user(actor))
    if let found = walks.find(asked, at: contribution.revision) { return found }
    let sheet: SegmentSheet? =
      if let inUse = book.inUse { try await self.sheet(inUse, stamp: book.stamp, for: actor) } else { nil }
    let answer = try SegmentWalks(sheet, contribution, worth: try await worth(for: actor))
    walks.keep(answer, to: asked, at: contribution.revision)
    return answer
  }

  struct WalksAsked: Equatable, Sendable {
    let segmentation: ID<Segmentation>?
    let stamp: Int64
    let window: Period
    let rates: CostRates
    let user: Viewpoint?
  }
}
