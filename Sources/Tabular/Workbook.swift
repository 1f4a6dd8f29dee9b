import Kernel

/// An Excel workbook (.xlsx) whose first visible sheet is read as comma-separated text.
///
/// Its sheet is unpacked as it is read; the texts that cells share are held in memory, within a limit. Rows keep their
/// numbers: row 7 of the sheet is line 7 of the text. Formulas count as the values they had when the file was saved.
final class Workbook: Sendable {
  /// The most the shared texts may take, and the most any part may unpack to.
  static let sharedLimit = 128 << 20
  static let partLimit = 4 << 30

  let name: String
  let sheetName: String
  private let archive: ZipArchive
  private let sheet: ZipArchive.Entry
  let shared: SharedTexts
  /// Whether a number in this style is a date, by the number of the style.
  let dateStyles: [Bool]
  let isFrom1904: Bool

  /// - Throws: `Problem` when it is no workbook, is damaged, or holds more than a workbook may.
  init(_ source: ByteSource) throws {
    name = source.name
    let archive = try ZipArchive(source)
    self.archive = archive
    let root = try Workbook.links(archive, "_rels/.rels", file: source.name)
    let main = root.first { $0.kind.hasSuffix("/officeDocument") }?.target ?? "xl/workbook.xml"
    guard archive.entries[main] != nil, archive.entries["word/document.xml"] == nil else {
      throw Problem(
        .invalid, field: "file", "“\(source.name)” is a ZIP archive, not a workbook.",
        mend: "Send the table itself, as .xlsx or as CSV.")
    }
    let folder = main.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(main[...$0]) } ?? ""
    let file = main.dropFirst(folder.count)
    let parts = try Workbook.links(archive, "\(folder)_rels/\(file).rels", file: source.name)
    let book = try Workbook.book(archive, main, file: source.name)
    isFrom1904 = book.isFrom1904
    guard let first = book.sheets.first(where: \.isVisible) ?? book.sheets.first,
      let target = parts.first(where: { $0.id == first.link })?.target,
      let entry = archive.entries[Workbook.path(target, in: folder)]
    else {
      throw Problem(
        .invalid, field: "file", "“\(source.name)” has no sheet that can be read.", mend: "Save the table as CSV.")
    }
    sheetName = first.name
    sheet = entry
    func part(_ kind: String) -> ZipArchive.Entry? {
      parts.first { $0.kind.hasSuffix(kind) }.flatMap { archive.entries[Workbook.path($0.target, in: folder)] }
    }
    shared = try part("/sharedStrings").map { try SharedTexts(archive, $0, file: source.name) } ?? SharedTexts()
    dateStyles = try part("/styles").map { try WorkbookStyles.dates(archive, $0, file: source.name) } ?? []
  }

  /// The sheet as text, from its beginning.
  func makeReader() throws -> any ByteReader {
    let bytes = try archive.reader(of: sheet, limit: Workbook.partLimit)
    return WorkbookBytes(self, XMLScanner(bytes, file: name))
  }

  private struct Link {
    let id: String
    let kind: String
    let target: String
  }

  private static func links(_ archive: ZipArchive, _ path: String, file: String) throws -> [Link] {
    guard let entry = archive.entries[path] else { return [] }
    let scanner = XMLScanner(try archive.reader(of: entry, limit: 1 << 20), file: file)
    var links: [Link] = []
    while true {
      switch try scanner.next() {
      case .end: return links
      case .open where scanner.isNamed("Relationship"):
        var target = scanner.text(of: "Target") ?? ""
        if path.hasPrefix("_rels"), target.hasPrefix("/") { target.removeFirst() }
        links.append(Link(id: scanner.text(of: "Id") ?? "", kind: scanner.text(of: "Type") ?? "", target: target))
      default: break
      }
    }
  }

  private static func path(_ target: String, in folder: String) -> String {
    if target.hasPrefix("/") { return String(target.dropFirst()) }
    return folder + (target.hasPrefix("./") ? String(target.dropFirst(2)) : target)
  }

  private struct Book {
    var sheets: [(name: String, link: String, isVisible: Bool)] = []
    var isFrom1904 = false
  }

  private static func book(_ archive: ZipArchive, _ path: String, file: String) throws -> Book {
    guard let entry = archive.entries[path] else { throw ZipArchive.damaged(archive.source) }
    let scanner = XMLScanner(try archive.reader(of: entry, limit: 16 << 20), file: file)
    var book = Book()
    while true {
      switch try scanner.next() {
      case .end: return book
      case .open where scanner.isNamed("workbookPr"):
        book.isFrom1904 = ["1", "true"].contains(scanner.text(of: "date1904") ?? "")
      case .open where scanner.isNamed("sheet"):
        book.sheets.append(
          (scanner.text(of: "name") ?? "", scanner.text(of: "id") ?? "", scanner.text(of: "state") == nil))
      default: break
      }
    }
  }
}

/// The texts that the cells of a workbook share, one after the other in one stretch of memory.
struct SharedTexts: Sendable {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  init() {}

  init(_ archive: ZipArchive, _ entry: ZipArchive.Entry, file: String) throws {
    let scanner = XMLScanner(try archive.reader(of: entry, limit: Workbook.sharedLimit * 4), file: file)
    var text = WorkbookText()
    while true {
      let token = try scanner.next()
      if token == .end { return }
      if token == .open, scanner.isNamed("si") { text = WorkbookText() }
      text.take(token, scanner)
      guard token == .close, scanner.isNamed("si") else { continue }
      bytes += text.bytes
      ends.append(bytes.count)
      guard bytes.count <= Workbook.sharedLimit, ends.count <= 4_000_000 else {
        throw Problem(
          .tooLarge, field: "file", "The texts of “\(file)” take more than \(Workbook.sharedLimit >> 20) MB.",
          mend: "Save the sheet as CSV (UTF-8) and send that.")
      }
    }
  }

  subscript(_ index: Int) -> ArraySlice<UInt8>? {
    guard ends.indices.contains(index) else { return nil }
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
}

/// Gathers a text that may stand in several runs; readings of signs (furigana) beside it are left out.
struct WorkbookText {
  private(set) var bytes: [UInt8] = []
  private var isInText = false
  private var isInReading = false

  mutating func take(_ token: XMLScanner.Token, _ scanner: XMLScanner) {
    switch token {
    case .open:
      if scanner.isNamed("t") { isInText = true }
      if scanner.isNamed("rPh") { isInReading = true }
    case .close:
      if scanner.isNamed("t") { isInText = false }
      if scanner.isNamed("rPh") { isInReading = false }
    case .text:
      if isInText, !isInReading { bytes += scanner.text }
    case .end: break
    }
  }
}

/// Which styles of a workbook write a number as a date.
enum WorkbookStyles {
  static func dates(_ archive: ZipArchive, _ entry: ZipArchive.Entry, file: String) throws -> [Bool] {
    let scanner = XMLScanner(try archive.reader(of: entry, limit: 64 << 20), file: file)
    var own: [Int: Bool] = [:]
    var styles: [Bool] = []
    var isInCells = false
    while true {
      switch try scanner.next() {
      case .end: return styles
      case .open:
        if scanner.isNamed("numFmt"), let id = scanner.number(of: "numFmtId") {
          own[id] = isDate(scanner.text(of: "formatCode") ?? "")
        } else if scanner.isNamed("cellXfs") {
          isInCells = true
        } else if isInCells, scanner.isNamed("xf"), styles.count < 1 << 16 {
          let id = scanner.number(of: "numFmtId") ?? 0
          styles.append(own[id] ?? isBuiltInDate(id))
        }
      case .close where scanner.isNamed("cellXfs"): isInCells = false
      default: break
      }
    }
  }

  private static func isBuiltInDate(_ id: Int) -> Bool {
    (14...22).contains(id) || (27...36).contains(id) || (45...47).contains(id) || (50...58).contains(id)
  }

  /// Whether a format has letters of days or hours outside quotes and brackets.
  static func isDate(_ format: String) -> Bool {
    var isQuoted = false
    var isBracketed = false
    var isEscaped = false
    guard format.lowercased() != "general" else { return false }
    for byte in format.utf8 {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "["): isBracketed = !isQuoted
      case UInt8(ascii: "]"): isBracketed = false
      case UInt8(ascii: "\\"), UInt8(ascii: "_"), UInt8(ascii: "*"): isEscaped = !isQuoted
      case UInt8(ascii: ";"): if !isQuoted { return false }
      case UInt8(ascii: "d"), UInt8(ascii: "m"), UInt8(ascii: "y"), UInt8(ascii: "h"), UInt8(ascii: "s"),
        UInt8(ascii: "D"), UInt8(ascii: "M"), UInt8(ascii: "Y"), UInt8(ascii: "H"), UInt8(ascii: "S"):
        if !isQuoted, !isBracketed { return true }
      default: break
      }
    }
    return false
  }
}
