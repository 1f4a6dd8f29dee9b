import Kernel

/// Which day it is for decisions: today, or, in a company whose data ended long ago, the last day of its data.
///
/// A shop of 1997 decides in 1997: its reviews come when its data do.
package struct ReviewClock: Sendable, Equatable {
  /// Data that ended more days ago than these have a calendar of their own.
  package static let mostLag = 92
  /// Nobody forecasts further.
  static let mostDays = 5 * 366

  package let today: Day
  /// The last day with a purchase; nil when there is none.
  package let lastDay: Day?

  package init(today: Day, lastDay: Day?) {
    self.today = today
    self.lastDay = lastDay
  }

  package var isDatas: Bool { lastDay.map { today.days(since: $0) > Self.mostLag } ?? false }

  /// The day it is.
  package var day: Day { isDatas ? lastDay ?? today : today }

  /// The days a forecast is for when it is judged on `review`: those after the data, up to the review. With a review by
  /// the calendar and data that ended long ago, as many days as lie between today and the review.
  /// - Returns: nil when there are no data, no days left, or too many.
  package func window(until review: Day) -> Period? {
    guard let lastDay else { return nil }
    let days = isDatas && review > today ? review.days(since: today) : review.days(since: lastDay)
    guard (1...Self.mostDays).contains(days) else { return nil }
    return Period(first: lastDay.adding(days: 1), last: lastDay.adding(days: days))
  }

  /// Whether a review has come. One that lay in the past of the calendar when it was set counts by the data's days.
  package func isDue(_ review: Day, decided: Day) -> Bool {
    if review <= decided { return lastDay.map { $0 >= review } ?? false }
    return today >= review
  }
}
