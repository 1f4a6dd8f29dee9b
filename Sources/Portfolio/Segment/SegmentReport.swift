import Analytics
import Customers
import Kernel

/// A segmentation as programs get it. Keys are added, never changed.
package struct SegmentationReport: Encodable, Sendable {
  struct Part: Encodable {
    let id: ID<Segment>
    let name: String
    /// As it is written, one text for each, `or` between alternatives; left out for what k-means found.
    let conditions: [String]?
    let rule: String
  }

  let id: ID<Segmentation>
  let name: String
  let method: String
  let isInUse: Bool
  let isEnded: Bool
  let by: String
  let createdAt: Instant
  let segments: [Part]
  let history: [Segmentation.Act]
  /// What k-means chose.
  let clusters: Int?
  let seed: UInt64?

  init(_ segmentation: Segmentation, currency: Currency = .euro) {
    id = segmentation.id
    name = segmentation.name
    method = segmentation.method.rawValue
    isInUse = segmentation.isInUse
    isEnded = segmentation.isEnded
    by = segmentation.by
    createdAt = segmentation.createdAt
    segments = segmentation.parts.map { part in
      Part(
        id: part.id, name: part.segment.name, conditions: part.segment.rule.written(currency),
        rule: part.segment.rule.sentence(currency))
    }
    history = segmentation.history
    clusters = segmentation.centres?.centres.count
    seed = segmentation.centres?.seed
  }
}

extension SegmentRule {
  /// The conditions as a program sends them.
  func written(_ currency: Currency) -> [String]? {
    alternatives(
      minorPerMajor: currency.minorPerMajor, number: { Int64(exactly: $0).map(String.init) ?? "\($0)" },
      sharesArePercent: false
    ).map { groups in groups.map { $0.map(\.text) }.joined(separator: ["or"]).map { $0 } }
  }
}

/// Which segments there are, how many are in each and what they bring.
package struct SegmentsReport: Encodable, Sendable {
  struct Row: Encodable {
    let id: ID<Segment>?
    let name: String
    let rule: String?
    let customers: Int
    let sales: Double
    let growth: Double?
    let grossMargin: Double
    let contribution: Double?
    let marginRate: Double?
    let attractiveness: Double?
    let fit: Double?
    let missing: [String]
    /// By the name their feed knows them under; only where they were asked for.
    let members: [String]?
  }

  let segmentation: SegmentationReport
  let asOf: Day
  let first: Day
  let last: Day
  let currency: String
  let segments: [Row]
  let rest: Row
  let unknown: Row

  package init(_ sheet: SegmentSheet, keys: [ID<Customer>: String]? = nil) {
    let currency = sheet.base.currency
    segmentation = SegmentationReport(sheet.segmentation, currency: currency)
    asOf = sheet.base.asOf
    (first, last) = (sheet.base.window.from, sheet.base.window.last)
    self.currency = currency.code
    func row(_ profile: SegmentSheet.Profile) -> Row {
      let scale = Double(currency.minorPerMajor)
      let placed = sheet.placed(profile)
      return Row(
        id: profile.part?.id, name: profile.name, rule: profile.part?.segment.rule.sentence(currency),
        customers: profile.customers.count, sales: Double(profile.sales) / scale, growth: profile.growth,
        grossMargin: Double(profile.walk.grossMargin) / scale,
        contribution: profile.walk.contribution.map { Double($0) / scale }, marginRate: profile.marginRate,
        attractiveness: placed?.attractiveness.value, fit: placed?.fit,
        missing: placed?.attractiveness.missing.map(\.rawValue) ?? [],
        members: keys.map { keys in profile.customers.map { keys[$0] ?? "\($0)" } })
    }
    segments = sheet.profiles.map(row)
    rest = row(sheet.rest)
    unknown = row(sheet.unknown)
  }

  /// Name, customers, sales, contribution: the rows of a table.
  package var table: [[String]] {
    (segments + [rest, unknown].filter { $0.customers > 0 }).map { row in
      [row.name, "\(row.customers)", "\(row.sales)", row.contribution.map { "\($0)" } ?? "missing"]
    }
  }
}

/// A proposal as programs get it.
package struct SegmentProposalReport: Encodable, Sendable {
  struct Candidate: Encodable {
    let clusters: Int
    let silhouette: Double
    let smallestShare: Double
    let isAdmitted: Bool
  }

  struct Row: Encodable {
    let name: String
    let profile: String
    let customers: Int
    let sales: Double
  }

  let method: String
  let trait: String?
  let measures: [String]
  let seed: UInt64
  let clusters: Int?
  let candidates: [Candidate]
  let segments: [Row]
  let outside: Int

  package init(_ proposal: SegmentProposal) {
    let question = proposal.question
    (method, trait, seed) = (question.method.rawValue, question.trait, question.seed)
    measures = question.measures.map(\.rawValue)
    clusters = proposal.chosen?.clusters
    candidates = proposal.candidates.map {
      Candidate(
        clusters: $0.clusters, silhouette: $0.silhouette, smallestShare: $0.smallestShare, isAdmitted: $0.isAdmitted)
    }
    let scale = Double(proposal.currency.minorPerMajor)
    segments = proposal.rows.map {
      Row(name: $0.segment.name, profile: $0.profile, customers: $0.customers, sales: Double($0.minor) / scale)
    }
    outside = proposal.outside
  }
}
