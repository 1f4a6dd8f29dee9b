import Foundation
import Kernel
import Testing
import Web

@Suite struct ReadingTests {
  let english = Format.standard
  let german: Format
  let swiss: Format

  init() throws {
    german = try Format(decimal: ",", grouping: ".", dateOrder: .dayMonthYear, currency: .euro, zone: .gmt)
    swiss = try Format(decimal: ".", grouping: "\u{202F}", dateOrder: .yearMonthDay, currency: .euro, zone: .gmt)
  }

  @Test(arguments: [
    ("1,234.56", 123_456), ("1234.56", 123_456), ("€1,234.56", 123_456), ("1234 EUR", 123_400), ("-€5", -500),
    ("\u{2212}5.5", -550), (" 0.05\u{A0}€ ", 5), ("90,000,000,000,000.00", 9_000_000_000_000_000),
  ])
  func `an amount is read as the company writes it`(text: String, minor: Int64) throws {
    #expect(try english.readMoney(text, field: "amount") == Money(minor: minor, .euro))
  }

  @Test(arguments: [
    "1,5", "12abc", "NaN", "1e9", "1.234,56", "", " ", "1.", ".5", "1,23,456", "1,2345", "--5", "1.2.3", "1.234",
    "0x10", "١٢", "90,000,000,000,000.01", "99999999999999999999999", "$5", "1\u{301}",
  ])
  func `an amount that could mean something else is refused by name`(text: String) {
    let problem = #expect(throws: Problem.self) { try english.readMoney(text, field: "amount") }
    #expect(problem?.field == "amount")
    #expect(problem?.mend != nil)
  }

  @Test func `a company that writes commas reads commas`() throws {
    #expect(try german.readMoney("1.234,56", field: "x").minor == 123_456)
    #expect(try german.readMoney("1,5", field: "x").minor == 150)
    #expect(throws: Problem.self) { try german.readMoney("1234.56", field: "x") }
    #expect(try swiss.readMoney("1 234.56", field: "x").minor == 123_456)
    #expect(try swiss.readMoney("1\u{202F}234.56", field: "x").minor == 123_456)
  }

  @Test func `what is written can be read again`() throws {
    for format in [english, german, swiss] {
      for minor in [0, 5, 99, 100, 123_456, -7, -98_765_432, 1_000_000_000_000] as [Int64] {
        let money = Money(minor: minor, .euro)
        #expect(try format.readMoney(format.exactMoney(money), field: "x") == money)
      }
    }
  }

  @Test func `numbers and counts are read whole or not at all`() throws {
    #expect(try english.readNumber("1,234.5", field: "x") == 1_234.5)
    #expect(try german.readNumber("15 %", field: "x") == 15)
    #expect(try english.readCount("2,469", field: "x") == 2_469)
    for text in ["1.5", "a", "", "99999999999999999999"] {
      #expect(throws: Problem.self) { try english.readCount(text, field: "x") }
    }
    for text in ["inf", "1e5", "1 2", "%"] {
      #expect(throws: Problem.self) { try english.readNumber(text, field: "x") }
    }
  }

  @Test func `days are read in the company's order and never guessed`() throws {
    let day = try #require(Day("2026-11-21"))
    #expect(try english.readDay("2026-11-21", field: "x") == day)
    #expect(try english.readDay("21.11.2026", field: "x") == day)
    #expect(try english.readDay("21/11/2026", field: "x") == day)
    #expect(try swiss.readDay("2026/11/21", field: "x") == day)
    for text in ["11/21/2026", "21.11.26", "31.02.2026", "21.11", "", "21.11.2026.1", "aa.bb.cccc"] {
      #expect(throws: Problem.self) { try english.readDay(text, field: "x") }
    }
  }
}
