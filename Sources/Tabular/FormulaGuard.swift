/// The apostrophe that keeps a spreadsheet from running a text as a formula.
///
/// A text is guarded when, after any apostrophes it begins with, it goes on as formulas do: `=`, `+`, `-`, `@`, tab,
/// carriage return, line feed, or the full-width forms of the first four. Writing puts one apostrophe before such a text
/// and reading takes exactly one away, so that every text comes back as it was (OWASP ASVS 5.0, 1.2.10).
package enum FormulaGuard {
  /// Whether a text must be guarded when written.
  @inline(__always) static func needsGuard(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let cell = Cell(bytes)
    var index = 0
    while cell.byte(index) == UInt8(ascii: "'") { index &+= 1 }
    return startsFormula(cell.dropFirst(index))
  }

  /// Whether a cell carries the apostrophe of the guard.
  @inline(__always) static func isGuarded(_ cell: Cell) -> Bool {
    guard cell.byte(0) == UInt8(ascii: "'") else { return false }
    return needsGuard(UnsafeBufferPointer(start: cell.start, count: cell.count))
  }

  private static func startsFormula(_ cell: Cell) -> Bool {
    switch cell.byte(0) {
    case 0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x0A: cell.count > 0
    case 0xEF:
      // U+FF1D, U+FF0B, U+FF0D and U+FF20.
      cell.byte(1) == 0xBC && [0x9D, 0x8B, 0x8D, 0xA0].contains(cell.byte(2))
    default: false
    }
  }
}
