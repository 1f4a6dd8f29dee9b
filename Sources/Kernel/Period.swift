/// A run of whole days: `from` and every day before `until`.
public struct Period: Hashable, Sendable, Codable, CustomStringConvertible {
  public let from: Day
  /// The first day that is no longer in it.
  public let until: Day

  /// The days from `from` up to, not including, `until`; empty when `until` is not later.
  public init(from: Day, until: Day) {
    self.from = from
    self.until = max(from, until)
  }

  /// The days from `first` to `last`, both in it.
  public init(first: Day, last: Day) { self.init(from: first, until: last.adding(days: 1)) }

  public var days: Int { until.days(since: from) }
  public var last: Day { until.adding(days: -1) }
  public var isEmpty: Bool { from == until }

  public func contains(_ day: Day) -> Bool { day >= from && day < until }

  /// The period of the same length that ends where this one begins.
  public var before: Period { Period(from: from.adding(days: -days), until: from) }

  public var description: String { "\(from) to \(last)" }
}
