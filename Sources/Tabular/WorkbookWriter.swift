import Kernel

/// Writes an Excel workbook (.xlsx) of one sheet as its rows come: dates are dates, amounts are numbers, the header stays
/// in sight and can be filtered by. Memory does not grow with the file. Texts are texts, never formulas.
package final class WorkbookWriter {
  /// How a column is shown.
  package enum Style: Int, Sendable {
    case plain = 0
    case day = 2
    case instant = 3
    case money = 4
    case moneyWhole = 5
    case moneyThree = 6

    fileprivate var width: Int {
      switch self {
      case .plain: 18
      case .day: 12
      case .instant: 17
      default: 14
      }
    }
  }

  package struct Column: Sendable {
    let header: String
    let style: Style

    package init(_ header: String, _ style: Style = .plain) {
      self.header = header
      self.style = style
    }
  }

  /// Rows below the header that a sheet holds.
  package static let most = 1_048_575
  private static let textLimit = 32_767
  private let archive: ZipWriter
  private let sheet: String
  private let columns: [Column]
  private let letters: [[UInt8]]
  private var pending: [UInt8] = []
  private var row = 0
  private var rowNumber: [UInt8] = []
  private var column = 0

  /// - Throws: what the sink throws.
  package init(sheet: String, columns: [Column], to sink: @escaping SafeCSVWriter.Sink) throws {
    archive = ZipWriter(to: sink)
    self.sheet = WorkbookWriter.sheetName(sheet)
    self.columns = columns
    letters = columns.indices.map(WorkbookWriter.letters)
    pending.reserveCapacity(1 << 17)
    try archive.entry("[Content_Types].xml", WorkbookParts.contentTypes)
    try archive.entry("_rels/.rels", WorkbookParts.root)
    try archive.entry("xl/_rels/workbook.xml.rels", WorkbookParts.links)
    try archive.entry("xl/workbook.xml", WorkbookParts.workbook(sheet: self.sheet))
    try archive.entry("xl/styles.xml", WorkbookParts.styles)
    try archive.begin("xl/worksheets/sheet1.xml")
    pending += WorkbookParts.sheetStart.utf8
    for (index, column) in columns.enumerated() {
      let width = min(60, max(column.style.width, column.header.utf8.count + 4))
      pending += "<col min=\"\(index + 1)\" max=\"\(index + 1)\" width=\"\(width)\" customWidth=\"1\"/>".utf8
    }
    pending += "</cols><sheetData>".utf8
    for column in columns { put(text: column.header, style: 1) }
    try endRow()
  }

  package func text(_ text: String?) {
    guard let text, !text.isEmpty else { return empty() }
    put(text: text, style: 0)
  }

  package func integer(_ value: Int64) { put(number: String(value)) }

  /// An amount in minor units.
  package func money(_ minor: Int64, _ currency: Currency) { put(number: Money(minor: minor, currency).plain) }

  package func number(_ value: Double) { value.isFinite ? put(number: value.description) : empty() }

  package func flag(_ value: Bool) {
    open()
    pending += " t=\"b\"><v>\(value ? 1 : 0)</v></c>".utf8
  }

  package func day(_ day: Day) {
    let serial = Int(day.number) + 25_569
    // Before March 1900 the calendar of workbooks is another one.
    serial < 61 ? text(day.description) : put(number: String(serial))
  }

  /// A moment as a clock shows it that is so many seconds before UTC.
  package func instant(_ instant: Instant, offset seconds: Int) {
    let local = Double(instant.microseconds / 1_000_000 + Int64(seconds))
    let serial = local / 86_400 + 25_569
    serial < 61 ? text(instant.description) : put(number: serial.description)
  }

  package func empty() { column += 1 }

  package func endRow() throws {
    if row > 0 && column == 0 { open() }
    pending += "</row>".utf8
    column = 0
    if pending.count >= 1 << 16 { try flush() }
    guard row <= WorkbookWriter.most else {
      throw Problem(
        .tooLarge, field: "format", "A sheet holds \(WorkbookWriter.most) rows, and there are more.",
        mend: "Take them as CSV, or fewer of them.")
    }
    beginRow()
  }

  /// Ends sheet and archive.
  package func finish() throws {
    pending.removeLast(rowStart.count)
    pending += "</sheetData>".utf8
    if let last = letters.last {
      pending += "<autoFilter ref=\"A1:\(String(decoding: last, as: UTF8.self))\(max(1, row - 1))\"/>".utf8
    }
    pending += "</worksheet>".utf8
    try flush()
    try archive.end()
    try archive.finish()
  }

  private var rowStart: [UInt8] { Array("<row r=\"\(row)\">".utf8) }

  private func beginRow() {
    row += 1
    rowNumber = Array(String(row).utf8)
    pending += rowStart
  }

  private func flush() throws {
    try pending.withUnsafeBytes { try archive.write($0) }
    pending.removeAll(keepingCapacity: true)
  }

  private func open() {
    if row == 0 { beginRow() }
    pending += "<c r=\"".utf8
    pending += letters.indices.contains(column) ? letters[column] : []
    pending += rowNumber
    pending.append(0x22)
    column += 1
  }

  private func put(number: String) {
    let style = columns.indices.contains(column) ? columns[column].style.rawValue : 0
    open()
    if style > 0 { pending += " s=\"\(style)\"".utf8 }
    pending += "><v>".utf8
    pending += number.utf8
    pending += "</v></c>".utf8
  }

  private func put(text: String, style: Int) {
    open()
    if style > 0 { pending += " s=\"\(style)\"".utf8 }
    pending += " t=\"inlineStr\"><is><t xml:space=\"preserve\">".utf8
    pending += WorkbookParts.escaped(text, limit: WorkbookWriter.textLimit)
    pending += "</t></is></c>".utf8
  }

  private static func letters(_ index: Int) -> [UInt8] {
    var rest = index + 1
    var letters: [UInt8] = []
    while rest > 0 {
      letters.insert(UInt8(0x41 + (rest - 1) % 26), at: 0)
      rest = (rest - 1) / 26
    }
    return letters
  }

  /// A sheet's name: at most 31 bytes, without what sheets may not be called.
  private static func sheetName(_ text: String) -> String {
    let bytes = text.unicodeScalars.filter { !"[]:*?/\\'".unicodeScalars.contains($0) && $0.value >= 0x20 }
    var name = String.UnicodeScalarView()
    for scalar in bytes where name.count < 31 { name.append(scalar) }
    return name.isEmpty ? "Sheet1" : String(name)
  }
}

/// The parts of a workbook that do not change with its rows.
enum WorkbookParts {
  private static let start = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let schemas = "http://schemas.openxmlformats.org"
  private static let main = "\(schemas)/spreadsheetml/2006/main"
  private static let office = "\(schemas)/officeDocument/2006/relationships"
  private static let kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"

  static let contentTypes = """
    \(start)<Types xmlns="\(schemas)/package/2006/content-types">\
    <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
    <Default Extension="xml" ContentType="application/xml"/>\
    <Override PartName="/xl/workbook.xml" ContentType="\(kinds).sheet.main+xml"/>\
    <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(kinds).worksheet+xml"/>\
    <Override PartName="/xl/styles.xml" ContentType="\(kinds).styles+xml"/></Types>
    """
  static let root = """
    \(start)<Relationships xmlns="\(schemas)/package/2006/relationships">\
    <Relationship Id="rId1" Type="\(office)/officeDocument" Target="xl/workbook.xml"/></Relationships>
    """
  static let links = """
    \(start)<Relationships xmlns="\(schemas)/package/2006/relationships">\
    <Relationship Id="rId1" Type="\(office)/worksheet" Target="worksheets/sheet1.xml"/>\
    <Relationship Id="rId2" Type="\(office)/styles" Target="styles.xml"/></Relationships>
    """

  static func workbook(sheet: String) -> String {
    """
    \(start)<workbook xmlns="\(main)" xmlns:r="\(office)"><sheets><sheet name="\
    \(String(decoding: escaped(sheet, limit: 31), as: UTF8.self))" sheetId="1" r:id="rId1"/></sheets></workbook>
    """
  }

  /// Plain, header, day, moment, amounts with two, no and three decimals: the numbers of `WorkbookWriter.Style`.
  static let styles = """
    \(start)<styleSheet xmlns="\(main)"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.000"/></numFmts>\
    <fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
    <font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
    <fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>\
    <borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
    <cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
    <xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>\
    <xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
    <xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
    <xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
    <xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
    <xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
    <cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
    """

  static let sheetStart = """
    \(start)<worksheet xmlns="\(main)"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" \
    activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>
    """

  /// Text as it stands between tags. What XML cannot hold becomes U+FFFD; `_x0041_` keeps its letters.
  static func escaped(_ text: String, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 16)
    var units = 0
    for scalar in text.unicodeScalars {
      units += scalar.value > 0xFFFF ? 2 : 1
      if units > limit { break }
      switch scalar.value {
      case 0x26: bytes += "&amp;".utf8
      case 0x3C: bytes += "&lt;".utf8
      case 0x3E: bytes += "&gt;".utf8
      case 0x22: bytes += "&quot;".utf8
      case 0x78 where bytes.last == 0x5F:
        bytes.removeLast()
        bytes += "_x005F_x".utf8
      case 0x0D: bytes += "&#13;".utf8
      case 0x09, 0x0A, 0x20...0x7F: bytes.append(UInt8(scalar.value))
      case 0..<0x20, 0xFFFE, 0xFFFF: bytes += [0xEF, 0xBF, 0xBD]
      default: bytes += UTF8.encode(scalar).map { Array($0) } ?? []
      }
    }
    return bytes
  }
}
