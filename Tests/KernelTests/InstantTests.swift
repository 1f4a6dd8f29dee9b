import Foundation
import Kernel
import Testing

@Suite struct InstantTests {
  private func instant(_ seconds: Int64) -> Instant { Instant(microseconds: seconds * 1_000_000) }

  @Test func `an instant reads as UTC to the second`() {
    #expect(instant(0).description == "1970-01-01T00:00:00Z")
    #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59Z")
    #expect(instant(1_795_293_543).description == "2026-11-21T20:39:03Z")
  }

  @Test func `the day changes where the zone is`() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let york = try #require(TimeZone(identifier: "America/New_York"))
    let kolkata = try #require(TimeZone(identifier: "Asia/Kolkata"))
    // 2026-01-15T23:30:00Z
    let evening = instant(1_768_519_800)
    #expect(evening.day(in: .gmt) == Day("2026-01-15"))
    #expect(evening.day(in: berlin) == Day("2026-01-16"))
    #expect(evening.day(in: york) == Day("2026-01-15"))
    #expect(evening.day(in: kolkata) == Day("2026-01-16"))
    #expect(instant(-1).day(in: .gmt) == Day("1969-12-31"))
    #expect(instant(-1).day(in: kolkata) == Day("1970-01-01"))
  }

  @Test func `summer time moves midnight by an hour`() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    // 22:30 UTC is 23:30 in winter and 00:30 of the next day in summer.
    #expect(instant(1_774_650_600).day(in: berlin) == Day("2026-03-27"))
    #expect(instant(1_774_823_400).day(in: berlin) == Day("2026-03-30"))
    // The day summer time begins has 23 hours, the day it ends 25.
    func length(_ day: Int64) -> Int {
      (0..<72).count { instant(day + Int64($0) * 3_600).day(in: berlin) == instant(day + 36 * 3_600).day(in: berlin) }
    }
    #expect(length(1_774_656_000) == 23)
    #expect(length(1_792_800_000) == 25)
  }

  @Test func `seconds are added without a trap`() {
    #expect(instant(5).adding(seconds: -10) == instant(-5))
    #expect(instant(5).adding(seconds: .max).microseconds == .max)
    #expect(instant(5).adding(seconds: .min).microseconds == .min)
    #expect(instant(10).seconds(since: instant(4)) == 6)
  }
}
