import Foundation
import Kernel

/// What every thread needs to know to read its stretch of a file of purchases.
struct PurchasePlan {
  let separator: UInt8
  /// 0xFF, which no UTF-8 text holds, when nothing is quoted.
  let quote: UInt8
  let hasHeader: Bool
  /// How many cells a record has.
  let cells: Int
  let customer: Int
  let time: Int
  let amount: Int
  let numbers: NumberReader
  let decimals: Int
  let currency: Currency
  let order: DateOrder
  let zone: TimeZone
  let latest: Day?
  /// Where the first record begins, behind a byte order mark.
  let start: Int
  let size: Int

  /// nil when the file must be read in order: compressed, not UTF-8, or without one byte that separates cells.
  init?(_ table: Table, source: ByteSource) throws {
    let report = table.report
    guard !report.isCompressed, report.encoding == .utf8, report.dialect.separator != .blanks,
      report.map.carriedDown.isEmpty, let customer = report.map.columns[.customer],
      let time = report.map.columns[.time], let amount = report.map.columns[.amount],
      let order = report.formats.dates[time], let numbers = report.formats.numbers[amount]
    else { return nil }
    (self.customer, self.time, self.amount) = (customer, time, amount)
    (self.order, self.numbers) = (order, numbers)
    separator = report.dialect.separator.byte
    quote = report.dialect.quote ?? 0xFF
    hasHeader = report.dialect.hasHeader
    cells = report.map.headers.count
    currency = table.options.currency
    decimals = currency.decimals
    zone = table.options.zone
    latest = table.options.latest
    size = source.size
    start = try source.makeReader().prefix(3) == [0xEF, 0xBB, 0xBF] ? 3 : 0
  }
}

/// The days of written dates `2017-01-31`, by a memory of the months seen, which holds any hundred years at once.
final class MonthMemory {
  private struct Month {
    /// The eight bytes that name it, such as `2017-01-`; 0 in a free place.
    var key: UInt64
    /// Its first day, as a count from 1970-01-01.
    var first: Int32
    var length: Int32
  }

  private let months: UnsafeMutablePointer<Month>
  private static let mask = 2_047

  init() {
    months = .allocate(capacity: MonthMemory.mask + 1)
    months.initialize(repeating: Month(key: 0, first: 0, length: 0), count: MonthMemory.mask + 1)
  }

  deinit { months.deallocate() }

  /// The day a cell of ten bytes writes, as a count from 1970-01-01; nil when it is none.
  @inline(__always) func day(_ bytes: UnsafePointer<UInt8>) -> Int32? {
    let key = Scan.load(bytes)
    let year = Int(bytes[2]) &* 10 &+ Int(bytes[3])
    let place = (year &* 16 &+ Int(bytes[5]) &* 10 &+ Int(bytes[6])) & MonthMemory.mask
    guard months[place].key == key || learn(key, bytes, place) else { return nil }
    let (tens, ones) = (bytes[8] &- 48, bytes[9] &- 48)
    let day = Int32(tens) &* 10 &+ Int32(ones)
    guard tens <= 9, ones <= 9, day >= 1, day <= months[place].length else { return nil }
    return months[place].first &+ day &- 1
  }

  /// Remembers the month that eight bytes name; false when they name none.
  private func learn(_ key: UInt64, _ bytes: UnsafePointer<UInt8>, _ place: Int) -> Bool {
    let text: [UInt8] = Array(UnsafeBufferPointer(start: bytes, count: 8)) + [48, 49]
    guard let first = text.withUnsafeBufferPointer({ DateReader.plainDay(Cell($0), .dashes) }) else { return false }
    let (year, month, _) = first.civil
    months[place] = Month(
      key: key, first: first.number, length: Int32(Day.daysInMonth(year: year, month: month)))
    return true
  }
}
