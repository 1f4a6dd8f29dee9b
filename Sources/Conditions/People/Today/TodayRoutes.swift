import Customers
import Kernel
import Records
import Web

/// What somebody does today, on one page.
package struct TodayRoutes: Sendable {
  package static let path = "/today"
  let days: Days

  package init(_ days: Days) { self.days = days }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .signedIn, "What you do today, and what changed on your customers.",
        answer: .of(DaySheet.self), action: show)
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let sheet = try await days.sheet(today: visit.today, zone: visit.viewer.format.zone, for: visit.actor)
    return .both(visit, json: sheet) { TodayPage(sheet: sheet, records: days.tasks.records, visit: visit).html }
  }
}
