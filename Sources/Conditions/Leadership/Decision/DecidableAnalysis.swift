import Kernel
import Web

/// An analysis that decisions can be taken from: it hands over its figures as they stand now, and what it expects.
package struct DecidableAnalysis: Sendable {
  /// Gets who asks and what the page was asked for, such as its window.
  package typealias Figures = @Sendable (Actor, Fields) async throws -> [Figure]
  /// Gets the days the decision is judged by as well; the first is the day after the data.
  package typealias Expectations = @Sendable (Actor, Fields, Period) async throws -> [Forecast.Offer]

  /// The address of its page.
  package let path: String
  package let title: String
  package let figures: Figures
  package let forecasts: Expectations

  package init(
    path: String, title: String, figures: @escaping Figures,
    forecasts: @escaping Expectations = { _, _, _ in [] }
  ) {
    self.path = path
    self.title = title
    self.figures = figures
    self.forecasts = forecasts
  }
}
