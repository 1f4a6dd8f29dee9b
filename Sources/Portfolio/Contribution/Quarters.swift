import Kernel

extension Period {
  /// The quarters of the calendar that lie within some days, the first of which may lack its first week; the last so
  /// many of them.
  package static func quarters(from first: Day, through last: Day, most: Int = 20) -> [Period] {
    var from = first.adding(days: -6).quarterStart
    if from < first.adding(days: -6) { from = from.adding(months: 3) }
    var quarters: [Period] = []
    while from.adding(months: 3) <= last.adding(days: 1), quarters.count < 400 {
      let until = from.adding(months: 3)
      quarters.append(Period(from: from, until: until))
      from = until
    }
    return quarters.suffix(most)
  }

  /// As people call a quarter: 2017 Q1.
  package var quarterName: String { "\(from.civil.year) Q\((from.civil.month + 2) / 3)" }
}

extension Day {
  fileprivate var quarterStart: Day { startOfMonth.adding(months: -((civil.month - 1) % 3)) }
}
