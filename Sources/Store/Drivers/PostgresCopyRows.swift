import CPQ
import Kernel

/// Rows in the binary form of COPY (PostgreSQL manual, chapter COPY, “Binary Format”): half the work of the text form on
/// both sides.
struct PostgresCopyRows {
  private static let header: [UInt8] =
    Array("PGCOPY\n".utf8) + [0xFF, 13, 10, 0] + [UInt8](repeating: 0, count: 8)

  private(set) var bytes = PostgresCopyRows.header
  private let types: [PostgresColumn]
  private let table: String

  /// - Parameter types: of the columns that each row gives, in its order.
  init(into table: String, types: [PostgresColumn]) {
    self.table = table
    self.types = types
  }

  var isEmpty: Bool { bytes.count == Self.header.count }

  /// The rows so far with the mark of their end; the next ones begin a COPY of their own.
  mutating func taken() -> [UInt8] {
    bytes.append(contentsOf: [0xFF, 0xFF])
    defer {
      bytes.removeAll(keepingCapacity: true)
      bytes.append(contentsOf: Self.header)
    }
    return bytes
  }

  /// - Throws: `Problem` for what a store cannot hold, and for a row that does not fit the columns.
  mutating func append(_ row: [Value]) throws {
    guard row.count == types.count else { throw Problem(.unavailable, "A row has too few or too many values.") }
    append(Int16(truncatingIfNeeded: row.count))
    for (type, value) in zip(types, row) {
      try value.refuseUnstorable()
      switch (type, value) {
      case (_, .null): append(Int32(-1))
      case (.int, .int(let number)): append(number)
      case (.real, .double(let number)): append(number)
      case (.real, .int(let number)): append(Double(number))
      case (.text, .text(let text)):
        append(Int32(clamping: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
      case (.bytes, .blob(let blob)):
        append(Int32(clamping: blob.count))
        bytes.append(contentsOf: blob)
      default: throw Problem(.unavailable, "A value does not fit its column of \(table).")
      }
    }
  }

  private mutating func append(_ number: Int64) {
    append(Int32(8))
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ number: Double) {
    append(Int32(8))
    withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
