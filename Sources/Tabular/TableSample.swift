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
    let (reader, _) = try opening.makeReader()
    if opening.dialect.hasHeader { _ = try reader.next() }
    var rows: [[String]] = []
    while rows.count < most {
      let step = try reader.next()
      if step == .end { break }
      guard step == .record else { continue }
      rows.append(opening.map.headers.indices.map { reader.cell($0).trimmed.plainText })
    }
    self.rows = rows
  }

  /// The cells of one record of such a file.
  package static func cells(of record: String, separator: Dialect.Separator) -> [String] {
    let reader = RecordReader(MemoryBytes(Array(record.utf8)), dialect: Dialect(separator: separator))
    guard let step = try? reader.next(), step == .record else { return [record] }
    return (0..<reader.count).map { reader.cell($0).plainText }
  }
}
