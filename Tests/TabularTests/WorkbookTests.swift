import Foundation
import Kernel
import Tabular
import Testing

/// Workbooks that are read, and workbooks that are written.
@Suite struct WorkbookTests {
  private final class Collected {
    var bytes: [UInt8] = []
  }

  private static func archive(_ entries: [(String, String)]) throws -> [UInt8] {
    let file = Collected()
    let zip = ZipWriter { file.bytes.append(contentsOf: $0) }
    for (name, text) in entries { try zip.entry(name, text) }
    try zip.finish()
    return file.bytes
  }

  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

  /// A workbook as spreadsheets write it: texts shared, dates as numbers with a style.
  private static func book(sheet: String, texts: String = "<sst/>", date1904: Bool = false) throws -> [UInt8] {
    try archive([
      ("[Content_Types].xml", "<Types/>"),
      (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r\" Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
      ),
      (
        "xl/workbook.xml",
        """
        <x:workbook xmlns:x="a"><x:workbookPr date1904="\(date1904 ? 1 : 0)"/><x:sheets><x:sheet name="Old" state="hidden" \
        r:id="h"/><x:sheet name="R&amp;D" r:id="s"/></x:sheets></x:workbook>
        """
      ),
      (
        "xl/_rels/workbook.xml.rels",
        """
        <Relationships><Relationship Id="h" Type="\(office)/worksheet" Target="hidden.xml"/>\
        <Relationship Id="s" Type="\(office)/worksheet" Target="/xl/worksheets/sheet2.xml"/>\
        <Relationship Id="t" Type="\(office)/sharedStrings" Target="sharedStrings.xml"/>\
        <Relationship Id="f" Type="\(office)/styles" Target="styles.xml"/></Relationships>
        """
      ),
      ("xl/hidden.xml", "<worksheet/>"), ("xl/worksheets/sheet2.xml", sheet), ("xl/sharedStrings.xml", texts),
      (
        "xl/styles.xml",
        """
        <styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-407]dd&quot;. of &quot;mm yy"/><numFmt numFmtId="171" \
        formatCode="0.00 &quot;days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf/>\
        <xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>
        """
      ),
    ])
  }

  private static func rows(_ bytes: [UInt8]) throws -> [[String]] {
    let source = ByteSource(bytes: bytes, name: "book.xlsx")
    return try TableSample(source, options: TableOptions(currency: .euro)).rows
  }

  private static let header = """
    <worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is>\
    <t>amount</t></is></c></row>
    """
  private static let texts = """
    <sst><si><t>customer</t></si><si><r><t>da</t></r><r><t xml:space="preserve">te</t></r><rPh><t>x</t></rPh></si>\
    <si><t>Müller &amp; Söhne &#x1F600;, "Köln"</t></si><si><t><![CDATA[<b>]]></t></si></sst>
    """

  @Test func `a sheet is read with its shared texts, dates by style, and gaps`() throws {
    let sheet =
      Self.header + """
        <row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="1"><v>45322</v></c><c r="C2"><v>19.899999999999999</v></c></row>\
        <row r="4"><c r="A4" t="s"><v>3</v></c><c r="B4" s="2"><v>45322.604166666664</v></c></row>\
        <row r="5"><c r="B5" s="3"><v>7</v></c><c r="C5"><v>1.2E-3</v></c></row></sheetData></worksheet>
        """
    let rows = try Self.rows(try Self.book(sheet: sheet, texts: Self.texts))
    #expect(
      rows == [
        ["Müller & Söhne 😀, \"Köln\"", "2024-01-31", "19.9"], ["<b>", "2024-01-31 14:30:00", ""], ["", "7", "0.0012"],
      ])
  }

  @Test func `a workbook is a table like any other, line by line`() throws {
    let sheet =
      Self.header + """
        <row r="2"><c r="A2" t="str"><v>C1</v></c><c r="B2" s="1"><v>45322</v></c><c r="C2"><v>12.5</v></c></row>\
        <row r="7"><c r="A7" t="str"><v>C2</v></c><c r="B7" s="1"><v>45323</v></c><c r="C7" t="e"><v>#N/A</v></c></row>\
        </sheetData></worksheet>
        """
    let source = ByteSource(bytes: try Self.book(sheet: sheet, texts: Self.texts), name: "book.xlsx")
    let table = try Table(source, options: options { $0.required = [.customer, .time, .amount] })
    #expect(
      table.report.sentences.first == "The file is a workbook; its sheet “R&D” is read, the first line is a header.")
    #expect(try table.next() == .record)
    #expect(table.text(.customer) == "C1")
    #expect(try table.money(.amount) == 1_250)
    #expect(try table.moment(.time)?.day == Day(year: 2024, month: 1, day: 31))
    #expect(try table.next() == .record)
    #expect(table.line == 7)
    let refusal = #expect(throws: Refusal.self) { try table.money(.amount) }
    #expect(refusal?.sentence.hasPrefix("line 7, column 3 (amount)") == true)
    #expect(try table.next() == .end)
  }

  @Test func `corrections of cells stand in place of what the file says`() throws {
    var patches = CellPatches()
    patches.cells = [3: [1: "12.50"]]
    patches.replacements = [.init(column: 0, from: "n/a", to: "C9")]
    let text = "customer,amount,date\nC1,1.00,2024-01-01\nC2,twelve,2024-01-02\nn/a,3.00,2024-01-03\n"
    let table = try Table(ByteSource(text: text), options: options { $0.patches = patches })
    var read: [String] = []
    while try table.next() == .record {
      let amount = try table.money(.amount) ?? 0
      read.append("\(table.text(.customer) ?? "") \(amount) \(table.isPatched(column: 1))")
    }
    #expect(read == ["C1 100 false", "C2 1250 true", "C9 300 false"])
  }

  @Test func `days of both calendars of workbooks are read`() throws {
    let row = """
      <row r="2"><c r="A2" s="1"><v>0</v></c><c r="B2" s="1"><v>59</v></c><c r="C2" s="1"><v>61</v></c></row></sheetData>
      """
    let from1904 = try Self.rows(try Self.book(sheet: Self.header + row, texts: Self.texts, date1904: true))
    #expect(from1904 == [["00:00:00", "1904-02-29", "1904-03-02"]])
    let usual = try Self.rows(try Self.book(sheet: Self.header + row, texts: Self.texts))
    #expect(usual == [["00:00:00", "1900-02-28", "1900-03-01"]])
  }

  @Test func `entities of a file's own, archives of other kinds and bombs are refused`() throws {
    let entity = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaa\">]><worksheet><sheetData/></worksheet>"
    #expect(problem { _ = try Self.rows(try Self.book(sheet: entity)) }?.kind == .invalid)
    let other = problem { _ = try Self.rows(try Self.archive([("orders.csv", "a,b\n1,2\n")])) }
    #expect(other?.message == "“book.xlsx” is a ZIP archive, not a workbook.")
    let bomb = "<worksheet><sheetData>" + String(repeating: " ", count: 3 << 20) + "</sheetData></worksheet>"
    #expect(problem { _ = try Self.rows(try Self.book(sheet: bomb)) }?.kind == .invalid)
    let far = "<worksheet><sheetData><row r=\"9999999\"><c><v>1</v></c></row></sheetData></worksheet>"
    #expect(problem { _ = try Self.rows(try Self.book(sheet: far)) }?.kind == .invalid)
  }

  @Test func `what is written is read back`() throws {
    let file = Collected()
    let columns: [WorkbookWriter.Column] = [
      .init("customer"), .init("date", .day), .init("amount", .money), .init("at", .instant), .init("odd"),
    ]
    let writer = try WorkbookWriter(sheet: "Customers: all", columns: columns) { file.bytes.append(contentsOf: $0) }
    let day = try #require(Day(year: 2024, month: 1, day: 31))
    for number in 0..<3_000 {
      writer.text("=1+\(number) <&> _x0041_ \u{1} 😀")
      writer.day(day.adding(days: number))
      writer.money(Int64(number) * 100 + 5, .euro)
      writer.instant(Instant(microseconds: 1_706_711_400_000_000), offset: 3_600)
      number % 2 == 0 ? writer.flag(true) : writer.empty()
      try writer.endRow()
    }
    try writer.finish()
    let source = ByteSource(bytes: file.bytes, name: "out.xlsx")
    let table = try Table(source, options: TableOptions(currency: .euro))
    #expect(table.report.sheet == "Customers all")
    var rows = 0
    while try table.next() == .record {
      #expect(table.text(column: 0) == "=1+\(rows) <&> _x005F_x0041_ \u{FFFD} 😀")
      #expect(try table.moment(.time)?.day == day.adding(days: rows))
      #expect(try table.money(.amount) == Int64(rows) * 100 + 5)
      #expect(table.text(column: 3) == "2024-01-31 15:30:00")
      #expect(table.text(column: 4) == (rows % 2 == 0 ? "yes" : nil))
      rows += 1
    }
    #expect(rows == 3_000)
  }

  @Test func `a damaged workbook is refused, whatever byte of it is wrong`() throws {
    let sheet =
      Self.header
      + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" s=\"1\"><v>45322</v></c></row></sheetData>"
    let whole = try Self.book(sheet: sheet, texts: Self.texts)
    var chance = UInt64(7)
    func next(_ bound: Int) -> Int {
      chance = chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((chance >> 33) % UInt64(max(1, bound)))
    }
    for _ in 0..<1_500 {
      var bytes = whole
      for _ in 0...next(3) { bytes[next(bytes.count)] = UInt8(next(256)) }
      if next(4) == 0 { bytes.removeLast(next(bytes.count)) }
      do { _ = try Self.rows(bytes) } catch { #expect(error is Problem) }
    }
    // The archive whole, the XML in it not.
    let xml = Array(sheet.utf8)
    for _ in 0..<1_500 {
      var bytes = xml
      for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(128)) }
      if next(3) == 0 { bytes.removeLast(next(bytes.count)) }
      let made = try Self.book(sheet: String(decoding: bytes, as: UTF8.self), texts: Self.texts)
      do { _ = try Self.rows(made) } catch { #expect(error is Problem) }
    }
  }

  @Test func `an array of objects is JSON`() throws {
    let file = Collected()
    var writer = JSONRowsWriter(["id", "na\"me", "tags"]) { file.bytes.append(contentsOf: $0) }
    for number in 0..<3 {
      writer.integer(Int64(number))
      writer.text("a\\b\n\u{1}\"")
      writer.texts(["x", "y"])
      try writer.endRow()
    }
    try writer.finish()
    let read = try JSONSerialization.jsonObject(with: Data(file.bytes)) as? [[String: Any]]
    #expect(read?.count == 3)
    #expect(read?.first?["na\"me"] as? String == "a\\b\n\u{1}\"")
  }

  @Test func `cards fold their lines between characters and escape what means something`() throws {
    let file = Collected()
    var writer = CardWriter { file.bytes.append(contentsOf: $0) }
    var card = CardWriter.Card()
    card.name = "Müller; Söhne, " + String(repeating: "ü", count: 60)
    card.emails = ["a@example.org"]
    card.city = "Köln"
    try writer.card(card)
    try writer.finish()
    let text = String(decoding: file.bytes, as: UTF8.self)
    #expect(text.hasPrefix("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Müller\\; Söhne\\, ü"))
    #expect(text.contains("\r\nEMAIL:a@example.org\r\nADR:;;;Köln;;;\r\nEND:VCARD\r\n"))
    #expect(file.bytes.split(separator: 0x0A).allSatisfy { $0.count <= 76 })
  }
}

/// Address cards that are read.
@Suite struct CardTests {
  private static let cards = """
    BEGIN:VCARD\r
    VERSION:4.0\r
    FN:Ada Lovelace\r
    N:Lovelace;Ada;;;\r
    ORG:Engines\\; Ltd;Research\r
    item1.EMAIL;TYPE=work:old@example.org\r
    EMAIL;PREF=1:ada@exam\r
     ple.org\r
    TEL;VALUE=uri;TYPE="voice,cell":tel:+44-20-1\r
    TEL;TYPE=work:+44 20 2\r
    ADR;TYPE=home:;;12 "Square";London;;W1;UK\r
    NOTE:two\\nlines\r
    PHOTO;ENCODING=b:AAAA\r
    END:VCARD\r
    begin:vcard\r
    version:3.0\r
    fn:Ben\r
    end:vcard

    """

  @Test func `cards are rows of a table`() throws {
    let sample = try TableSample(
      ByteSource(text: Self.cards, name: "people.vcf"), options: TableOptions(currency: .euro))
    #expect(sample.isCards && sample.rows.count == 2)
    let ada = Dictionary(uniqueKeysWithValues: zip(sample.map.headers, sample.rows[0]))
    #expect(ada["customer"] == "Engines; Ltd" && ada["first name"] == "Ada" && ada["email"] == "ada@example.org")
    #expect(ada["mobile"] == "+44-20-1" && ada["phone"] == "+44 20 2" && ada["street"] == "12 \"Square\"")
    #expect(ada["postal code"] == "W1" && ada["note"] == "two lines")
    let ben = Dictionary(uniqueKeysWithValues: zip(sample.map.headers, sample.rows[1]))
    #expect(ben["customer"] == "Ben" && ben["last name"] == "Ben")
  }
}
