import Customers
import Foundation
import Kernel
import Testing

/// How tasks come again.
@Suite struct RecurrenceTests {
  private func day(_ text: String) throws -> Day { try #require(Day(text)) }

  private func series(_ rhythm: Recurrence, _ count: Int) -> [Day] {
    var days = [rhythm.from]
    while days.count < count, let last = days.last, let next = rhythm.next(after: last, today: last) {
      days.append(next)
    }
    return days
  }

  @Test func `the 31st comes back after the shorter months`() throws {
    let monthly = try Recurrence(every: 1, .month, from: day("2027-12-31"))
    #expect(
      series(monthly, 6).map(\.description) == [
        "2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31",
      ])
  }

  @Test func `a 29 February comes back in the next leap year`() throws {
    let yearly = try Recurrence(every: 1, .year, from: day("2024-02-29"))
    #expect(
      series(yearly, 5).map(\.description) == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"])
  }

  @Test func `weekdays of every second week are counted from the week of the first`() throws {
    // 2026-01-15 is a Thursday.
    let rhythm = try Recurrence(every: 2, .week, on: [1, 4], from: day("2026-01-15"))
    #expect(
      series(rhythm, 5).map(\.description) == ["2026-01-15", "2026-01-26", "2026-01-29", "2026-02-09", "2026-02-12"])
  }

  @Test func `what was missed is not made up for, and what is done early does not come twice`() throws {
    let weekly = try Recurrence(every: 1, .week, from: day("2026-01-01"))
    #expect(weekly.next(after: try day("2026-01-01"), today: try day("2026-02-03")) == Day("2026-02-05"))
    #expect(weekly.next(after: try day("2026-01-15"), today: try day("2026-01-10")) == Day("2026-01-22"))
    let daily = try Recurrence(every: 1, .day, from: day("2026-01-01"))
    #expect(daily.next(after: try day("2026-01-01"), today: try day("2026-01-02")) == Day("2026-01-02"))
  }

  @Test func `a series ends with its last day`() throws {
    let rhythm = try Recurrence(every: 1, .week, from: day("2026-01-01"), until: day("2026-01-10"))
    #expect(series(rhythm, 10).count == 2)
  }

  @Test func `every series grows, keeps its rhythm, and clamps only where a month is shorter`() throws {
    var state: UInt64 = 42
    func draw(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(below))
    }
    for _ in 0..<2_000 {
      let unit = Recurrence.Unit.allCases[draw(4)]
      let from = Day(Int32(10_000 + draw(20_000)))
      let every = 1 + draw(unit == .year ? 5 : 30)
      let weekdays = unit == .week ? (1...7).filter { _ in draw(3) == 0 } : []
      let rhythm = try Recurrence(every: every, unit, on: weekdays, from: from)
      let due = from.adding(days: draw(1_000))
      let today = due.adding(days: draw(400) - 200)
      let next = try #require(rhythm.next(after: due, today: today))
      #expect(next > due && next >= today)
      switch unit {
      case .day: #expect(next.days(since: from) % every == 0)
      case .week:
        #expect((next.startOfWeek().days(since: from.startOfWeek()) / 7) % every == 0)
        #expect(weekdays.isEmpty ? next.weekday == from.weekday : weekdays.contains(next.weekday))
      case .month, .year:
        let (a, b) = (from.civil, next.civil)
        let months = (b.year - a.year) * 12 + b.month - a.month
        #expect(months % (unit == .year ? 12 * every : every) == 0)
        #expect(b.day == min(a.day, Day.daysInMonth(year: b.year, month: b.month)))
      }
      // None is left out: the one before it lies before what was asked for.
      let earlier = try #require(rhythm.next(after: due, today: due.adding(days: 1)))
      #expect(earlier <= next && (earlier == next || earlier < max(today, due.adding(days: 1))))
    }
  }

  @Test func `rhythms out of range are refused by name`() throws {
    let from = try day("2026-01-01")
    #expect(throws: Problem.self) { try Recurrence(every: 0, .day, from: from) }
    #expect(throws: Problem.self) { try Recurrence(every: 100, .day, from: from) }
    #expect(throws: Problem.self) { try Recurrence(every: 1, .week, on: [8], from: from) }
    #expect(throws: Problem.self) { try Recurrence(every: 1, .day, from: from, until: from.adding(days: -1)) }
    #expect(throws: Problem.self) { try Recurrence(every: 1, .day, from: from, count: 0) }
  }

  @Test func `an hour that is left out stands for the hour after it, one that comes twice is the first`() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let half = try #require(TimeOfDay("2:30"))
    let spring = Instant(try day("2026-03-29"), half, in: berlin)
    #expect(spring.description == "2026-03-29T01:30:00Z")
    let autumn = Instant(try day("2026-10-25"), half, in: berlin)
    #expect(autumn.description == "2026-10-25T00:30:00Z")
    let noon = Instant(try day("2026-07-01"), try #require(TimeOfDay("12:00")), in: berlin)
    #expect(noon.time(in: berlin)?.description == "12:00")
    #expect(TimeOfDay("24:00") == nil && TimeOfDay("9.5")?.description == "09:05" && TimeOfDay("") == nil)
  }
}
