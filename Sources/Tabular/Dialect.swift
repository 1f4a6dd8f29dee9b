import Kernel

/// How the cells of a delimited file are kept apart.
package struct Dialect: Sendable, Equatable, Codable {
  /// What stands between two cells.
  package enum Separator: String, Sendable, Codable, CaseIterable {
    case comma = ","
    case semicolon = ";"
    case tab = "\t"
    case bar = "|"
    /// One or more spaces or tabs; nothing can be quoted.
    case blanks = " "

    /// The byte of a separator that is one byte wide.
    var byte: UInt8 { rawValue.utf8.first ?? UInt8(ascii: ",") }

    /// The separator a person names: the character itself, or its name.
    package init?(named text: String) {
      switch text.lowercased() {
      case ",", "comma": self = .comma
      case ";", "semicolon": self = .semicolon
      case "\t", "\\t", "tab": self = .tab
      case "|", "bar", "pipe": self = .bar
      case " ", "space", "spaces", "blanks", "whitespace": self = .blanks
      default: return nil
      }
    }
  }

  /// What ends a record. Every one of them does when read; this says which the file uses.
  package enum LineEnd: String, Sendable, Codable {
    case lineFeed = "LF"
    case carriageReturnLineFeed = "CRLF"
    case carriageReturn = "CR"
  }

  package var separator: Separator
  /// The byte cells are quoted with; nil when none is.
  package var quote: UInt8?
  package var hasHeader: Bool
  package var lineEnd: LineEnd

  package init(
    separator: Separator = .comma, quote: UInt8? = UInt8(ascii: "\""), hasHeader: Bool = true,
    lineEnd: LineEnd = .lineFeed
  ) {
    self.separator = separator
    self.quote = separator == .blanks ? nil : quote
    self.hasHeader = hasHeader
    self.lineEnd = lineEnd
  }
}

/// What a person says about a file, in place of what would be found out.
package struct DialectChoice: Sendable, Equatable {
  package var separator: Dialect.Separator?
  package var quote: UInt8?
  package var hasHeader: Bool?
  package init(separator: Dialect.Separator? = nil, quote: UInt8? = nil, hasHeader: Bool? = nil) {
    self.separator = separator
    self.quote = quote
    self.hasHeader = hasHeader
  }
}

extension Dialect {
  /// How many bytes from the start of a file its dialect is read off.
  package static let sampleSize = 1 << 16

  /// Reads the dialect off the first bytes of a file, in UTF-8.
  ///
  /// The separator is the one that cuts most records into the same number of cells, at least two; a first record with
  /// no number or date in it is a header.
  /// - Parameter isWhole: whether the sample is the whole file; otherwise its last, cut record is left out.
  package static func sniff(_ sample: [UInt8], isWhole: Bool, choice: DialectChoice = DialectChoice()) -> Dialect {
    let quote = choice.quote ?? usualQuote(sample)
    let lineEnd = usualLineEnd(sample)
    var best = Dialect(separator: choice.separator ?? .comma, quote: quote, hasHeader: true, lineEnd: lineEnd)
    var bestScore = 0.0
    let candidates: [Separator] = choice.separator.map { [$0] } ?? [.tab, .semicolon, .bar, .comma, .blanks]
    var bestRecords: [[[UInt8]]] = []
    for separator in candidates where separator != .blanks || bestScore < 0.5 || candidates.count == 1 {
      let dialect = Dialect(separator: separator, quote: quote, hasHeader: true, lineEnd: lineEnd)
      let records = sampleRecords(sample, dialect: dialect, isWhole: isWhole)
      let score = agreement(records, separator: separator)
      if score > bestScore + 0.02 || bestRecords.isEmpty {
        (best, bestScore, bestRecords) = (dialect, max(score, bestScore), records)
      }
    }
    best.hasHeader = choice.hasHeader ?? looksLikeHeader(bestRecords)
    return best
  }

  /// The cells of the sample's records, at most 500 of them.
  private static func sampleRecords(_ sample: [UInt8], dialect: Dialect, isWhole: Bool) -> [[[UInt8]]] {
    let reader = RecordReader(MemoryBytes(sample), dialect: dialect)
    var records: [[[UInt8]]] = []
    while records.count < 500, let step = try? reader.next(), step != .end {
      if step == .record { records.append((0..<reader.count).map { reader.cell($0).bytes }) }
    }
    if !isWhole && records.count > 1 && records.count < 500 { records.removeLast() }
    return records
  }

  /// How well a separator fits: the share of records with the commonest number of cells, a little more for more cells;
  /// less when the first record differs.
  private static func agreement(_ records: [[[UInt8]]], separator: Separator) -> Double {
    var counts: [Int: Int] = [:]
    for record in records { counts[record.count, default: 0] += 1 }
    let common = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }
    guard let common, common.key >= 2, let first = records.first else { return 0 }
    var score = Double(common.value) / Double(records.count)
    if first.count != common.key { score *= 0.5 }
    if separator == .blanks {
      let cells = records.dropFirst(records.count > 1 ? 1 : 0).joined()
      let numbers = cells.filter { cell in cell.contains { $0 >= 48 && $0 <= 57 } }.count
      if numbers * 2 < cells.count { return 0 }
    }
    return score + min(Double(common.key), 50) / 2_500
  }

  private static func looksLikeHeader(_ records: [[[UInt8]]]) -> Bool {
    guard let first = records.first else { return true }
    return !first.contains { cell in
      cell.withUnsafeBufferPointer { bytes in
        let trimmed = Cell(bytes).trimmed
        return !trimmed.isEmpty && (NumberShape(trimmed) != .other || DateShape(trimmed) != nil)
      }
    }
  }

  /// The double quote, unless cells are wrapped in single ones and none in double ones.
  private static func usualQuote(_ sample: [UInt8]) -> UInt8 {
    let (double, single) = (UInt8(ascii: "\""), UInt8(ascii: "'"))
    func wraps(_ quote: UInt8) -> (opening: Int, closing: Int) {
      var found = (opening: 0, closing: 0)
      func isEdge(_ index: Int) -> Bool {
        guard sample.indices.contains(index) else { return true }
        return [0x2C, 0x3B, 0x09, 0x7C, 0x0A, 0x0D].contains(sample[index])
      }
      for (index, byte) in sample.enumerated() where byte == quote {
        if isEdge(index - 1) { found.opening += 1 }
        if isEdge(index + 1) { found.closing += 1 }
      }
      return found
    }
    let singles = wraps(single)
    guard singles.opening > 2, singles.closing > 2 else { return double }
    return wraps(double).opening == 0 ? single : double
  }

  private static func usualLineEnd(_ sample: [UInt8]) -> LineEnd {
    guard let first = sample.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return .lineFeed }
    if sample[first] == 0x0A { return .lineFeed }
    return first + 1 < sample.count && sample[first + 1] == 0x0A ? .carriageReturnLineFeed : .carriageReturn
  }
}
