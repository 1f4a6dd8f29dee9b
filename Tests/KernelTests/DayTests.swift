import Kernel
import Testing

@Suite struct DayTests {
  @Test func `a day becomes a civil date and comes back`() throws {
    // Every 73rd day from the year 1600 on reaches past 2400 with 10,000 days; leap days of all kinds are among them.
    let first = try #require(Day("1600-01-01"))
    for step in 0..<10_000 {
      let day = first.adding(days: step)
      let far = first.adding(days: step * 73)
      for day in [day, far] {
        let (year, month, number) = day.civil
        #expect(Day(year: year, month: month, day: number) == day)
        #expect(Day(day.description) == day)
      }
      #expect(day.adding(days: 1).days(since: day) == 1)
    }
  }

  @Test func `days are numbered from 1970 on`() throws {
    #expect(Day("1970-01-01")?.number == 0)
    #expect(Day("1969-12-31")?.number == -1)
    #expect(Day("2000-03-01")?.number == 11_017)
    #expect(Day("2026-01-15")?.number == 20_468)
  }

  @Test func `only leap years have a 29 February`() {
    for year in ["2024", "2000", "1600", "2400"] { #expect(Day("\(year)-02-29") != nil) }
    for year in ["2023", "1900", "2100", "2200"] { #expect(Day("\(year)-02-29") == nil) }
    #expect(Day.daysInMonth(year: 2024, month: 2) == 29)
    #expect(Day.daysInMonth(year: 1900, month: 2) == 28)
    #expect((1...12).reduce(0) { $0 + Day.daysInMonth(year: 2023, month: $1) } == 365)
  }

  @Test(arguments: [
    "", "2024-1-01", "2024-13-01", "2024-00-10", "2024-04-31", "0000-01-01", "24-01-01", "2024/01/01", "2024-01-0x",
    "2024-01-01 ", "+024-01-01", "２024-01-01",
  ])
  func `what is no day is not read`(text: String) { #expect(Day(text) == nil) }

  @Test func `adding months clamps to the end of the month`() throws {
    func moved(_ text: String, _ months: Int) -> String? { Day(text)?.adding(months: months).description }
    #expect(moved("2024-01-31", 1) == "2024-02-29")
    #expect(moved("2023-01-31", 1) == "2023-02-28")
    #expect(moved("2024-03-31", -1) == "2024-02-29")
    #expect(moved("2024-12-15", 1) == "2025-01-15")
    #expect(moved("2024-01-15", -1) == "2023-12-15")
    #expect(moved("2024-02-29", 12) == "2025-02-28")
    #expect(moved("2024-02-29", -48) == "2020-02-29")
    #expect(moved("0001-01-15", -1) == "0001-01-01")
    #expect(moved("9999-12-15", 1) == "9999-12-31")
    #expect(moved("2024-01-31", .max) == "9999-12-31")
    #expect(moved("2024-01-31", .min) == "0001-01-01")
  }

  @Test func `sums stay within the years 1 to 9999`() throws {
    let day = try #require(Day("2024-01-31"))
    #expect(day.adding(days: .max).description == "9999-12-31")
    #expect(day.adding(days: .min).description == "0001-01-01")
    #expect(Day(.max).description == "9999-12-31")
    #expect(Day(.min).description == "0001-01-01")
  }

  @Test func `weekdays count from Monday`() throws {
    #expect(Day("1970-01-01")?.weekday == 4)
    #expect(Day("2026-01-15")?.weekday == 4)
    #expect(Day("2024-02-29")?.weekday == 4)
    #expect(Day("1969-12-28")?.weekday == 7)
    #expect(Day("1600-01-01")?.weekday == 6)
    let monday = try #require(Day("2026-01-12"))
    #expect((0..<7).map { monday.adding(days: $0).weekday } == Array(1...7))
  }

  @Test(arguments: 1...7) func `a week begins on its first weekday`(first: Int) throws {
    let monday = try #require(Day("1969-12-22"))
    for step in 0..<21 {
      let day = monday.adding(days: step)
      let start = day.startOfWeek(firstWeekday: first)
      #expect(start.weekday == first)
      #expect((0..<7).contains(day.days(since: start)))
    }
  }

  @Test func `a month begins on its first`() {
    #expect(Day("2024-02-29")?.startOfMonth == Day("2024-02-01"))
    #expect(Day("2024-02-01")?.startOfMonth == Day("2024-02-01"))
  }

  @Test func `a period holds its first day and not the one it ends before`() throws {
    let (first, last) = (try #require(Day("2024-02-28")), try #require(Day("2024-03-01")))
    let period = Period(first: first, last: last)
    #expect(period.days == 3)
    #expect(period.contains(first) && period.contains(last) && !period.contains(last.adding(days: 1)))
    #expect(period.before == Period(from: first.adding(days: -3), until: first))
    #expect(Period(from: last, until: first).isEmpty)
  }
}
