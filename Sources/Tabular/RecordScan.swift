/// Where records and cells begin and end within the reader's buffer.
extension RecordReader {
  /// What was seen while scanning that needs a closer look.
  struct Suspicion: OptionSet {
    let rawValue: UInt8
    /// A zero byte.
    static let zero = Suspicion(rawValue: 1)
    /// A byte outside ASCII.
    static let high = Suspicion(rawValue: 2)
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
    case closed(at: Int, lines: Int, Suspicion)
    case fault(Refusal.Kind)
  }

  /// Cuts the record that begins at `position`.
  func scanRecord() -> Scanned {
    unescapedCount = 0
    let (buffer, spans, end) = (self.buffer, self.spans, filled)
    let (longest, most) = (limits.cell, limits.columns)
    let separator = self.separator
    let separators = Scan.pattern(separator)
    let quote = dialect.quote ?? 0xFF
    var count = 0
    defer { self.count = count }
    var lines = 1
    var suspicion = Suspicion()
    var highs: UInt64 = 0
    var cellStart = position
    var base = position
    while true {
      if buffer[cellStart] == quote, cellStart < end {
        switch scanQuoted(from: cellStart, into: count) {
        case .needsMore:
          return ended ? .fault(fault(.openQuote, count, cellStart, lines)) : early(count, cellStart, true, lines)
        case .fault(let kind): return .fault(fault(kind, count, cellStart, lines))
        case .closed(let at, let more, let seen):
          count &+= 1
          lines &+= more
          suspicion.formUnion(seen)
          guard at < end else { return finish(at, at, lines, suspicion, highs) }
          guard buffer[at] == separator else { return endOfLine(at, lines, suspicion, highs) }
          if count == most { return .fault(overflow(lines)) }
          cellStart = at &+ 1
          base = cellStart
          continue
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
        let ends = byte == 0x0A || byte == 0x0D
        guard ends || byte == separator else {
          if byte == 0 { suspicion.insert(.zero) }
          continue
        }
        if ends && (at >= end || byte == 0x0D && at &+ 1 == end) && !ended {
          return early(count, cellStart, false, lines)
        }
        spans[count] = Span(start: cellStart, count: at &- cellStart, isUnescaped: false)
        count &+= 1
        guard at &- cellStart <= longest else { return .fault(overlong(count &- 1, cellStart, lines)) }
        guard !ends else {
          return at >= end ? finish(end, end, lines, suspicion, highs) : endOfLine(at, lines, suspicion, highs)
        }
        if count == most { return .fault(overflow(lines)) }
        cellStart = at &+ 1
        if buffer[cellStart] == quote {
          base = cellStart
          break cell
        }
      }
    }
  }

  /// Cuts a line at runs of spaces and tabs; those at either end are no cells.
  func scanBlanks() -> Scanned {
    let (buffer, spans, end) = (self.buffer, self.spans, filled)
    var count = 0
    defer { self.count = count }
    var suspicion = Suspicion()
    var at = position
    var cellStart = -1
    while true {
      let byte = buffer[at]
      let isEnd = byte == 0x0A || byte == 0x0D
      if isEnd || byte == 0x20 || byte == 0x09 {
        if isEnd && (at >= end || byte == 0x0D && at &+ 1 == end) && !ended { return early(count, position, false, 1) }
        if cellStart >= 0 {
          if count == limits.columns { return .fault(overflow(1)) }
          spans[count] = Span(start: cellStart, count: at &- cellStart, isUnescaped: false)
          count &+= 1
          guard at &- cellStart <= limits.cell else { return .fault(overlong(count &- 1, cellStart, 1)) }
          cellStart = -1
        }
        if isEnd { return at >= end ? finish(end, end, 1, suspicion, 0) : endOfLine(at, 1, suspicion, 0) }
      } else {
        if cellStart < 0 { cellStart = at }
        if byte == 0 { suspicion.insert(.zero) }
        if byte >= 0x80 { suspicion.insert(.high) }
      }
      at &+= 1
    }
  }

  @inline(__always) private func finish(
    _ end: Int, _ next: Int, _ lines: Int, _ suspicion: Suspicion, _ highs: UInt64
  ) -> Scanned {
    .record(end: end, next: next, lines: lines, highs & Scan.high != 0 ? suspicion.union(.high) : suspicion)
  }

  @inline(__always) private func endOfLine(
    _ at: Int, _ lines: Int, _ suspicion: Suspicion, _ highs: UInt64
  ) -> Scanned {
    let next = buffer[at] == 0x0D && buffer[at &+ 1] == 0x0A && at &+ 1 < filled ? at &+ 2 : at &+ 1
    return finish(at, next, lines, suspicion, highs)
  }

  /// Follows a quoted cell to the byte behind its closing quote and keeps it as the cell numbered `place`.
  private func scanQuoted(from start: Int, into place: Int) -> Quoted {
    let (buffer, end) = (self.buffer, filled)
    let quote = buffer[start]
    let quotes = Scan.pattern(quote)
    let content = start &+ 1
    var isDoubled = false
    var lines = 0
    var suspicion = Suspicion()
    var base = content
    while true {
      let word = Scan.load(buffer + base)
      if word & Scan.high != 0 { suspicion.insert(.high) }
      var marks = Scan.equal(word, quotes) | Scan.breaks(word)
      var jumped = false
      while marks != 0 {
        let at = base &+ Scan.first(marks)
        marks &= marks &- 1
        if at >= end { return .needsMore }
        let byte = buffer[at]
        if byte == quote {
          if at &+ 1 >= end && !ended { return .needsMore }
          guard at &+ 1 < end, buffer[at &+ 1] == quote else {
            return close(content, at, into: place, isDoubled: isDoubled, lines, suspicion)
          }
          isDoubled = true
          base = at &+ 2
          jumped = true
          break
        } else if byte == 0x0A || byte == 0x0D && buffer[at &+ 1] != 0x0A {
          lines &+= 1
        } else if byte == 0 {
          suspicion.insert(.zero)
        }
      }
      if !jumped { base &+= 8 }
    }
  }

  private func close(
    _ content: Int, _ at: Int, into place: Int, isDoubled: Bool, _ lines: Int, _ suspicion: Suspicion
  ) -> Quoted {
    guard at &- content <= limits.cell else { return .fault(.cellTooLong) }
    let next = at &+ 1
    if next < filled {
      let byte = buffer[next]
      guard byte == separator || byte == 0x0A || byte == 0x0D else { return .fault(.textAfterQuote) }
      if byte == 0x0D && next &+ 1 == filled && !ended { return .needsMore }
    }
    if isDoubled {
      spans[place] = unescape(content, at)
    } else {
      spans[place] = Span(start: content, count: at &- content, isUnescaped: false)
    }
    return .closed(at: next, lines: lines, suspicion)
  }

  /// Copies a quoted cell with each doubled quote made single.
  private func unescape(_ content: Int, _ end: Int) -> Span {
    let begin = unescapedCount
    reserveUnescaped(begin &+ end &- content)
    let quote = buffer[content &- 1]
    var index = content
    while index < end {
      unescaped[unescapedCount] = buffer[index]
      unescapedCount &+= 1
      index &+= buffer[index] == quote ? 2 : 1
    }
    return Span(start: begin, count: unescapedCount &- begin, isUnescaped: true)
  }

  /// More bytes are needed, unless a cell or the record is over its limit already.
  private func early(_ column: Int, _ cellStart: Int, _ isQuoted: Bool, _ lines: Int) -> Scanned {
    let kind: Refusal.Kind
    if filled &- cellStart > limits.cell &+ 2 {
      kind = .cellTooLong
    } else if filled &- position > limits.record {
      kind = .recordTooLong
    } else {
      return .needsMore
    }
    return .fault(Fault(kind: kind, column: column, cellStart: cellStart, isQuoted: isQuoted, lines: lines))
  }

  private func fault(_ kind: Refusal.Kind, _ column: Int, _ cellStart: Int, _ lines: Int) -> Fault {
    Fault(kind: kind, column: column, cellStart: cellStart, isQuoted: true, lines: lines)
  }

  /// A cell that is too long, but whole.
  private func overlong(_ column: Int, _ cellStart: Int, _ lines: Int) -> Fault {
    Fault(kind: .cellTooLong, column: column, cellStart: cellStart, isQuoted: false, lines: lines)
  }

  private func overflow(_ lines: Int) -> Fault {
    Fault(kind: .tooManyColumns, column: limits.columns, cellStart: position, isQuoted: false, lines: lines)
  }
}
