import Foundation
import Kernel
import Store

/// What formulas know of time: the day it is in the company, and which day a moment was there.
package struct FormulaCalendar {
  package let today: Day
  private let now: Instant
  private let zone: TimeZone

  package init(now: Instant, in zone: TimeZone) {
    self.now = now
    self.zone = zone
    today = now.day(in: zone)
  }

  private static let microsecondsOfDay: Int64 = 86_400_000_000
  /// Clocks that were changed longer ago are taken as they were then.
  private static let years: Double = 12

  /// The day of a moment where the company is, with its changes of the clock.
  /// - Parameter moment: microseconds since 1970 in SQL; may be NULL.
  package func day(of moment: Statement) -> Statement {
    let present = Date(timeIntervalSince1970: Double(now.microseconds) / 1_000_000)
    var place = present.addingTimeInterval(-FormulaCalendar.years * 365.25 * 86_400)
    var changes: [Statement] = []
    var shift = zone.secondsFromGMT(for: place)
    while let change = zone.nextDaylightSavingTimeTransition(after: place), change <= present, change > place {
      let micros = Int64(change.timeIntervalSince1970) * 1_000_000
      changes.append("WHEN \(moment) < \(micros) THEN \(Int64(shift) * 1_000_000)")
      (place, shift) = (change, zone.secondsFromGMT(for: change.addingTimeInterval(1)))
    }
    let last = Int64(shift) * 1_000_000
    let local: Statement =
      changes.isEmpty
      ? "\(last)" : "(CASE \(Statement.joined(changes, separator: " ", or: "")) ELSE \(last) END)"
    // Division of whole numbers cuts towards zero; before 1970 a day less is meant.
    let sum: Statement = "(\(moment) + \(local))"
    let span = FormulaCalendar.microsecondsOfDay
    return "((\(sum) - (CASE WHEN \(sum) < 0 THEN \(span - 1) ELSE 0 END)) / \(span))"
  }
}
