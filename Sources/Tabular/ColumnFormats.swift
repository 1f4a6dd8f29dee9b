import Kernel

/// How the cells of each mapped column are written: found out from the rows, or stated.
package struct ColumnFormats: Sendable, Equatable {
  /// How to read each column of numbers, by its place from 0.
  package internal(set) var numbers: [Int: NumberReader] = [:]
  /// The order of each column of dates, by its place from 0.
  package internal(set) var dates: [Int: DateOrder] = [:]
  /// Currency signs and codes seen in amounts.
  package internal(set) var currencies: [CurrencyMark] = []
}

/// Finds out the formats of a file's columns in one pass over its rows.
struct FormatSurvey {
  private let map: ColumnMap
  private let options: TableOptions
  private var numbers: [Int: NumberEvidence] = [:]
  private var dates: [Int: DateEvidence] = [:]
  private(set) var rows = 0
  /// How many rows are looked at before the pass may end early.
  private static let least = 2_000

  init(map: ColumnMap, options: TableOptions) {
    self.map = map
    self.options = options
    for (role, column) in map.columns {
      switch role.content {
      case .money, .number: numbers[column] = NumberEvidence()
      case .date: dates[column] = DateEvidence()
      case .text: break
      }
    }
  }

  /// Looks at the rows until nothing more can change.
  mutating func survey(_ reader: RecordReader) throws {
    var step = try reader.next()
    while step != .end {
      rows += 1
      if step == .record { look(at: reader) }
      if rows % FormatSurvey.least == 0 && isSettled { return }
      step = try reader.next()
    }
  }

  private mutating func look(at reader: RecordReader) {
    for column in numbers.keys {
      let cell = reader.cell(column)
      if !cell.isEmpty { numbers[column]?.add(cell, line: reader.line) }
    }
    for column in dates.keys {
      let cell = reader.cell(column)
      if !cell.trimmed.isEmpty { dates[column]?.add(cell, line: reader.line) }
    }
  }

  /// The mark of the columns that are sure of theirs; nil when there is none or they differ.
  private var fileMark: DecimalMark? {
    let marks = Set(numbers.values.compactMap(\.certain))
    return marks.count == 1 ? marks.first : nil
  }

  private var isSettled: Bool {
    let numbersAreSettled =
      options.decimalMark != nil || numbers.isEmpty
      || fileMark != nil && numbers.values.allSatisfy { $0.points == 0 || $0.commas == 0 }
    return numbersAreSettled && (options.dateOrder != nil || dates.values.allSatisfy(\.isSettled))
  }

  /// The verdict.
  /// - Throws: `Problem` when a column can be read in two ways or contradicts itself.
  func formats() throws -> ColumnFormats {
    var formats = ColumnFormats()
    let neighbour = fileMark
    for column in numbers.keys.sorted() {
      guard let evidence = numbers[column] else { continue }
      formats.numbers[column] = try evidence.reader(
        header: map.headers[column], stated: options.decimalMark, neighbour: neighbour,
        rounds: options.roundsAmounts ?? map.roundsAmounts)
      formats.currencies += evidence.currencies.filter { !formats.currencies.contains($0) }.sorted { $0.text < $1.text }
    }
    for column in dates.keys.sorted() {
      formats.dates[column] = try dates[column]?.order(header: map.headers[column], stated: options.dateOrder)
    }
    return formats
  }
}
