import Foundation
import Kernel
import Tabular
import Testing

/// The rows of a small purchase file, or why it is refused.
private struct Purchases {
  var rows: [String] = []
  var refusals: [Refusal] = []
  let table: Table

  init(_ bytes: [UInt8], _ change: (inout TableOptions) -> Void = { _ in }) throws {
    let options = options {
      $0.required = [.customer, .time, .amount]
      change(&$0)
    }
    table = try Table(ByteSource(bytes: bytes, name: "shop.csv"), options: options)
    while true {
      let step = try table.next()
      if step == .end { return }
      if case .refused(let refusal) = step {
        refusals.append(refusal)
        continue
      }
      do {
        let day = try table.moment(.time)?.day.description ?? "-"
        let amount = try table.money(.amount).map(String.init) ?? "-"
        rows.append("\(table.text(.customer) ?? "-") \(day) \(amount)")
      } catch {
        refusals.append(error)
      }
    }
  }

  init(_ text: String, _ change: (inout TableOptions) -> Void = { _ in }) throws {
    try self.init(Array(text.utf8), change)
  }
}

@Suite struct TableTests {
  private static let plain = ["C1 2024-01-31 1250", "Ä2 2024-02-01 99"]
  private static let text = "customer,date,amount\nC1,2024-01-31,12.50\nÄ2,2024-02-01,0.99\n"

  @Test func `a plain file is read`() throws {
    let purchases = try Purchases(TableTests.text)
    #expect(purchases.rows == TableTests.plain)
    #expect(purchases.refusals.isEmpty)
  }

  @Test func `every separator is found out`() throws {
    for separator in [";", "\t", "|"] {
      let text = TableTests.text.split(separator: ",", omittingEmptySubsequences: false).joined(separator: separator)
      #expect(try Purchases(text).rows == TableTests.plain)
    }
  }

  @Test func `decimal commas in a file with semicolons are no separators`() throws {
    let purchases = try Purchases("Kunde;Datum;Betrag\nC1;31.01.2024;1.012,50\nC2;01.02.2024;0,99\n")
    #expect(purchases.rows == ["C1 2024-01-31 101250", "C2 2024-02-01 99"])
    #expect(purchases.table.report.dialect.separator == .semicolon)
  }

  @Test func `every encoding gives the same rows`() throws {
    let utf16 = Array(TableTests.text.utf16)
    let little = utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    let big = utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    let windows = TableTests.text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    let files: [([UInt8], TextEncoding)] = [
      ([0xEF, 0xBB, 0xBF] + Array(TableTests.text.utf8), .utf8), ([0xFF, 0xFE] + little, .utf16LittleEndian),
      ([0xFE, 0xFF] + big, .utf16BigEndian), (little, .utf16LittleEndian), (big, .utf16BigEndian),
      (windows, .windows1252),
    ]
    for (bytes, encoding) in files {
      let purchases = try Purchases(bytes)
      #expect(purchases.rows == TableTests.plain)
      #expect(purchases.table.report.encoding == encoding)
    }
  }

  @Test func `Windows-1252 is noticed far behind the first bytes`() throws {
    let head = "customer,date,amount\n" + String(repeating: "C1,2024-01-31,12.50\n", count: 20_000)
    let purchases = try Purchases(Array(head.utf8) + [0xC4, 0x32] + Array(",2024-02-01,0.99\n".utf8))
    #expect(purchases.rows.last == "Ä2 2024-02-01 99")
    #expect(purchases.table.encoding == .windows1252)
    #expect(purchases.refusals.isEmpty)
  }

  @Test func `an empty file is refused`() {
    for text in ["", "\n\r\n", "\u{FEFF}", "  \n"] {
      #expect(problem { _ = try Purchases(text) }?.message == "“shop.csv” is empty.")
    }
  }

  @Test func `a header without rows is refused in other words`() {
    let found = problem { _ = try Purchases("customer,date,amount\n") }
    #expect(found?.message == "“shop.csv” has a header but no rows.")
  }

  @Test func `two columns of one name are refused`() {
    let found = problem { _ = try Purchases("customer,date,amount,Date\n1,2024-01-31,1,2024-01-31\n") }
    #expect(found?.field == "Date")
    #expect(found?.message == "Columns 2 and 4 are both named “Date”.")
  }

  @Test func `a missing column is named with what was found`() {
    let found = problem { _ = try Purchases("customer,date,colour\n1,2024-01-31,red\n") }
    #expect(found?.field == "amount")
    #expect(found?.message == "There is no column for the amount. Found: “customer”, “date”, “colour”.")
    #expect(found?.mend == "Name the column: amount=HEADER, or amount=#NUMBER.")
  }

  @Test func `a column can be named by header or number`() throws {
    let purchases = try Purchases("a,b,c\nC1,2024-01-31,12.50\n") {
      $0.choices = [.init(.customer, "a"), .init(.time, "B"), .init(.amount, "#3")]
    }
    #expect(purchases.rows == ["C1 2024-01-31 1250"])
    #expect(problem { _ = try ColumnMap.Choice("colour=a") }?.field == "map")
    #expect(try ColumnMap.Choice("time=Order = date") == ColumnMap.Choice(.time, "Order = date"))
    #expect(problem { _ = try Purchases(TableTests.text) { $0.choices = [.init(.time, "when")] } }?.field == "time")
  }

  @Test func `cells that are no numbers are refused one by one`() throws {
    let cells = [
      "\"1,5\"", "12abc", "NaN", "1e999", "inf", "0x10", "1.234", "--5", "1.2.3", "99999999999999999999", "%5",
    ]
    let rows = cells.map { "C1,2024-01-31,\($0)\n" }.joined()
    let purchases = try Purchases("customer,date,amount\nC0,2024-01-31,10.00\nC0,2024-01-31,11.00\n" + rows)
    #expect(purchases.rows.count == 2)
    #expect(purchases.refusals.map(\.line) == Array(4...14))
    #expect(purchases.refusals.allSatisfy { $0.column == 3 && $0.header == "amount" })
    #expect(purchases.refusals.first?.reason == "“1,5” is not a number with a decimal point.")
    #expect(purchases.refusals.first?.original == "C1,2024-01-31,\"1,5\"")
  }

  @Test func `mixed orders of day and month are refused with both lines`() {
    let found = problem { _ = try Purchases("customer,date,amount\n1,31/01/2024,1\n1,01/02/2024,1\n1,12/31/2023,1\n") }
    #expect(found?.field == "date")
    #expect(found?.facts.map(\.value) == ["2", "4"])
  }

  @Test func `dates that can be read two ways are asked about`() throws {
    let text = "customer,date,amount\n1,03/04/2024,1\n1,05/05/2024,1\n"
    let found = problem { _ = try Purchases(text) }
    #expect(found?.mend == "Say the order of day and month: --date-order dmy or --date-order mdy.")
    #expect(try Purchases(text) { $0.dateOrder = .dayMonthYear }.rows.first == "1 2024-04-03 100")
    #expect(try Purchases(text) { $0.dateOrder = .monthDayYear }.rows.first == "1 2024-03-04 100")
  }

  @Test func `the last of many rows may settle day and month`() throws {
    let rows = String(repeating: "1,03/04/2024,1\n", count: 30_000)
    let purchases = try Purchases("customer,date,amount\n" + rows + "1,04/13/2024,1\n")
    #expect(purchases.rows.first == "1 2024-03-04 100")
  }

  @Test func `numbers that can be read two ways are asked about`() throws {
    let text = "customer,date,amount\n1,2024-01-31,\"1,234\"\n1,2024-01-31,5\n"
    #expect(
      problem { _ = try Purchases(text) }?.mend
        == "Say which mark stands before the decimals: --decimal . or --decimal ,")
    #expect(try Purchases(text) { $0.decimalMark = .point }.rows.first == "1 2024-01-31 123400")
  }

  @Test func `days after today are refused row by row`() throws {
    let purchases = try Purchases("customer,date,amount\n1,2026-11-21,1\n1,2026-11-22,1\n")
    #expect(purchases.rows == ["1 2026-11-21 100"])
    #expect(purchases.refusals.map(\.kind) == [.inFuture])
    #expect(purchases.refusals.first?.reason == "“2026-11-22” is after 2026-11-21.")
  }

  @Test func `files of other kinds are refused by name`() {
    let found = problem { _ = try Purchases([0x50, 0x4B, 0x03, 0x04, 0x14, 0x00]) }
    #expect(found?.message == "“shop.csv” is a ZIP archive that cannot be read.")
    let old = problem { _ = try Purchases([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1]) }
    #expect(old?.message == "“shop.csv” is an old Excel workbook, not a delimited text file.")
  }

  @Test func `zero bytes in the header refuse the file, in a row the row`() throws {
    #expect(problem { _ = try Purchases("custo\u{0}mer,date,amount\n1,2024-01-31,1\n") }?.facts.first?.value == "1")
    let purchases = try Purchases("customer,date,amount\n1,2024-01-31,1\n\u{0},2024-01-31,1\n")
    #expect(purchases.refusals.map(\.sentence) == ["line 3, column 1 (customer): There is a zero byte (NUL) in it."])
  }

  @Test func `only carriage returns end the lines of some files`() throws {
    let bytes = TableTests.text.utf8.map { $0 == 0x0A ? UInt8(0x0D) : $0 }
    let purchases = try Purchases(bytes)
    #expect(purchases.rows == TableTests.plain)
    #expect(purchases.table.report.dialect.lineEnd == .carriageReturn)
  }

  @Test func `the files of the CDNOW study need no header`() throws {
    let master = try Purchases(" 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n 00002 19970112  1   12.00\n")
    #expect(master.rows == ["00001 1997-01-01 1177", "00002 1997-01-12 7700", "00002 1997-01-12 1200"])
    let sample = try Purchases(" 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n")
    #expect(sample.rows == ["00004 1997-01-01 2933", "00004 1997-01-18 2973"])
    #expect(sample.table.report.map.readyMap == "cdnow")
    let headed = try Purchases(" customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n")
    #expect(headed.rows == ["00001 1997-01-01 1177"])
    #expect(headed.table.map.header(of: .quantity) == "number_of_cds")
  }

  @Test func `the total of an order is the amount only where a row is an order`() throws {
    let orders = try Purchases("customer_id,order_date,order_total\n1,2024-01-31,5.00\n")
    #expect(orders.rows == ["1 2024-01-31 500"])
    let found = problem { _ = try Purchases("customer_id,order_date,order_total,sku\n1,2024-01-31,5.00,a\n") }
    #expect(found?.field == "amount")
  }

  @Test func `the rows of one Shopify order share what only the first one says`() throws {
    let header =
      "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Billing Name"
    let rows = """
      #1001,ada@example.com,paid,2024-09-03 10:15:00 -0400,USD,56.29,2024-09-03 23:14:00 -0400,2,Fern,16.00,Ada
      #1001,ada@example.com,,,,,,1,Tote,20.00,
      #1002,bo@example.com,refunded,,USD,25.00,2024-09-10 09:00:00 -0400,1,Mug,25.00,Bo

      """
    let options = options { $0.zone = TimeZone(identifier: "Europe/Berlin") ?? .gmt }
    let table = try Table(ByteSource(text: header + "\n" + rows), options: options)
    var lines: [String] = []
    while try table.next() == .record {
      let moment = try table.moment(.time)
      lines.append(
        "\(table.text(.order) ?? "") \(table.text(.customerName) ?? "") \(moment?.instant?.description ?? "")"
          + " \(moment?.day.description ?? "") \(try table.scaled(.quantity) ?? 0) \(try table.money(.unitPrice, in: .dollar) ?? 0)"
      )
    }
    #expect(
      lines == [
        "#1001 Ada 2024-09-04T03:14:00Z 2024-09-04 2 1600", "#1001 Ada 2024-09-04T03:14:00Z 2024-09-04 1 2000",
        "#1002 Bo 2024-09-10T13:00:00Z 2024-09-10 1 2500",
      ])
    #expect(table.map.readyMap == "shopify")
  }
}
