import Foundation
import Kernel
import Testing
import Web

@Suite struct FormatTests {
  let english = Format.standard
  let german: Format
  let american: Format

  init() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    german = try Format(decimal: ",", grouping: ".", dateOrder: .dayMonthYear, currency: .euro, zone: berlin)
    american = try Format(decimal: ".", grouping: ",", dateOrder: .monthDayYear, currency: .dollar, zone: .gmt)
  }

  private func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{A0}" ? " " : $0 == "\u{2212}" ? "-" : $0 }))
  }

  @Test func `numbers are grouped the company's way`() {
    #expect(english.count(2_469) == "2,469")
    #expect(german.count(1_234_567) == "1.234.567")
    #expect(english.count(999) == "999")
    #expect(plain(english.count(Int64.min)) == "-9,223,372,036,854,775,808")
    #expect(german.number(1_234.565, decimals: 2) == "1.234,57")
    #expect(plain(english.number(-0.04, decimals: 1)) == "0.0")
    #expect(english.number(.nan) == "missing")
    #expect(plain(english.number(1e30)) == "1.0 × 10^30")
  }

  @Test func `per cent has one decimal`() {
    #expect(plain(english.percent(0.32604)) == "32.6 %")
    #expect(plain(german.percent(1)) == "100,0 %")
    #expect(english.percent(.infinity) == "missing")
  }

  @Test func `money has no cents from a thousand up`() throws {
    #expect(english.money(Money(minor: 99_999, .euro)) == "€999.99")
    #expect(english.money(Money(minor: 123_456, .euro)) == "€1,235")
    #expect(plain(german.money(Money(minor: -123_449, .euro))) == "-1.234 €")
    #expect(english.exactMoney(Money(minor: 123_456, .euro)) == "€1,234.56")
    #expect(english.money(Money(minor: 5, try Currency("JPY"))) == "¥5")
    #expect(plain(english.money(Money(minor: 1_234_567, try Currency("BHD")))) == "BHD 1,235")
    #expect(plain(english.money(Money(minor: .min, .euro))) == "-€92,233,720,368,547,758")
    #expect(american.money(12.5) == "$12.50")
  }

  @Test func `axes get short forms`() {
    #expect(plain(english.compact(1_234_567)) == "1.2 million")
    #expect(plain(english.compact(2_000_000_000)) == "2 billion")
    #expect(english.compact(12_300) == "12,300")
    #expect(english.compact(0.25) == "0.25")
    #expect(plain(english.compactMoney(-3_400_000)) == "-€3.4 million")
  }

  @Test func `dates are written the company's way`() throws {
    let day = try #require(Day("2026-11-21"))
    #expect(english.day(day) == "21 Nov 2026")
    #expect(american.day(day) == "Nov 21, 2026")
    #expect(english.longDay(day) == "Saturday 21 November 2026")
    #expect(english.month(day) == "Nov 2026")
    let year = Period(first: day.adding(days: -324), last: day.adding(days: 40))
    #expect(english.period(year) == "1 Jan to 31 Dec 2026")
  }

  @Test func `a near day is said in words`() throws {
    let today = try #require(Day("2026-11-21"))
    let said = [
      0: "today", 1: "tomorrow", -1: "yesterday", 3: "in 3 days", -6: "6 days ago", -30: "22 Oct", -400: "17 Oct 2025",
    ]
    for (distance, words) in said { #expect(english.day(today.adding(days: distance), today: today) == words) }
    #expect(
      english.time(today.adding(days: -1), today: today).text
        == "<time datetime=\"2026-11-20\" title=\"Friday 20 November 2026\">yesterday</time>")
  }

  @Test func `a near moment is said in words on the company's clock`() throws {
    let now = Instant(microseconds: 1_795_293_543_000_000)  // 2026-11-21T20:39:03Z
    #expect(german.moment(now) == "21 Nov 2026, 21:39")
    #expect(german.moment(now.adding(seconds: -10), now: now) == "just now")
    #expect(german.moment(now.adding(seconds: -300), now: now) == "5 minutes ago")
    #expect(german.moment(now.adding(seconds: -7_300), now: now) == "2 hours ago")
    #expect(german.moment(now.adding(seconds: -86_400), now: now) == "yesterday at 21:39")
    #expect(english.moment(Instant(microseconds: -1)) == "31 Dec 1969, 23:59")
  }

  @Test func `a figure shows the digits its interval supports`() {
    func figure(_ value: Double?, _ unit: Figure.Unit, _ low: Double? = nil, _ high: Double? = nil) -> Figure {
      Figure(
        id: "x", title: "X", value: value, unit: unit, asOf: nil, window: nil, method: "F2", explanation: "", n: 100,
        low: low, high: high)
    }
    #expect(plain(english.value(figure(0.32604, .share))) == "32.6 %")
    #expect(plain(english.value(figure(0.3261, .share, 0.27, 0.38))) == "33 %")
    #expect(plain(english.value(figure(0.3261, .share, 0.311, 0.340))) == "32.6 %")
    #expect(english.value(figure(1_234, .count, 900, 1_500)) == "1,230")
    #expect(english.interval(figure(1_234, .count, 900, 1_500)) == "900 to 1,500")
    #expect(english.value(figure(0.6349, .ratio)) == "0.635")
    #expect(english.value(figure(1, .days)) == "1 day")
    #expect(english.value(figure(48_211.7, .money(.euro))) == "€48,212")
    #expect(english.value(figure(nil, .share)) == "missing")
    #expect(english.interval(figure(0.3, .share)) == nil)
  }

  @Test func `separators that cannot be told apart are refused`() {
    #expect(throws: Problem.self) {
      try Format(decimal: ",", grouping: ",", dateOrder: .dayMonthYear, currency: .euro, zone: .gmt)
    }
    #expect(throws: Problem.self) {
      try Format(decimal: ";", grouping: ",", dateOrder: .dayMonthYear, currency: .euro, zone: .gmt)
    }
  }

  @Test func `words are listed as a sentence lists them`() {
    #expect(Format.list(["a", "b", "c"]) == "a, b and c")
    #expect(Format.list(["a"]) == "a")
    #expect(Format.list([]) == "")
  }
}
