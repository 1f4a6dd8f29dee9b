import Foundation
import Kernel
import Tabular
import Testing

/// Reads one column of dates: day and instant, or the reason each cell is refused for.
private func moments(
  _ cells: [String], zone: String = "Europe/Berlin", _ change: (inout TableOptions) -> Void = { _ in }
) throws -> [String] {
  let options = options {
    $0.zone = TimeZone(identifier: zone) ?? .gmt
    change(&$0)
  }
  let table = try Table(ByteSource(text: "date;note\n" + cells.map { "\($0);x\n" }.joined()), options: options)
  var read: [String] = []
  while try table.next() == .record {
    do throws(Refusal) {
      let moment = try table.moment(.time)
      read.append([moment?.day.description, moment?.instant?.description].compactMap { $0 }.joined(separator: " "))
    } catch {
      read.append(error.kind.rawValue)
    }
  }
  return read
}

@Suite struct DateTests {
  @Test func `ISO 8601 days and times`() throws {
    let cells = [
      "2024-02-29", "2024-3-1", "2024-02-29T23:30:00Z", "2024-02-29 23:30:00 +0100", "2024-02-29 23:30", "2024/02/29",
      "2024-02-29T23:30:00.250-05:00", "2023-02-29", "2024-02-29x", "2024-02-29T25:00", "0000-01-01",
    ]
    #expect(
      try moments(cells) == [
        "2024-02-29", "2024-03-01", "2024-03-01 2024-02-29T23:30:00Z", "2024-02-29 2024-02-29T22:30:00Z",
        "2024-02-29 2024-02-29T22:30:00Z", "2024-02-29", "2024-03-01 2024-03-01T04:30:00Z", "noSuchDay", "notADate",
        "notADate", "noSuchDay",
      ])
  }

  @Test func `one line settles the order of day and month`() throws {
    #expect(try moments(["03/04/2024", "13/04/2024"]) == ["2024-04-03", "2024-04-13"])
    #expect(try moments(["03/04/2024", "04/13/2024"]) == ["2024-03-04", "2024-04-13"])
    #expect(try moments(["3.4.24", "4.5.99"]) == ["2024-04-03", "1999-05-04"])
    #expect(try moments(["05/05/2024", "1/1/24"]) == ["2024-05-05", "2024-01-01"])
    #expect(
      try moments(["9/6/2016 6:29:00 PM", "9/16/2016 12:00 am"], zone: "GMT").last == "2016-09-16 2016-09-16T00:00:00Z")
  }

  @Test func `dates with the month as a word in five languages`() throws {
    let cells = [
      "31 January 2017", "Jan 31, 2017", "31-Jan-17", "31. März 2017", "1er août 2017", "15 de enero de 2017",
      "3 mei 2017", "DÉCEMBRE 25, 2017", "Mon, 2 Jan 2017 10:00:00 +0000", "2017 Feb 3", "31 Foo 2017", "Jan 2017",
    ]
    #expect(
      try moments(cells) == [
        "2017-01-31", "2017-01-31", "2017-01-31", "2017-03-31", "2017-08-01", "2017-01-15", "2017-05-03", "2017-12-25",
        "2017-01-02 2017-01-02T10:00:00Z", "2017-02-03", "notADate", "notADate",
      ])
  }

  @Test func `compact days and counted seconds`() throws {
    #expect(try moments(["19970101", "19971301"]) == ["1997-01-01", "noSuchDay"])
    #expect(
      try moments(["1485820800", "951782400"]) == [
        "2017-01-31 2017-01-31T00:00:00Z", "2000-02-29 2000-02-29T00:00:00Z",
      ])
    #expect(try moments(["1485820800000"]) == ["2017-01-31 2017-01-31T00:00:00Z"])
  }

  @Test func `the hours that a clock skips or repeats`() throws {
    #expect(
      try moments(["2024-03-31 02:30", "2024-10-27 02:30", "2024-03-31 03:30", "2024-10-27 03:30"]) == [
        "2024-03-31 2024-03-31T01:30:00Z", "2024-10-27 2024-10-27T00:30:00Z", "2024-03-31 2024-03-31T01:30:00Z",
        "2024-10-27 2024-10-27T02:30:00Z",
      ])
  }

  @Test(arguments: ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"])
  func `days agree with the calendar of the system in every zone`(zone: String) throws {
    var random = Seeded(3)
    let instants = (0..<1_000).map { _ in
      Instant(microseconds: Int64.random(in: 0...1_790_000_000, using: &random) * 1_000_000)
    }
    let expected = instants.map { "\($0.day(in: TimeZone(identifier: zone) ?? .gmt)) \($0)" }
    #expect(try moments(instants.map(\.description), zone: zone) == expected)
  }

  @Test func `days after today are refused, whatever their form`() throws {
    #expect(
      try moments(["2026-11-21", "2026-11-22", "2026-11-21T23:30:00Z"]) == ["2026-11-21", "inFuture", "inFuture"])
  }

  @Test func `a column without any date is refused`() {
    #expect(problem { _ = try moments(["soon", "later"]) }?.message == "“soon” in line 2 is not a date.")
  }

  @Test func `every day of two centuries comes back in every order`() throws {
    let days = stride(from: Int32(-36_500), to: 36_500, by: 7).map { Day($0) }
    for (order, format) in [(DateOrder.dayMonthYear, "d/m/y"), (.monthDayYear, "m/d/y"), (.yearMonthDay, "y-m-d")] {
      let cells = days.map { day in
        format.map { character in
          switch character {
          case "d": String(day.civil.day)
          case "m": String(day.civil.month)
          case "y": String(day.civil.year)
          default: String(character)
          }
        }.joined()
      }
      let read = try moments(cells) {
        $0.dateOrder = order
        $0.latest = nil
      }
      #expect(read == days.map(\.description))
    }
  }
}
