import Foundation
import Kernel

/// The rows of a sheet as comma-separated text, made as they are read.
final class WorkbookBytes: ByteReader {
  private struct Span {
    let column: Int
    let start: Int
    let count: Int
  }

  private static let lastRow = 1_048_576
  private static let lastColumn = 16_384
  private let book: Workbook
  private let scanner: XMLScanner
  private var pending: [UInt8] = []
  private var handed = 0
  private var isOver = false
  private var row = 0
  /// How many cells the first row that holds any has.
  private var width = 0
  private var cells: [Span] = []
  private var scratch: [UInt8] = []

  init(_ book: Workbook, _ scanner: XMLScanner) {
    self.book = book
    self.scanner = scanner
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while handed == pending.count, !isOver {
      pending.removeAll(keepingCapacity: true)
      handed = 0
      while pending.count < 1 << 15, try nextRow() {}
    }
    let count = min(target.count, pending.count - handed)
    guard count > 0 else { return 0 }
    pending.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[handed..<handed + count])) }
    handed += count
    return count
  }

  /// Reads on to the end of the next row.
  /// - Returns: false when there is none.
  private func nextRow() throws -> Bool {
    while true {
      switch try scanner.next() {
      case .end:
        isOver = true
        return false
      case .open where scanner.isNamed("row"):
        let number = scanner.number(of: "r") ?? row + 1
        guard number > row, number <= WorkbookBytes.lastRow else { throw damaged }
        pending += repeatElement(0x0A, count: number - row - 1)
        row = number
        try readCells()
        writeRow()
        return true
      default: break
      }
    }
  }

  private func readCells() throws {
    cells.removeAll(keepingCapacity: true)
    scratch.removeAll(keepingCapacity: true)
    var column = -1
    while true {
      switch try scanner.next() {
      case .end: throw damaged
      case .close where scanner.isNamed("row"): return
      case .open where scanner.isNamed("c"):
        column = scanner.attribute("r").flatMap(WorkbookBytes.column) ?? column + 1
        guard column >= 0, column < WorkbookBytes.lastColumn, cells.count < WorkbookBytes.lastColumn else {
          throw damaged
        }
        let start = scratch.count
        try readCell()
        if scratch.count > start { cells.append(Span(column: column, start: start, count: scratch.count - start)) }
      default: break
      }
    }
  }

  /// The column of `AB12`, from 0.
  static func column(_ reference: ArraySlice<UInt8>) -> Int? {
    var value = 0
    var letters = 0
    for byte in reference {
      guard byte >= 0x41, byte <= 0x5A else { break }
      value = value * 26 + Int(byte - 0x40)
      letters += 1
      if letters > 3 { return nil }
    }
    return letters > 0 ? value - 1 : nil
  }

  private enum Kind { case number, shared, flag, text }

  /// Appends the value of a cell.
  private func readCell() throws {
    let kind: Kind =
      switch scanner.attribute("t").map({ String(decoding: $0, as: UTF8.self) }) {
      case "s": .shared
      case "b": .flag
      case nil, "n": .number
      default: .text
      }
    let style = scanner.number(of: "s") ?? 0
    var inline = WorkbookText()
    var value: [UInt8] = []
    var isInValue = false
    reading: while true {
      let token = try scanner.next()
      inline.take(token, scanner)
      switch token {
      case .end: throw damaged
      case .close where scanner.isNamed("c"): break reading
      case .open where scanner.isNamed("v"): isInValue = true
      case .close where scanner.isNamed("v"): isInValue = false
      case .text where isInValue: value += scanner.text
      default: break
      }
    }
    if !inline.bytes.isEmpty { return scratch += inline.bytes }
    guard !value.isEmpty else { return }
    switch kind {
    case .text: scratch += value
    case .flag: scratch += (value == [0x31] ? "yes" : "no").utf8
    case .shared:
      guard let text = XMLScanner.number(value).flatMap({ book.shared[$0] }) else { throw damaged }
      scratch += text
    case .number:
      let isDate = book.dateStyles.indices.contains(style) && book.dateStyles[style]
      scratch += WorkbookNumber.text(value, isDate: isDate, from1904: book.isFrom1904)
    }
  }

  private func writeRow() {
    cells.sort { $0.column < $1.column }
    if width == 0 { width = cells.last.map { $0.column + 1 } ?? 0 }
    if !cells.isEmpty {
      var column = 0
      for cell in cells where cell.column >= column {
        if cell.column > 0 { pending += repeatElement(0x2C, count: cell.column - max(0, column - 1)) }
        column = cell.column + 1
        write(scratch[cell.start..<(cell.start + cell.count)])
      }
      if column < width { pending += repeatElement(0x2C, count: width - column) }
    }
    pending.append(0x0A)
  }

  /// A cell, quoted. Line ends in it become blanks, so that lines of the text are rows of the sheet.
  private func write(_ cell: ArraySlice<UInt8>) {
    pending.append(0x22)
    for byte in cell {
      switch byte {
      case 0x22: pending += [0x22, 0x22]
      case 0x0A, 0x0D: pending.append(0x20)
      default: pending.append(byte)
      }
    }
    pending.append(0x22)
  }

  private var damaged: Problem {
    Problem(
      .invalid, field: "file", "“\(book.name)” is a workbook that cannot be read: row \(row) of “\(book.sheetName)”.",
      mend: "Save it again, or save the sheet as CSV (UTF-8) and send that.")
  }
}

/// Numbers of a workbook as text: days for dates, plain decimals for the rest.
enum WorkbookNumber {
  static func text(_ bytes: [UInt8], isDate: Bool, from1904: Bool) -> [UInt8] {
    if !isDate, isPlain(bytes) { return bytes }
    guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return bytes }
    return Array((isDate ? date(value, from1904: from1904) : nil).map(\.utf8) ?? decimal(value).utf8)
  }

  /// Digits that need no rounding, with a sign and a point at most.
  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    var digits = 0
    for byte in bytes {
      switch byte {
      case 48...57: digits += 1
      case UInt8(ascii: "."), UInt8(ascii: "-"): break
      default: return false
      }
    }
    return digits <= 15
  }

  /// The day of a serial number, with its time where it has one; nil when it is none.
  static func date(_ serial: Double, from1904: Bool) -> String? {
    guard serial >= 0, serial < 2_958_466 else { return nil }
    let seconds = Int((serial * 86_400).rounded())
    let (days, rest) = (seconds / 86_400, seconds % 86_400)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let time = "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
    if days == 0, serial < 1 { return time }
    // Excel counts a 29 February 1900 that never was.
    if !from1904, days == 60 { return "1900-02-29" }
    let start = from1904 ? Day(-24_107) : Day(days < 60 ? -25_568 : -25_569)
    let day = start.adding(days: days)
    return rest == 0 ? day.description : "\(day) \(time)"
  }

  /// A number with the 15 digits a workbook means, without an exponent.
  static func decimal(_ value: Double) -> String {
    let parts = String(format: "%.14e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]), (-25...25).contains(exponent) else { return "\(value)" }
    var digits = parts[0].utf8.filter { $0 >= 48 && $0 <= 57 }
    while digits.count > 1, digits.last == 48 { digits.removeLast() }
    let point = exponent + 1
    if point <= 0 {
      digits = Array(repeating: 48, count: 1 - point) + digits
      digits.insert(UInt8(ascii: "."), at: 1)
    } else if point < digits.count {
      digits.insert(UInt8(ascii: "."), at: point)
    } else {
      digits += Array(repeating: 48, count: point - digits.count)
    }
    let text = String(decoding: digits, as: UTF8.self)
    return value < 0 && text != "0" ? "-\(text)" : text
  }
}
