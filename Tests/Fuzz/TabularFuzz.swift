import Foundation
import Kernel
import Tabular

/// What the fuzzer calls with bytes it made up. Whatever they are, nothing may trap, and nothing may read outside its
/// memory; beyond that a few laws must hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  switch target {
  case "records": records(bytes)
  case "table": table(bytes)
  case "money": column("amount", bytes) { _ = try? $0.money(.amount) }
  case "dates": column("date", bytes) { _ = try? $0.moment(.time) }
  case "log": log(bytes)
  case "workbook": workbook(bytes)
  default: preconditionFailure("FUZZ_TARGET names no parser")
  }
  return 0
}

private let target = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""

private let options: TableOptions = {
  var options = TableOptions(currency: .euro, zone: TimeZone(identifier: "Europe/Berlin") ?? .gmt, latest: Day(20_000))
  options.limits.cell = 64
  options.limits.record = 256
  options.limits.columns = 8
  return options
}()

/// The first byte chooses dialect and pieces; the records must not depend on the pieces.
private func records(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let separators = Dialect.Separator.allCases
  let dialect = Dialect(separator: separators[Int(choice) % separators.count])
  let expected = choice & 0x40 == 0 ? nil : 2
  let file = Array(bytes.dropFirst())
  let whole = read(file, dialect, pieces: file.count, expected)
  precondition(read(file, dialect, pieces: Int(choice >> 3 & 7) + 1, expected) == whole)
}

private func read(_ bytes: [UInt8], _ dialect: Dialect, pieces: Int, _ expected: Int?) -> [String] {
  let reader = RecordReader(Pieces(bytes, size: pieces), dialect: dialect)
  reader.expectedCells = expected
  var read: [String] = []
  while let step = try? reader.next(), step != .end {
    if case .refused(let refusal) = step { read.append("\(refusal)") }
    if step == .record { read.append("\(reader.line) \((0..<reader.count).map { reader.cell($0).text })") }
  }
  return read
}

private func table(_ bytes: [UInt8]) {
  guard let table = try? Table(ByteSource(bytes: bytes), options: options) else { return }
  while let step = try? table.next(), step != .end {
    guard step == .record else { continue }
    for role in ColumnRole.allCases {
      _ = table.text(role)
      _ = try? table.money(role)
      _ = try? table.scaled(role, places: 3)
      _ = try? table.moment(role)
    }
    _ = try? table.currency()
  }
  precondition(!table.report.sentences.isEmpty)
}

private func column(_ header: String, _ bytes: [UInt8], _ work: (Table) -> Void) {
  var stated = options
  if let first = bytes.first, first & 1 == 1 {
    stated.dateOrder = DateOrder.allCases[Int(first >> 1) % DateOrder.allCases.count]
    stated.decimalMark = first & 2 == 0 ? .point : .comma
    stated.roundsAmounts = first & 4 == 0
  }
  guard let table = try? Table(ByteSource(bytes: Array("\(header)\tx\n".utf8) + bytes.dropFirst()), options: stated)
  else {
    return
  }
  while let step = try? table.next(), step != .end { if step == .record { work(table) } }
}

/// Several threads must make of a file what one makes of it.
private func log(_ bytes: [UInt8]) {
  let row = Array("7,2020-01-01,1.00,x\n".utf8)
  let filler = Array(repeating: row, count: 4_000).joined()
  let source = ByteSource(bytes: Array("id,date,amount,note\n".utf8) + filler + bytes + filler)
  var plain = TableOptions(currency: .euro)
  plain.dialect.separator = .comma
  let alone = Result { try PurchaseLog.read(source, options: PurchaseLogOptions(plain, threads: 1)) }
  let together = Result { try PurchaseLog.read(source, options: PurchaseLogOptions(plain, threads: 3)) }
  switch (alone, together) {
  case (.success(let one), .success(let many)): precondition(one == many)
  case (.failure(let one), .failure(let many)): precondition("\(one)" == "\(many)")
  default: preconditionFailure("one thread and three disagree")
  }
}

/// Hands out bytes in pieces of one size.
private final class Pieces: ByteReader {
  private let bytes: [UInt8]
  private let size: Int
  private var offset = 0

  init(_ bytes: [UInt8], size: Int) {
    self.bytes = bytes
    self.size = max(1, size)
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(target.count, size, bytes.count - offset)
    for index in 0..<count { target[index] = bytes[offset + index] }
    offset += count
    return count
  }
}

/// The first byte says what the rest is: the archive itself, its sheet, its texts or its styles.
private func workbook(_ bytes: [UInt8]) {
  guard let choice = bytes.first else { return }
  let made = Array(bytes.dropFirst())
  guard choice & 3 != 0 else { return table([0x50, 0x4B, 0x03, 0x04] + made) }
  final class Collected { var bytes: [UInt8] = [] }
  let file = Collected()
  let zip = ZipWriter { file.bytes.append(contentsOf: $0) }
  let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  let text = String(decoding: made, as: UTF8.self)
  let sheet = "<sheetData><row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45000</v></c></row></sheetData>"
  try? zip.entry("xl/workbook.xml", "<workbook><sheets><sheet name=\"A\" r:id=\"a\"/></sheets></workbook>")
  try? zip.entry(
    "xl/_rels/workbook.xml.rels",
    """
    <Relationships><Relationship Id="a" Type="\(office)/worksheet" Target="s.xml"/>
    <Relationship Id="b" Type="\(office)/sharedStrings" Target="t.xml"/>
    <Relationship Id="c" Type="\(office)/styles" Target="f.xml"/></Relationships>
    """)
  try? zip.entry("xl/s.xml", choice & 3 == 1 ? text : sheet)
  try? zip.entry("xl/t.xml", choice & 3 == 2 ? text : "<sst><si><t>customer</t></si></sst>")
  try? zip.entry("xl/f.xml", choice & 3 == 3 ? text : "<cellXfs><xf/><xf numFmtId=\"14\"/></cellXfs>")
  try? zip.finish()
  table(file.bytes)
}
