import Kernel

/// Finds out what a file is before its rows are read.
struct TableOpening {
  /// What the text of a file lies in.
  enum Wrapping {
    case none, gzip, cards
    case workbook(Workbook)
  }

  let source: ByteSource
  let options: TableOptions
  let wrapping: Wrapping
  /// nil when the first bytes are plain ASCII, which leaves it open.
  let encoding: TextEncoding?
  let dialect: Dialect
  let map: ColumnMap

  init(_ source: ByteSource, options: TableOptions) throws {
    self.source = source
    self.options = options
    let start = try source.makeReader().prefix(16)
    var choice = options.dialect
    var stated = options.encoding
    if ZipArchive.recognises(start) {
      wrapping = .workbook(try Workbook(source))
      (choice.separator, choice.quote, stated) = (.comma, UInt8(ascii: "\""), .utf8)
    } else if CardBytes.recognises(start) {
      wrapping = .cards
      (choice.separator, choice.quote, choice.hasHeader, stated) = (.comma, UInt8(ascii: "\""), true, .utf8)
    } else {
      wrapping = GunzipBytes.recognises(start) ? .gzip : .none
    }
    let raw = try TableOpening.bytes(source, wrapping).prefix(Dialect.sampleSize)
    try TableOpening.refuseBinary(raw, name: source.name)
    encoding = stated ?? raw.withUnsafeBytes { TextEncoding.detect($0) }
    let text = TextBytes(try TableOpening.bytes(source, wrapping), encoding: encoding)
    let sample = try text.prefix(Dialect.sampleSize)
    guard sample.contains(where: { $0 > 0x20 }) || sample.count == Dialect.sampleSize else {
      throw Problem(.invalid, "“\(source.name)” is empty.", mend: "Send the file again; nothing arrived in it.")
    }
    dialect = Dialect.sniff(sample, isWhole: sample.count < Dialect.sampleSize, choice: choice)
    let again = TextBytes(try TableOpening.bytes(source, wrapping), encoding: encoding)
    let reader = RecordReader(again, dialect: dialect, limits: options.limits)
    map = try TableOpening.map(reader, dialect: dialect, options: options)
    try map.require(options.required)
  }

  /// A reader at the first record, the header if there is one, and the bytes under it.
  func makeReader() throws -> (RecordReader, TextBytes) {
    let text = TextBytes(try TableOpening.bytes(source, wrapping), encoding: encoding)
    return (RecordReader(text, dialect: dialect, limits: options.limits), text)
  }

  /// Looks at the rows for their formats.
  /// - Throws: `Problem` when there is no row.
  func survey() throws -> FormatSurvey {
    let (reader, _) = try makeReader()
    if dialect.hasHeader { _ = try reader.next() }
    reader.expectedCells = map.headers.count
    var survey = FormatSurvey(map: map, options: options)
    try survey.survey(reader)
    guard survey.rows > 0 else {
      throw Problem(
        .invalid, "“\(source.name)” has a header but no rows.",
        mend: "Check that the export holds the period you want.",
        facts: [Problem.Fact("found", map.headers.joined(separator: ","))])
    }
    return survey
  }

  private static func bytes(_ source: ByteSource, _ wrapping: Wrapping) throws -> any ByteReader {
    switch wrapping {
    case .none: source.makeReader()
    case .gzip: GunzipBytes(source.makeReader(), name: source.name)
    case .cards: CardBytes(source.makeReader())
    case .workbook(let book): try book.makeReader()
    }
  }

  /// Whether the text lies in something that has to be unpacked.
  var isWrapped: Bool { if case .none = wrapping { false } else { true } }

  /// Whether the file holds address cards.
  var isCards: Bool { if case .cards = wrapping { true } else { false } }

  /// The sheet that is read, where the file is a workbook.
  var sheet: String? { if case .workbook(let book) = wrapping { book.sheetName } else { nil } }

  private static func map(_ reader: RecordReader, dialect: Dialect, options: TableOptions) throws -> ColumnMap {
    switch try reader.next() {
    case .end: throw Problem(.invalid, "The file holds no record.", mend: "Send the file again.")
    case .refused(let refusal) where dialect.hasHeader || refusal.kind == .zeroByte:
      throw refusal.problem(mend: "Correct the first line and try again.")
    case .refused, .record: break
    }
    let cells = (0..<reader.count).map { reader.cell($0).trimmed.plainText }
    guard dialect.hasHeader else { return try ColumnMap(sample: cells, choices: options.choices) }
    let headers = cells.enumerated().map { index, text in text.isEmpty ? "column \(index + 1)" : text }
    return try ColumnMap(headers: headers, ready: options.readyMap, choices: options.choices)
  }

  /// Refuses files of other kinds, which people send under the name of a table.
  private static func refuseBinary(_ start: [UInt8], name: String) throws {
    let kinds: [(start: [UInt8], what: String)] = [
      ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive"), ([0xD0, 0xCF, 0x11, 0xE0], "an old Excel workbook"),
      ([0x25, 0x50, 0x44, 0x46], "a PDF"), ([0x50, 0x41, 0x52, 0x31], "a Parquet file"),
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed with Zstandard"), ([0x42, 0x5A, 0x68], "compressed with bzip2"),
      ([0xFD, 0x37, 0x7A, 0x58], "compressed with xz"), (Array("SQLite format 3".utf8), "a database"),
    ]
    guard let kind = kinds.first(where: { start.starts(with: $0.start) }) else { return }
    throw Problem(
      .invalid, "“\(name)” is \(kind.what), not a delimited text file.", mend: "Save it as CSV (UTF-8) and send that.")
  }
}
