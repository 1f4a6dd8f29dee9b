/// How reading goes on after a record that cannot be cut into cells.
///
/// A quote that is never closed would swallow the rest of the file, so such a record costs its first line only: reading
/// resumes on the next one. An overlong cell is stepped over to its end, unless what it holds looks like the records of
/// this file, which again means a quote that was never closed.
extension RecordReader {
  func recover(from fault: Fault) throws -> Step {
    count = 0
    var kind = fault.kind
    let first = line
    let isSwallowing = fault.isQuoted && (kind == .cellTooLong || kind == .recordTooLong) && holdsRecords(fault)
    if isSwallowing { kind = .openQuote }
    let isLong = kind == .cellTooLong || kind == .recordTooLong
    if !isLong { try completeLine() }
    let original = excerpt(wholeBuffer: isLong)
    if isLong {
      nextLine += fault.lines - 1
      if fault.isQuoted {
        try skipQuoted(from: fault.cellStart + 1)
      } else {
        position = fault.cellStart
      }
    }
    try skipLine()
    return .refused(
      Refusal(
        kind, line: first, lastLine: max(first, nextLine - 1), column: fault.column + 1, reason: reason(kind),
        original: original))
  }

  private func reason(_ kind: Refusal.Kind) -> String {
    switch kind {
    case .cellTooLong: "The cell is longer than \(limits.cell) bytes."
    case .recordTooLong: "The record is longer than \(limits.record) bytes."
    case .tooManyColumns: "It has more than \(limits.columns) cells."
    case .textAfterQuote: "Text follows the closing quote of a cell."
    default: "The quote that opens this cell is never closed."
    }
  }

  /// What the quarantine keeps: the first line of the record, or as much of an overlong one as is allowed.
  private func excerpt(wholeBuffer: Bool) -> String {
    let limit = min(filled, position + RecordReader.originalLimit)
    var end = position
    while end < limit, wholeBuffer || buffer[end] != 0x0A && buffer[end] != 0x0D { end += 1 }
    return String(decoding: UnsafeBufferPointer(start: buffer + position, count: end - position), as: UTF8.self)
  }

  /// Reads on until the line that `position` is in is in the buffer, or as much of it as the quarantine keeps.
  private func completeLine() throws {
    var at = position
    while !ended {
      while at < filled, buffer[at] != 0x0A, buffer[at] != 0x0D { at += 1 }
      guard at == filled, at - position < RecordReader.originalLimit else { return }
      let seen = at - position
      try refill()
      at = position + seen
    }
  }

  /// Whether most lines within an overlong quoted cell have as many separators as records of this file.
  private func holdsRecords(_ fault: Fault) -> Bool {
    guard let expectedCells, expectedCells > 1 else { return false }
    var lines = (all: 0, fitting: 0)
    var separators = 0
    var isFirst = true
    for index in fault.cellStart..<max(fault.cellStart, filled) {
      let byte = buffer[index]
      if byte == separator { separators += 1 }
      guard byte == 0x0A || byte == 0x0D && buffer[index + 1] != 0x0A else { continue }
      if !isFirst {
        lines.all += 1
        if separators == expectedCells - 1 { lines.fitting += 1 }
      }
      isFirst = false
      separators = 0
    }
    return lines.all >= 20 && lines.fitting * 5 >= lines.all * 4
  }

  /// Steps behind the end of the line that `position` is in.
  private func skipLine() throws {
    while true {
      var at = position
      while at < filled, buffer[at] != 0x0A, buffer[at] != 0x0D { at &+= 1 }
      if at < filled {
        let isReturn = buffer[at] == 0x0D
        if isReturn && at + 1 == filled && !ended {
          position = at
          try refill()
          continue
        }
        position = isReturn && at + 1 < filled && buffer[at + 1] == 0x0A ? at + 2 : at + 1
        nextLine += 1
        return
      }
      position = filled
      guard !ended else {
        nextLine += 1
        return
      }
      try refill()
    }
  }

  /// Steps behind the quote that closes a cell, counting lines.
  private func skipQuoted(from content: Int) throws {
    guard let quote = dialect.quote else { return }
    position = content
    while true {
      var at = position
      var needsMore = false
      while at < filled, buffer[at] != quote {
        if buffer[at] == 0x0D && at + 1 == filled && !ended {
          needsMore = true
          break
        }
        if buffer[at] == 0x0A || buffer[at] == 0x0D && buffer[at + 1] != 0x0A { nextLine += 1 }
        at &+= 1
      }
      if needsMore || at + 1 >= filled && !ended {
        position = at
        try refill()
        continue
      }
      guard at + 1 < filled else {
        position = filled
        return
      }
      if buffer[at + 1] != quote {
        position = at + 1
        return
      }
      position = at + 2
    }
  }
}
