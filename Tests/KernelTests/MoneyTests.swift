import Kernel
import Testing

@Suite struct MoneyTests {
  @Test func `sums are exact and checked`() throws {
    let sum = try Money(minor: 10, .euro).adding(Money(minor: 20, .euro))
    #expect(sum == Money(minor: 30, .euro))
    #expect(throws: Problem.self) { _ = try Money(minor: .max, .euro).adding(Money(minor: 1, .euro)) }
    #expect(throws: Problem.self) { _ = try Money(minor: .min, .euro).adding(Money(minor: -1, .euro)) }
    let found = #expect(throws: Problem.self) { _ = try Money(minor: 1, .euro).adding(Money(minor: 1, .dollar)) }
    #expect(found?.message == "EUR and USD cannot be added.")
    #expect(found?.mend == "Give an exchange rate for USD.")
  }

  @Test func `plain text has the decimals of the currency`() throws {
    #expect(Money(minor: -123_450, .euro).plain == "-1234.50")
    #expect(Money(minor: 5, .euro).plain == "0.05")
    #expect(Money(minor: -5, .euro).plain == "-0.05")
    #expect(Money(minor: 0, .euro).plain == "0.00")
    #expect(Money(minor: 1_234, try Currency("JPY")).plain == "1234")
    #expect(Money(minor: 1_234, try Currency("KWD")).plain == "1.234")
    #expect(Money(minor: 1, try Currency("CLF")).plain == "0.0001")
    #expect(Money(minor: .min, .euro).plain == "-92233720368547758.08")
    #expect(Money(minor: 1_999, .dollar).description == "19.99 USD")
  }

  @Test func `a number of major units becomes the nearest amount or is refused`() throws {
    #expect(try Money(major: 19.99, .euro).minor == 1_999)
    #expect(try Money(major: -0.005, .euro).minor == -1)
    #expect(try Money(major: 7, try Currency("JPY")).minor == 7)
    #expect(Money(minor: 1_999, .euro).major == 19.99)
    for number in [Double.nan, .infinity, -.infinity, 1e300] {
      #expect(throws: Problem.self) { _ = try Money(major: number, .euro) }
    }
  }

  @Test func `a currency is one of ISO 4217 in any case`() throws {
    #expect(try Currency("eur") == .euro)
    #expect(try Currency("JPY").minorPerMajor == 1)
    #expect(try Currency("EUR").minorPerMajor == 100)
    for code in ["", "EU", "QQQ", "EURO", "€"] {
      let found = #expect(throws: Problem.self) { _ = try Currency(code, field: "rate") }
      #expect(found?.field == "rate")
    }
    #expect(Currency.all.map(\.code) == Currency.all.map(\.code).sorted())
    #expect(Currency.all.count > 150)
  }
}
