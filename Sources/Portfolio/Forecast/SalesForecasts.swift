import Conditions
import Customers
import Kernel

/// Answers what the coming weeks bring for whoever asks; the last answers are kept until facts or segments change.
package final class SalesForecasts: Sendable {
  private struct Asked: Equatable, Sendable {
    let horizon: Int
    let segmentation: ID<Segmentation>?
    let stamp: Int64
    let assumptions: AssumptionSet
    let user: Viewpoint?
  }

  private let segments: Segments
  private let kept = KeptAnswers<Asked, SegmentForecasts>(most: 4)
  private let keptParts = KeptAnswers<PartAsked, SalesForecast>(most: 24)

  private struct PartAsked: Equatable, Sendable {
    let segment: ID<Segment>?
    let asked: Asked
  }

  package init(_ segments: Segments) { self.segments = segments }

  package static let horizons: ClosedRange<Int64> = 1...52

  /// nil when nobody bought anything.
  package func answer(horizon: Int = 13, for actor: Actor) async throws -> SegmentForecasts? {
    try actor.require(.see, .analysis)
    let book = try await segments.book(for: actor)
    let ledger = try await segments.ledgers.current(for: actor)
    guard ledger.lastDay != nil else { return nil }
    let asked = Asked(
      horizon: horizon, segmentation: book.inUse?.id, stamp: book.stamp,
      assumptions: try await segments.inForce(for: actor), user: Segments.user(actor))
    if let found = kept.find(asked, at: ledger.revision) { return found }
    let company = try await segments.companies.current()
    let sheet: SegmentSheet? =
      if let inUse = book.inUse { try await segments.sheet(inUse, stamp: book.stamp, for: actor) } else { nil }
    let answer = try SegmentForecasts(
      ledger, sheet: sheet, horizon: horizon, firstWeekday: company?.firstWeekday ?? 1,
      currency: company?.currency ?? .euro)
    kept.keep(answer, to: asked, at: ledger.revision)
    return answer
  }

  /// One segment of any segmentation, 13 weeks ahead.
  func forecast(
    of profile: SegmentSheet.Profile, in sheet: SegmentSheet, for actor: Actor
  ) async throws -> SalesForecast? {
    let book = try await segments.book(for: actor)
    let ledger = try await segments.ledgers.current(for: actor)
    guard let last = ledger.lastDay else { return nil }
    let asked = PartAsked(
      segment: profile.part?.id,
      asked: Asked(
        horizon: 13, segmentation: sheet.segmentation.id, stamp: book.stamp,
        assumptions: try await segments.inForce(for: actor), user: Segments.user(actor)))
    if let found = keptParts.find(asked, at: ledger.revision) { return found }
    let members = Set(profile.customers)
    let company = try await segments.companies.current()
    let sales = try WeeklySales(ledger, until: last, firstWeekday: company?.firstWeekday ?? 1) {
      members.contains($0) ? 0 : nil
    }
    guard
      let forecast = try SalesForecast(sales, group: 0, horizon: 13, currency: sheet.base.currency)
    else { return nil }
    keptParts.keep(forecast, to: asked, at: ledger.revision)
    return forecast
  }
}
