import Kernel

/// A cell that speaks for something, and where it stands.
struct Witness: Equatable {
  let line: Int
  let text: String
}

/// What the cells of a number column say about its decimal mark.
struct NumberEvidence {
  private(set) var points = 0
  private(set) var commas = 0
  private(set) var firstPoint: Witness?
  private(set) var firstComma: Witness?
  private(set) var firstAmbiguous: Witness?
  private(set) var currencies: Set<CurrencyMark> = []

  mutating func add(_ cell: Cell, line: Int) {
    switch NumberShape(cell) {
    case .certain(.point):
      points += 1
      if firstPoint == nil { firstPoint = Witness(line: line, text: quoted(cell)) }
    case .certain(.comma):
      commas += 1
      if firstComma == nil { firstComma = Witness(line: line, text: quoted(cell)) }
    case .ambiguous:
      if firstAmbiguous == nil { firstAmbiguous = Witness(line: line, text: quoted(cell)) }
    case .integer, .other: break
    }
    if currencies.count < 8, let mark = Numeral(cell)?.currency { currencies.insert(mark) }
  }

  /// The mark every telling cell uses; nil when none tells or they disagree.
  var certain: DecimalMark? { points > 0 && commas == 0 ? .point : commas > 0 && points == 0 ? .comma : nil }

  var isSettled: Bool { certain != nil }

  /// The way to read the column.
  /// - Parameters:
  ///   - stated: what a person said.
  ///   - neighbour: the mark that the other columns of the file use.
  /// - Throws: `Problem` asking for the mark when the column can be read in two ways.
  func reader(
    header: String, stated: DecimalMark?, neighbour: DecimalMark?, rounds: Bool
  ) throws -> NumberReader {
    if let mark = stated ?? certain { return NumberReader(mark: mark, rounds: rounds) }
    if let firstPoint, let firstComma {
      guard points != commas else {
        throw Problem(
          .invalid, field: header,
          "Line \(firstPoint.line) writes “\(firstPoint.text)” and line \(firstComma.line) writes “\(firstComma.text)”.",
          mend:
            "Write all numbers of the column one way, or say which mark stands before the decimals: --decimal . or ,",
          facts: [.init("line", String(firstPoint.line)), .init("line", String(firstComma.line))])
      }
      return NumberReader(mark: points > commas ? .point : .comma, rounds: rounds, trustsGroups: false)
    }
    if let firstAmbiguous, neighbour == nil {
      throw Problem(
        .invalid, field: header,
        "“\(firstAmbiguous.text)” in line \(firstAmbiguous.line) can mean two numbers, and no other cell settles which.",
        mend: "Say which mark stands before the decimals: --decimal . or --decimal ,",
        facts: [.init("line", String(firstAmbiguous.line))])
    }
    return NumberReader(mark: neighbour ?? .point, rounds: rounds)
  }
}

/// What the cells of a date column say about how it writes dates.
struct DateEvidence {
  private var counts: [DateShape: Int] = [:]
  private var witnesses: [DateShape: Witness] = [:]
  private var firstUnreadable: Witness?

  mutating func add(_ cell: Cell, line: Int) {
    guard let shape = DateShape(cell) else {
      if firstUnreadable == nil { firstUnreadable = Witness(line: line, text: quoted(cell)) }
      return
    }
    counts[shape, default: 0] += 1
    if witnesses[shape] == nil { witnesses[shape] = Witness(line: line, text: quoted(cell)) }
  }

  /// Whether later rows cannot change the verdict: dates were seen, all in forms that mean one order.
  var isSettled: Bool {
    !counts.isEmpty && counts.keys.allSatisfy { if case .certain = $0 { true } else { false } }
  }

  /// The order to read the column in; nil when it holds no cell at all.
  /// - Throws: `Problem` when two lines contradict each other, when nothing settles day and month, or when no cell is a
  ///   date.
  func order(header: String, stated: DateOrder?) throws -> DateOrder? {
    if let stated { return stated }
    if let day = witnesses[.dayFirst], let month = witnesses[.monthFirst] {
      throw Problem(
        .invalid, field: header,
        "Line \(day.line) has “\(day.text)” with the day first, line \(month.line) has “\(month.text)” with the month first.",
        mend: "Write all dates of the column one way, best as 2017-01-31.",
        facts: [.init("line", String(day.line)), .init("line", String(month.line))])
    }
    var families: [DateOrder: Int] = [:]
    var open = 0
    for (shape, count) in counts {
      switch shape {
      case .certain(let order): families[order, default: 0] += count
      case .dayFirst: families[.dayMonthYear, default: 0] += count
      case .monthFirst: families[.monthDayYear, default: 0] += count
      case .eitherWay, .dayOrMonthFirst: open += count
      }
    }
    let known = families.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
    if open > 0, witnesses[.dayFirst] == nil, witnesses[.monthFirst] == nil, open >= known?.value ?? 0 {
      guard let witness = witnesses[.dayOrMonthFirst] else { return .dayMonthYear }
      throw Problem(
        .invalid, field: header,
        "“\(witness.text)” in line \(witness.line) can be two days, and no other line settles which comes first.",
        mend: "Say the order of day and month: --date-order dmy or --date-order mdy.",
        facts: [.init("line", String(witness.line))])
    }
    if let known { return known.key }
    guard let firstUnreadable else { return nil }
    throw Problem(
      .invalid, field: header, "“\(firstUnreadable.text)” in line \(firstUnreadable.line) is not a date.",
      mend: "Write dates as 2017-01-31, or name another column: time=HEADER.",
      facts: [.init("line", String(firstUnreadable.line))])
  }
}
