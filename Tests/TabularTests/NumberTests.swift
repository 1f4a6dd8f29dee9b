import Kernel
import Tabular
import Testing

/// Reads one column of amounts: minor units, or the reason each cell is refused for.
private func amounts(
  _ cells: [String], currency: Currency = .euro, _ change: (inout TableOptions) -> Void = { _ in }
) throws -> [String] {
  var options = options(change)
  options.currency = currency
  let text = "amount\tnote\n" + cells.map { "\($0)\tx\n" }.joined()
  let table = try Table(ByteSource(text: text), options: options)
  var read: [String] = []
  while try table.next() == .record {
    do throws(Refusal) {
      read.append(try table.money(.amount).map(String.init) ?? "none")
    } catch {
      read.append(error.kind.rawValue)
    }
  }
  return read
}

@Suite struct NumberTests {
  @Test func `a decimal point with thousands`() throws {
    #expect(
      try amounts(["1,234.56", "0.5", "12", "-3.10", "1,234", "12,345,678.9", "1 234.50", "1'234.50", ".25"])
        == ["123456", "50", "1200", "-310", "123400", "1234567890", "123450", "123450", "25"])
  }

  @Test func `a decimal comma with thousands`() throws {
    #expect(
      try amounts(["1.234,56", "0,5", "12", "1.234", "1234,5", "1\u{a0}234,50", "1\u{202f}234,50", "12.345.678"])
        == ["123456", "50", "1200", "123400", "123450", "123450", "123450", "1234567800"])
  }

  @Test func `negative amounts as accountants write them`() throws {
    #expect(
      try amounts(
        ["(12.34)", "12.34-", "-12.34", "\u{2212}12.34", "+12.34", "($12.34)", "-(5)", "(-5)", "- 5"], currency: .dollar
      )
        == ["-1234", "-1234", "-1234", "-1234", "1234", "-1234", "notANumber", "notANumber", "-500"])
  }

  @Test func `signs and codes of the currency are taken off, those of another refuse the row`() throws {
    #expect(
      try amounts(["€12.34", "12.34 €", "EUR 12.34", "12.34EUR", "$12.34", "12.34 USD", "12 abc", "QQQ 5"])
        == ["1234", "1234", "1234", "1234", "wrongCurrency", "wrongCurrency", "notANumber", "notANumber"])
    let table = try Table(ByteSource(text: "amount,note\n€1.50,x\n2.50 EUR,y\n"), options: options())
    #expect(table.report.formats.currencies == [.code("EUR")])
  }

  @Test func `more decimals than the currency has are refused, or rounded when that is stated`() throws {
    let cells = ["1.005", "2.3450", "-2.995", "1.25"]
    #expect(try amounts(cells) == ["tooPrecise", "tooPrecise", "tooPrecise", "125"])
    #expect(try amounts(cells) { $0.roundsAmounts = true } == ["101", "235", "-300", "125"])
    #expect(try amounts(["12.98999977111816422", "1.25"]) { $0.roundsAmounts = true } == ["1299", "125"])
    let yen = try Currency("JPY")
    #expect(try amounts(["1,500,000", "12.5"], currency: yen) == ["1500000", "tooPrecise"])
    let dinar = try Currency("BHD")
    #expect(
      try amounts(["1.2345", "1.234", "0.5"], currency: dinar) { $0.decimalMark = .point } == [
        "tooPrecise", "1234", "500",
      ])
  }

  @Test func `what is no number is refused whole`() throws {
    let cells = [
      "12abc", "NaN", "nan", "inf", "1e999", "1e3", "0x1p4", "1.5.5", "1,2,3.4", "12,34.5", ",5.1", "1.", "--1", "1-2",
      "%",
      "12%", "１２", "٣", "1_000", "0,123.4", "()", "-", "€", "999999999999999999.99", "99999999999999999999999999",
    ]
    let read = try amounts(["0.10", "0.20", "0.30"] + cells)
    #expect(Array(read.dropFirst(3).dropLast(2)) == Array(repeating: "notANumber", count: cells.count - 2))
    #expect(read.suffix(2) == ["tooLarge", "tooLarge"])
  }

  @Test func `a column that uses both marks takes those it can be sure of`() throws {
    #expect(
      try amounts(["1.50", "2.50", "3,5", "1,234", "4.75"]) == ["150", "250", "notANumber", "ambiguousNumber", "475"])
    #expect(problem { _ = try amounts(["1.50", "3,5"]) }?.facts.map(\.value) == ["2", "3"])
  }

  @Test func `another column of the file may settle the mark`() throws {
    let text = "amount;price\n1.234;12,5\n"
    let table = try Table(ByteSource(text: text), options: options())
    #expect(try table.next() == .record)
    #expect(try table.money(.amount) == 123_400)
  }

  @Test func `quantities keep the places asked for`() throws {
    let table = try Table(ByteSource(text: "quantity,note\n1.250,a\n-3,b\n1.2345,c\n"), options: options())
    #expect(try table.next() == .record)
    #expect(try table.scaled(.quantity, places: 3) == 1_250)
    #expect(try table.next() == .record)
    #expect(try table.scaled(.quantity, places: 3) == -3_000)
    #expect(try table.next() == .record)
    #expect(throws: Refusal.self) { try table.scaled(.quantity, places: 3) }
  }

  @Test func `every amount that is written plainly comes back`() throws {
    var random = Seeded(11)
    let minor = (0..<5_000).map { _ in
      Int64.random(in: -Money.limit...Money.limit, using: &random) >> Int64.random(in: 0...52, using: &random)
    }
    let cells = minor.map { Money(minor: $0, .euro).plain }
    #expect(try amounts(cells) == minor.map(String.init))
    let commas = cells.map { String($0.map { $0 == "." ? "," : $0 }) }
    #expect(try amounts(commas) == minor.map(String.init))
  }
}
