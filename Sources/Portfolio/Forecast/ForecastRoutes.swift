import Kernel
import Web

/// The sales forecast: the whole, and every segment of the segmentation in use.
package struct ForecastRoutes: Sendable {
  let forecasts: SalesForecasts

  package init(_ forecasts: SalesForecasts) { self.forecasts = forecasts }

  package static let path = "/portfolio/forecast"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Sales of the coming weeks, with how wrong each method was before.",
        answer: .of(SegmentForecastReport.self, or: [String: Int].self),
        inputs: [
          .init("horizon", "Weeks ahead, 1 to 52; 13 when left out", .integer),
          .init("segment", "The segment the page draws", .integer),
        ], action: show)
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let horizon = Int(try visit.query.integer("horizon", in: SalesForecasts.horizons) ?? 13)
    guard let answer = try await forecasts.answer(horizon: horizon, for: visit.actor) else {
      if visit.face == .json { return .json(["customers": 0]) }
      return .page(NothingBoughtPage(title: "Forecast", path: Self.path, visit: visit).html)
    }
    let segment: ID<Segment>? = try visit.query.integer("segment", in: 1...Int64.max).map { ID($0) }
    guard segment == nil || answer.rows.contains(where: { $0.segment == segment }) else {
      throw Problem(
        .notFound, field: "segment", "The segmentation in use has no such segment.", mend: "Choose one of the list.")
    }
    return .both(visit, json: SegmentForecastReport(answer)) {
      ForecastPage(answer: answer, segment: segment, visit: visit).html
    }
  }
}
