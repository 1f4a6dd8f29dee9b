/// Where records and cells begin and end within the reader's buffer.
extension RecordReader {
  /// What was seen while scanning that needs a closer look.
  struct Suspicion {
    var hasZero = false
    var hasHigh = false
  }

  /// Why a record cannot be cut into cells.
  struct Fault {
    var kind: Refusal.Kind
    /// The cell, from 0.
    var column: Int
    /// Where that cell begins in the buffer.
    var cellStart: Int
    var isQuoted: Bool
    /// Lines before that cell within the record.
    var lines: Int
  }

  enum Scanned {
    case needsMore
    /// Where the record ends, where the next begins, how many lines it took.
    case record(end: Int, next: Int, lines: Int, Suspicion)
    case fault(Fault)
  }

  /// How a quoted cell ended.
  private enum Quoted {
    case needsMore
    case closed(at: Int)
    case fault(Refusal.Kind)
  }

  /// Cuts the record that begins at `position`.
  func scanRecord() -> Scanned {
    count = 0
    unescapedCount = 0
    let buffer = self.buffer
    let end = filled
    let separator = dialect.separator.byte
    let separators = Scan.pattern(separator)
    let quote = dialect.quote
    var lines = 1
    var suspicion = Suspicion()
    var highs: UInt64 = 0
    var cellStart = position
    var base = position
    while true {
      if let quote, buffer[cellStart] == quote, cellStart < end {
        let before = lines
        switch scanQuoted(from: cellStart, quote: quote, lines: &lines, suspicion: &suspicion) {
        case .needsMore: return ended ? .fault(fault(.openQuote, cellStart, before)) : early(cellStart, true, before)
        case .fault(let kind): return .fault(fault(kind, cellStart, before))
        case .closed(let at):
          guard at < end else { return finish(at, at, lines, suspicion, highs) }
          if buffer[at] == separator {
            cellStart = at &+ 1
            base = cellStart
            if count == limits.columns { return .fault(overflow(lines)) }
            continue
          }
          return endOfLine(at, lines, suspicion, highs)
        }
      }
      var word = Scan.load(buffer + base)
      highs |= word
      var marks = Scan.equal(word, separators) | Scan.breaks(word)
      cell: while true {
        while marks == 0 {
          base &+= 8
          word = Scan.load(buffer + base)
          highs |= word
          marks = Scan.equal(word, separators) | Scan.breaks(word)
        }
        let at = base &+ Scan.first(marks)
        marks &= marks &- 1
        let byte = buffer[at]
        if at >= end {
          guard ended else { return early(cellStart, false, lines) }
          guard append(cellStart, at) else { return .fault(overlong(cellStart, lines)) }
          return finish(end, end, lines, suspicion, highs)
        }
        if byte == separator {
          guard append(cellStart, at) else { return .fault(overlong(cellStart, lines)) }
          if count == limits.columns { return .fault(overflow(lines)) }
          cellStart = at &+ 1
          if buffer[cellStart] == quote {
            base = cellStart
            break cell
          }
        } else if byte == 0x0A || byte == 0x0D {
          if byte == 0x0D && at &+ 1 == end && !ended { return .needsMore }
          guard append(cellStart, at) else { return .fault(overlong(cellStart, lines)) }
          return endOfLine(at, lines, suspicion, highs)
        } else if byte == 0 {
          suspicion.hasZero = true
        }
      }
    }
  }

  /// Cuts a line at runs of spaces and tabs; those at either end are no cells.
  func scanBlanks() -> Scanned {
    count = 0
    var suspicion = Suspicion()
    var at = position
    var cellStart = -1
    while true {
      let byte = buffer[at]
      let isEnd = at >= filled || byte == 0x0A || byte == 0x0D
      if isEnd || byte == 0x20 || byte == 0x09 {
        if cellStart >= 0 {
          if count == limits.columns { return .fault(overflow(1)) }
          guard append(cellStart, at) else { return .fault(overlong(cellStart, 1)) }
          cellStart = -1
        }
        if at >= filled { return ended ? .record(end: at, next: at, lines: 1, suspicion) : early(position, false, 1) }
        if byte == 0x0D && at &+ 1 == filled && !ended { return .needsMore }
        if isEnd { return endOfLine(at, 1, suspicion, 0) }
      } else {
        if cellStart < 0 { cellStart = at }
        if byte == 0 { suspicion.hasZero = true }
        if byte >= 0x80 { suspicion.hasHigh = true }
      }
      at &+= 1
    }
  }

  @inline(__always) private func append(_ start: Int, _ end: Int) -> Bool {
    spans[count] = Span(start: start, count: end &- start, isUnescaped: false)
    count &+= 1
    return end &- start <= limits.cell
  }

  @inline(__always) private func finish(
    _ end: Int, _ next: Int, _ lines: Int, _ suspicion: Suspicion, _ highs: UInt64
  ) -> Scanned {
    var suspicion = suspicion
    if highs & Scan.high != 0 { suspicion.hasHigh = true }
    return .record(end: end, next: next, lines: lines, suspicion)
  }

  @inline(__always) private func endOfLine(
    _ at: Int, _ lines: Int, _ suspicion: Suspicion, _ highs: UInt64
  ) -> Scanned {
    let next = buffer[at] == 0x0D && buffer[at &+ 1] == 0x0A && at &+ 1 < filled ? at &+ 2 : at &+ 1
    return finish(at, next, lines, suspicion, highs)
  }

  /// Follows a quoted cell to the byte behind its closing quote and keeps the cell.
  private func scanQuoted(from start: Int, quote: UInt8, lines: inout Int, suspicion: inout Suspicion) -> Quoted {
    let quotes = Scan.pattern(quote)
    let end = filled
    let content = start &+ 1
    var isDoubled = false
    var base = content
    var highs: UInt64 = 0
    while true {
      let word = Scan.load(buffer + base)
      highs |= word
      var marks = Scan.equal(word, quotes) | Scan.breaks(word)
      var jumped = false
      while marks != 0 {
        let at = base &+ Scan.first(marks)
        marks &= marks &- 1
        if at >= end { return .needsMore }
        let byte = buffer[at]
        if byte == quote {
          if at &+ 1 >= end && !ended { return .needsMore }
          if at &+ 1 < end && buffer[at &+ 1] == quote {
            isDoubled = true
            base = at &+ 2
            jumped = true
            break
          }
          if highs & Scan.high != 0 { suspicion.hasHigh = true }
          return close(content, at, isDoubled: isDoubled, quote: quote)
        } else if byte == 0x0A || byte == 0x0D && buffer[at &+ 1] != 0x0A {
          lines &+= 1
        } else if byte == 0 {
          suspicion.hasZero = true
        }
      }
      if !jumped { base &+= 8 }
    }
  }

  private func close(_ content: Int, _ at: Int, isDoubled: Bool, quote: UInt8) -> Quoted {
    guard at &- content <= limits.cell else { return .fault(.cellTooLong) }
    let next = at &+ 1
    if next < filled {
      let byte = buffer[next]
      guard byte == dialect.separator.byte || byte == 0x0A || byte == 0x0D else { return .fault(.textAfterQuote) }
      if byte == 0x0D && next &+ 1 == filled && !ended { return .needsMore }
    }
    if isDoubled {
      let begin = unescapedCount
      reserveUnescaped(begin &+ at &- content)
      var index = content
      while index < at {
        unescaped[unescapedCount] = buffer[index]
        unescapedCount &+= 1
        index &+= buffer[index] == quote ? 2 : 1
      }
      spans[count] = Span(start: begin, count: unescapedCount &- begin, isUnescaped: true)
    } else {
      spans[count] = Span(start: content, count: at &- content, isUnescaped: false)
    }
    count &+= 1
    return .closed(at: next)
  }

  /// More bytes are needed, unless a cell or the record is over its limit already.
  private func early(_ cellStart: Int, _ isQuoted: Bool, _ lines: Int) -> Scanned {
    if filled &- cellStart > limits.cell &+ 2 {
      return .fault(
        Fault(kind: .cellTooLong, column: count, cellStart: cellStart, isQuoted: isQuoted, lines: lines))
    }
    if filled &- position > limits.record {
      return .fault(
        Fault(kind: .recordTooLong, column: count, cellStart: cellStart, isQuoted: isQuoted, lines: lines))
    }
    return .needsMore
  }

  private func fault(_ kind: Refusal.Kind, _ cellStart: Int, _ lines: Int) -> Fault {
    Fault(kind: kind, column: count, cellStart: cellStart, isQuoted: true, lines: lines)
  }

  /// The cell kept last is too long.
  private func overlong(_ cellStart: Int, _ lines: Int) -> Fault {
    Fault(kind: .cellTooLong, column: count &- 1, cellStart: cellStart, isQuoted: false, lines: lines)
  }

  private func overflow(_ lines: Int) -> Fault {
    Fault(kind: .tooManyColumns, column: count, cellStart: position, isQuoted: false, lines: lines)
  }
}
