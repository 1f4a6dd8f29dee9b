import Kernel

/// The first rows of a file as they stand, with what its columns seem to mean: what can be shown before it is understood.
package struct TableSample: Sendable {
  package let map: ColumnMap
  package let dialect: Dialect
  /// The cells of the first rows; rows that cannot be cut into cells are left out.
  package let rows: [[String]]
  /// Whether the file holds address cards.
  package let isCards: Bool

  /// - Throws: `Problem` when it is no table at all: empty, of another kind, or with two columns of one name.
  package init(_ source: ByteSource, options: TableOptions, rows most: Int = 50) throws {
    var options = options
    options.required = []
    let opening = try TableOpening(source, options: options)
    map = opening.map
    dialect = opening.dialect
    isCards = opening.isCards
    var rows: [[String]] = []
    if most > 0 {
      try TableSample.each(opening) { row in
        rows.append(row)
        return rows.count < most
      }
    }
    self.rows = rows
  }

  /// Goes through all rows of a file as they stand, whatever its columns mean, until `body` says false.
  /// - Throws: as when a sample is taken.
  package static func each(of source: ByteSource, options: TableOptions, _ body: ([String]) throws -> Bool) throws {
    var options = options
    options.required = []
    try each(try TableOpening(source, options: options), body)
  }

  private static func each(_ opening: TableOpening, _ body: ([String]) throws -> Bool) throws {
    let (reader, _) = try opening.makeReader()
    if opening.dialect.hasHeader { _ = try reader.next() }
    while true {
      let step = try reader.next()
      if step == .end { return }
      guard step == .record else { continue }
      guard try body(opening.map.headers.indices.map { reader.cell($0).trimmed.plainText }) else { return }
    }
  }

  /// The cells of one record of such a file.
  package static func cells(of record: String, separator: Dialect.Separator) -> [String] {
    let reader = RecordReader(MemoryBytes(Array(record.utf8)), dialect: Dialect(separator: separator))
    guard let step = try? reader.next(), step == .record else { return [record] }
    return (0..<reader.count).map { reader.cell($0).plainText }
  }
}
