import Kernel

/// Reads the numbers of one column, all of them written the same way.
package struct NumberReader: Sendable, Equatable {
  package let mark: DecimalMark
  private let markByte: UInt8
  /// Whether a number with more decimals than are kept is rounded to the nearest, halves away from zero; otherwise it is
  /// refused.
  package let rounds: Bool
  /// Whether a mark with three digits behind it may be read at all: not in a column that uses both decimal marks.
  package let trustsGroups: Bool

  package init(mark: DecimalMark = .point, rounds: Bool = false, trustsGroups: Bool = true) {
    self.mark = mark
    markByte = mark.byte
    self.rounds = rounds
    self.trustsGroups = trustsGroups
  }

  /// The amount in minor units of `currency`.
  func money(_ cell: Cell, _ currency: Currency) throws(CellRefusal) -> Int64 {
    let places = currency.decimals
    if let plain = plain(cell, places: places) { return plain }
    let (units, mark) = try read(cell, places: places)
    if let mark, !mark.fits(currency) {
      throw CellRefusal(.wrongCurrency, "“\(quoted(cell))” is in \(mark.text), not in \(currency.code).")
    }
    return units
  }

  /// The number times ten to the power of `places`, such as thousandths of a kilogram; no currency may stand in it.
  func scaled(_ cell: Cell, places: Int) throws(CellRefusal) -> Int64 {
    let places = min(max(0, places), 9)
    if let plain = plain(cell, places: places) { return plain }
    let (units, mark) = try read(cell, places: places)
    guard mark == nil else { throw CellRefusal(.notANumber, "“\(quoted(cell))” is not a plain number.") }
    return units
  }

  /// The currency written in a cell, when it is a number with one.
  func currency(_ cell: Cell) -> CurrencyMark? { Numeral(cell)?.currency }

  /// Digits, a sign and at most `places` decimals, nothing else: nearly every cell of nearly every file.
  @inline(__always) func plain(_ cell: Cell, places: Int) -> Int64? {
    guard cell.count > 0, cell.count <= 16 else { return nil }
    let bytes = cell.start
    var index = bytes[0] == 0x2D ? 1 : 0
    let isNegative = index == 1
    let first = index
    var units: Int64 = 0
    while index < cell.count {
      let digit = bytes[index] &- 48
      guard digit <= 9 else { break }
      units = units &* 10 &+ Int64(digit)
      index &+= 1
    }
    guard index > first else { return nil }
    var missing = places
    if index < cell.count {
      guard bytes[index] == markByte, index &+ 1 < cell.count, cell.count &- index &- 1 <= places else { return nil }
      // Three digits behind the mark may be thousands in a column that is not of one mind.
      guard trustsGroups || cell.count &- index &- 1 != 3 else { return nil }
      index &+= 1
      while index < cell.count {
        let digit = bytes[index] &- 48
        guard digit <= 9 else { return nil }
        units = units &* 10 &+ Int64(digit)
        missing &-= 1
        index &+= 1
      }
    }
    while missing > 0 {
      let (scaled, overflow) = units.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      units = scaled
      missing &-= 1
    }
    guard units <= Money.limit else { return nil }
    return isNegative ? -units : units
  }

  private func read(_ cell: Cell, places: Int) throws(CellRefusal) -> (Int64, CurrencyMark?) {
    guard !cell.trimmed.isEmpty else { throw CellRefusal(.missing, "It is empty.") }
    guard let numeral = Numeral(cell), let amount = Amount.read(numeral.body, mark: mark, places: places) else {
      throw notANumber(cell)
    }
    if !trustsGroups && NumberShape(numeral.body) == .ambiguous {
      throw CellRefusal(
        .ambiguousNumber, "“\(quoted(cell))” can mean two numbers, because the column uses both decimal marks.")
    }
    var units = amount.units
    if amount.decimals > places {
      guard rounds else {
        throw CellRefusal(
          .tooPrecise, "“\(quoted(cell))” has \(amount.decimals) decimals where at most \(places) are kept.")
      }
      if amount.firstCut >= 5 { units = units.addingReportingOverflow(1).partialValue }
    }
    guard units >= 0, units <= Money.limit else {
      throw CellRefusal(.tooLarge, "“\(quoted(cell))” is larger than the program can keep.")
    }
    return (numeral.isNegative ? -units : units, numeral.currency)
  }

  private func notANumber(_ cell: Cell) -> CellRefusal {
    let other = DecimalMark.allCases.first { $0 != mark } ?? .point
    if let numeral = Numeral(cell), Amount.read(numeral.body, mark: other, places: 0) != nil {
      let name = mark == .point ? "point" : "comma"
      return CellRefusal(.notANumber, "“\(quoted(cell))” is not a number with a decimal \(name).")
    }
    if let body = Numeral(cell)?.body, body.count > 16 {
      let digits = (0..<body.count).filter { (48...57).contains(body.byte($0)) }.count
      if digits == body.count || digits == body.count - 1 {
        return CellRefusal(.tooLarge, "“\(quoted(cell))” is larger than the program can keep.")
      }
    }
    return CellRefusal(.notANumber, "“\(quoted(cell))” is not a number.")
  }
}

/// A cell as it may stand in a sentence: its first 40 bytes.
func quoted(_ cell: Cell) -> String {
  let trimmed = cell.trimmed
  return trimmed.count > 40 ? trimmed.prefix(40).text + "…" : trimmed.text
}
