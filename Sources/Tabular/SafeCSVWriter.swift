import Foundation
import Kernel

/// Writes comma-separated files that every reader takes the same way and no spreadsheet runs as formulas.
///
/// Quoting and line ends are those of RFC 4180; texts that a spreadsheet would take for a formula get one apostrophe in
/// front (`FormulaGuard`); numbers, amounts and days are written bare and stay numbers and days. Memory does not grow
/// with the file.
package struct SafeCSVWriter: ~Copyable {
  /// Takes the bytes, in order.
  package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private let sink: Sink
  private var pending: [UInt8] = []
  private var cells = 0
  private var recordStart = 0
  private let separator: UInt8
  private let mark: DecimalMark
  private static let limit = 1 << 16

  /// - Parameters:
  ///   - byteOrderMark: whether the file begins with one, which makes Excel take it for UTF-8.
  ///   - mark: what stands before the decimals; with a comma the cells are kept apart by semicolons, as spreadsheets of
  ///     such countries expect.
  ///   - sink: called with up to 64 KiB at a time.
  package init(byteOrderMark: Bool = false, mark: DecimalMark = .point, to sink: @escaping Sink) {
    self.sink = sink
    self.mark = mark
    separator = mark == .comma ? UInt8(ascii: ";") : UInt8(ascii: ",")
    pending.reserveCapacity(SafeCSVWriter.limit + 4_096)
    if byteOrderMark { pending += [0xEF, 0xBB, 0xBF] }
    recordStart = pending.count
  }

  /// Writes a record of texts, such as the header.
  package mutating func record(_ texts: [String]) throws {
    for text in texts { self.text(text) }
    try endRecord()
  }

  /// A cell of text; nil leaves it empty. A zero character becomes U+FFFD.
  package mutating func text(_ text: String?) {
    separate()
    guard var text else { return }
    text.withUTF8 { bytes in
      let isGuarded = FormulaGuard.needsGuard(bytes)
      let isQuoted = isGuarded || SafeCSVWriter.needsQuotes(bytes)
      if isQuoted { pending.append(0x22) }
      if isGuarded { pending.append(0x27) }
      for byte in bytes {
        if byte == 0x22 { pending.append(0x22) }
        if byte == 0 { pending += [0xEF, 0xBF, 0xBD] } else { pending.append(byte) }
      }
      if isQuoted { pending.append(0x22) }
    }
  }

  /// A cell with a whole number.
  package mutating func integer(_ value: some BinaryInteger) { bare(String(value)) }

  /// A cell with an amount in major units, with a decimal point and no grouping; its currency goes in a cell of its own.
  package mutating func money(_ money: Money) { decimal(money.plain) }

  /// A cell with a number; what is not finite leaves it empty.
  /// - Parameter decimals: digits behind the point, 0 to 15; nil for as many as tell the number apart.
  package mutating func number(_ value: Double, decimals: Int? = nil) {
    guard value.isFinite else { return separate() }
    guard let decimals else { return decimal(value.description) }
    decimal(SafeCSVWriter.fixed(value, min(max(0, decimals), 15)))
  }

  /// A cell with a day as `2017-01-31`.
  package mutating func day(_ day: Day) { bare(day.description) }

  /// A cell with a moment as `2017-01-31T23:59:59Z`.
  package mutating func instant(_ instant: Instant) { bare(instant.description) }

  /// An empty cell.
  package mutating func empty() { separate() }

  /// Ends the record.
  package mutating func endRecord() throws {
    // A record of one empty cell would be an empty line, which readers skip.
    if pending.count == recordStart { pending += [0x22, 0x22] }
    pending += [0x0D, 0x0A]
    cells = 0
    if pending.count >= SafeCSVWriter.limit { try flush() }
    recordStart = pending.count
  }

  /// Hands over what has not been handed over yet; call it at the end.
  package mutating func finish() throws { try flush() }

  private mutating func flush() throws {
    try pending.withUnsafeBytes { if !$0.isEmpty { try sink($0) } }
    pending.removeAll(keepingCapacity: true)
    recordStart = 0
  }

  private mutating func separate() {
    if cells > 0 { pending.append(separator) }
    cells += 1
  }

  private mutating func decimal(_ text: String) {
    separate()
    pending += text.utf8.map { $0 == 0x2E && mark == .comma ? 0x2C : $0 }
  }

  private mutating func bare(_ text: String) {
    separate()
    pending += text.utf8
  }

  /// Separators of every dialect, quotes, line ends, and blanks or a byte order mark at the start or end.
  private static func needsQuotes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last else { return false }
    if first == 0x20 || last == 0x20 || first == 0xEF || first == 0x27 { return true }
    return bytes.contains {
      $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D || $0 == 0x3B || $0 == 0x09 || $0 == 0x7C
    }
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * Double(scale)).rounded()
    guard scaled < 9e18, let units = Int64(exactly: scaled) else { return value.description }
    let digits = String(units)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && units != 0 ? "-" : ""
    return decimals == 0 ? sign + padded : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}

extension SafeCSVWriter {
  /// The bytes of a file written in one go.
  package static func bytes(byteOrderMark: Bool = false, _ write: (inout SafeCSVWriter) throws -> Void) throws
    -> [UInt8]
  {
    final class Collected { var bytes: [UInt8] = [] }
    let collected = Collected()
    var writer = SafeCSVWriter(byteOrderMark: byteOrderMark) { collected.bytes.append(contentsOf: $0) }
    try write(&writer)
    try writer.finish()
    return collected.bytes
  }

  /// A sink that appends to an open file.
  package static func file(_ descriptor: Int32) -> Sink {
    { bytes in
      var written = 0
      while written < bytes.count, let base = bytes.baseAddress {
        let put = write(descriptor, base + written, bytes.count - written)
        if put < 0 && errno == EINTR { continue }
        guard put > 0 else {
          throw Problem(
            .unavailable, "Writing failed: \(String(cString: strerror(errno))).", mend: "Free some disk space.")
        }
        written += put
      }
    }
  }
}
