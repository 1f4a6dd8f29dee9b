import Kernel
import Tabular
import Testing

private func log(_ bytes: [UInt8], threads: Int = 1, _ change: (inout TableOptions) -> Void = { _ in }) throws
  -> PurchaseLog
{
  try PurchaseLog.read(
    ByteSource(bytes: bytes, name: "log.csv"), options: PurchaseLogOptions(options(change), threads: threads))
}

private func log(_ text: String, threads: Int = 1) throws -> PurchaseLog { try log(Array(text.utf8), threads: threads) }

/// The purchases of each customer in words.
private func spelled(_ log: PurchaseLog) -> [String] {
  (0..<log.customerCount).map { customer in
    log.name(of: customer) + log.purchases(of: customer).map { " \(log.days[$0]):\(log.minor[$0])" }.joined()
  }
}

@Suite struct PurchaseLogTests {
  @Test func `purchases are put together by customer and day`() throws {
    let log = try log("id,date,amount\nB,1970-01-03,3.00\nA,1970-01-02,1.50\nB,1970-01-01,2\nB,1970-01-03,-1.25\n")
    #expect(spelled(log) == ["B 0:200 2:300 2:-125", "A 1:150"])
    #expect(log.customers == [0, 0, 0, 1])
    #expect(log.starts == [0, 3, 4])
    #expect(log.span?.last == Day(2))
    #expect(log.purchases(of: 2).isEmpty && log.name(of: -1).isEmpty)
  }

  /// A file of 20,000 rows with every oddity that a plain reader must step aside for.
  private static func oddFile(_ seed: UInt64, quoted: Bool, breaks: Bool, end: String) -> [UInt8] {
    var random = Seeded(seed)
    var text = "note,customer,date,amount" + end
    for _ in 0..<20_000 {
      let number = Int.random(in: 1...3_000, using: &random)
      let name = ["\(number)", "0\(number)", "C\(number)", "Kundin Müller \(number)", " \(number) "][number % 5]
      let day = Day(Int32.random(in: 0...20_000, using: &random))
      let minor = Int64.random(in: -999...99_999, using: &random)
      let amount = Money(minor: minor, .euro).plain
      let note = breaks && number % 50 == 0 ? "\"a\(end)1,2,1970-01-01,5.00\(end)\"" : quoted ? "\"x,y\"" : "x"
      let cell = quoted ? "\"\(name)\"" : name
      text += "\(note),\(cell),\(day),\(amount)\(number % 997 == 0 ? end : "")\(end)"
    }
    return Array(text.utf8)
  }

  @Test(arguments: [(1, false, false, "\n"), (2, true, false, "\r\n"), (3, false, true, "\n"), (4, true, true, "\r\n")])
  func `the number of threads changes nothing`(seed: UInt64, quoted: Bool, breaks: Bool, end: String) throws {
    let bytes = PurchaseLogTests.oddFile(seed, quoted: quoted, breaks: breaks, end: end)
    let alone = try log(bytes)
    #expect(alone.purchaseCount == 20_000)
    for threads in [2, 3, 7, 64] { #expect(try log(bytes, threads: threads) == alone) }
    // Compressed or UTF-16 files are read row after row; they must give the same.
    let text = String(decoding: bytes, as: UTF8.self)
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { wide += [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)] }
    #expect(try log(wide, threads: 2) == alone)
  }

  @Test func `every other form of date and number is read by several threads too`() throws {
    var text = "Kunde;Datum;Betrag\n"
    for index in 0..<8_000 {
      text += "K\(index % 70);\(index % 28 + 1).\(index % 12 + 1).2020 10:30;1.2\(index % 90 + 10),5\n"
    }
    let alone = try log(text)
    #expect(alone.minor.first == 121_050)
    #expect(try log(text, threads: 2) == alone)
  }

  @Test func `the first row that cannot be read refuses the file with line and column`() {
    let good = (1...5_000).map { "\($0),2020-01-01,1.00\n" }.joined()
    let bad = [
      ("7,2020-01-32,1.00", "2"), ("7,2020-01-01,abc", "3"), (",2020-01-01,1.00", "1"), ("7,2020-01-01,", "3"),
      ("7,2030-01-01,1.00", "2"), ("7,2020-01-01,1.005", "3"), ("7,,1", "2"), ("7,2020-01-01,1\u{0}", "3"),
    ]
    for (row, column) in bad {
      for threads in [1, 2] {
        let found = problem { _ = try log("id,date,amount\n" + good + row + "\n" + good, threads: threads) }
        #expect(found?.facts == [.init("line", "5002"), .init("column", column)], "\(row)")
      }
    }
    for row in ["7,2020-01-01", "7,2020-01-01,1,2"] {
      #expect(
        problem { _ = try log("id,date,amount\n" + good + row + "\n" + good, threads: 2) }?.facts == [
          .init("line", "5002")
        ])
    }
  }

  @Test func `a line end within quotes at the join of two parts is noticed`() throws {
    let filler = "1,2020-01-01,1.00\n"
    var text = "id,date,amount,note\n"
    for index in 0..<6_000 { text += "\(index),2020-01-01,1.00,\"\(filler)\(filler)\"\n" }
    let alone = try log(text)
    #expect(alone.purchaseCount == 6_000)
    for threads in 2...9 { #expect(try log(text, threads: threads) == alone) }
  }

  @Test func `names are told apart byte by byte`() throws {
    let names = [
      "1", "01", "1.0", "a", "A", "é", "e\u{301}", "12345678", "123456789", "1234567890123", "16777216", "16777215",
      "x\u{301}",
    ]
    let text =
      "id,date,amount\n" + names.map { "\($0),2020-01-01,1\n" }.joined() + names.map { "\($0),2020-01-02,1\n" }.joined()
    let log = try log(text)
    #expect((0..<log.customerCount).map { Array(log.name(of: $0).utf8) } == names.map { Array($0.utf8) })
    #expect(log.starts.last == Int32(names.count * 2))
  }
}

@Suite struct ColumnRoleTests {
  @Test func `the place of a role is its place among all`() {
    #expect(ColumnRole.allCases.map(\.place) == Array(ColumnRole.allCases.indices))
  }
}
