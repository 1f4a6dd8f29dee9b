import Kernel

/// Reads the records of a delimited file one after the other, in memory that does not grow with the file.
///
/// Quoting is that of RFC 4180: a cell that begins with the quote may hold separators, line ends and doubled quotes. A
/// quote inside an unquoted cell is an ordinary character. LF, CRLF and CR each end a record; empty lines are skipped.
/// What cannot be read is handed out as a `Refusal`, and reading goes on with the next record that can.
package final class RecordReader {
  /// The most a file may hold in one place.
  package struct Limits: Sendable {
    /// Bytes of one cell.
    package var cell = 1 << 20
    /// Bytes of one record.
    package var record = 4 << 20
    /// Cells of one record.
    package var columns = 1_000
    package init() {}
  }

  /// What the next record turned out to be.
  package enum Step: Equatable, Sendable {
    case record
    indirect case refused(Refusal)
    case end
  }

  struct Span {
    var start: Int
    var count: Int
    var isUnescaped: Bool
  }

  /// How many cells a record must have; nil takes any number.
  @exclusivity(unchecked) package var expectedCells: Int?
  /// The line the current record begins on, from 1.
  @exclusivity(unchecked) package internal(set) var line = 1
  /// How many cells the current record has.
  @exclusivity(unchecked) package internal(set) var count = 0
  /// Empty lines stepped over so far.
  @exclusivity(unchecked) package private(set) var emptyLines = 0

  let dialect: Dialect
  let separator: UInt8
  private let isBlanks: Bool
  let limits: Limits
  private let source: any ByteReader
  @exclusivity(unchecked) var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Where unread bytes begin and end in the buffer.
  @exclusivity(unchecked) var position = 0
  @exclusivity(unchecked) var filled = 0
  @exclusivity(unchecked) var ended = false
  @exclusivity(unchecked) private var recordStart = 0
  @exclusivity(unchecked) private var recordEnd = 0
  @exclusivity(unchecked) var nextLine = 1
  let spans: UnsafeMutablePointer<Span>
  /// The contents of quoted cells whose doubled quotes had to be made single.
  @exclusivity(unchecked) var unescaped: UnsafeMutablePointer<UInt8>
  @exclusivity(unchecked) var unescapedCount = 0
  private var unescapedCapacity = 1 << 12

  static let chunk = 1 << 18
  static let originalLimit = 1 << 16

  package init(_ source: any ByteReader, dialect: Dialect, limits: Limits = Limits()) {
    self.source = source
    self.dialect = dialect
    separator = dialect.separator.byte
    isBlanks = dialect.separator == .blanks
    self.limits = limits
    capacity = RecordReader.chunk
    buffer = .allocate(capacity: capacity + 16)
    spans = .allocate(capacity: max(1, limits.columns))
    unescaped = .allocate(capacity: unescapedCapacity)
  }

  deinit {
    buffer.deallocate()
    spans.deallocate()
    unescaped.deallocate()
  }

  /// The cell at a place of the current record, from 0; empty when there is none.
  @inline(__always) package func cell(_ index: Int) -> Cell {
    guard index >= 0, index < count else { return Cell(start: buffer, count: 0) }
    let span = spans[index]
    return Cell(start: (span.isUnescaped ? unescaped : buffer) + span.start, count: span.count)
  }

  /// The current record as it stands in the file, without its line end; at most 64 KiB of it.
  package var original: String {
    let count = min(recordEnd - recordStart, RecordReader.originalLimit)
    return String(decoding: UnsafeBufferPointer(start: buffer + recordStart, count: max(0, count)), as: UTF8.self)
  }

  /// A refusal of the current record, or of one cell of it.
  package func refusal(_ kind: Refusal.Kind, column: Int? = nil, header: String? = nil, _ reason: String) -> Refusal {
    Refusal(
      kind, line: line, lastLine: max(line, nextLine - 1), column: column.map { $0 + 1 }, header: header,
      reason: reason, original: original)
  }

  /// Reads on to the next record.
  /// - Throws: `Problem` when the bytes themselves cannot be had.
  package func next() throws -> Step {
    while true {
      if position >= filled {
        guard !ended else { return .end }
        try refill()
        continue
      }
      line = nextLine
      recordStart = position
      switch isBlanks ? scanBlanks() : scanRecord() {
      case .needsMore:
        try refill()
      case .record(let end, let next, let lines, let suspicious):
        recordEnd = end
        position = next
        nextLine &+= lines
        if count == 1 && spans[0].count == 0 && end == recordStart || count == 0 {
          emptyLines += 1
          continue
        }
        if suspicious.isEmpty && (expectedCells == nil || expectedCells == count) { return .record }
        return check(suspicious)
      case .fault(let fault):
        return try recover(from: fault)
      }
    }
  }

  /// What a whole record is still refused for.
  private func check(_ suspicious: Suspicion) -> Step {
    if suspicious.contains(.zero) {
      let column = (0..<count).first { index in cell(index).bytes.contains(0) }
      return .refused(refusal(.zeroByte, column: column, "There is a zero byte (NUL) in it."))
    }
    if suspicious.contains(.high) {
      let bytes = UnsafeRawBufferPointer(start: buffer + recordStart, count: recordEnd - recordStart)
      guard UTF8Check.isValid(bytes) else {
        let column = (0..<count).first { index in
          let cell = cell(index)
          return !UTF8Check.isValid(UnsafeRawBufferPointer(start: cell.start, count: cell.count))
        }
        return .refused(refusal(.notUTF8, column: column, "It holds bytes that are not UTF-8 text."))
      }
    }
    if let expectedCells, count != expectedCells {
      let kind = count < expectedCells ? Refusal.Kind.tooFewCells : .tooManyCells
      return .refused(refusal(kind, "It has \(count) cells where \(expectedCells) are expected."))
    }
    return .record
  }

  /// Reads more bytes behind those not yet used, which move to the front.
  func refill() throws {
    let kept = filled - position
    if position > 0 {
      buffer.update(from: buffer + position, count: kept)
      position = 0
      filled = kept
    }
    if capacity - filled < RecordReader.chunk / 2 { grow(to: capacity * 2) }
    let room = UnsafeMutableRawBufferPointer(start: buffer + filled, count: capacity - filled)
    let got = try source.read(into: room)
    filled += got
    ended = got == 0
    // A line feed behind the last byte stops every scan there.
    for index in 0..<8 { buffer[filled + index] = 0x0A }
  }

  private func grow(to size: Int) {
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size + 16)
    larger.update(from: buffer, count: filled)
    buffer.deallocate()
    buffer = larger
    capacity = size
  }

  func reserveUnescaped(_ size: Int) {
    guard size > unescapedCapacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size * 2)
    larger.update(from: unescaped, count: unescapedCount)
    unescaped.deallocate()
    unescaped = larger
    unescapedCapacity = size * 2
  }
}
