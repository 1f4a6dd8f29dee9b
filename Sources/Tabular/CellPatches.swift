/// What a person corrected in a file before it comes in; the file itself stays as it is.
package struct CellPatches: Sendable, Equatable, Codable {
  /// One value that stands for another wherever it is the whole of a cell of its column.
  package struct Replacement: Sendable, Equatable, Codable {
    package let column: Int
    package let from: String
    package let to: String

    package init(column: Int, from: String, to: String) {
      self.column = column
      self.from = from
      self.to = to
    }
  }

  /// The corrected text by the line a row begins on, and by the place of the column from 0.
  package var cells: [Int: [Int: String]] = [:]
  package var replacements: [Replacement] = []

  package init() {}

  package var isEmpty: Bool { cells.isEmpty && replacements.isEmpty }
  package var count: Int { cells.values.reduce(0) { $0 + $1.count } + replacements.count }
}

/// The corrected cells of the current row.
final class PatchedCells {
  private let patches: CellPatches
  private let replacements: [Int: [[UInt8]: [UInt8]]]
  /// The bytes corrected cells are handed out from; they stay put until the next row.
  private var loans: [Int: (start: UnsafeMutablePointer<UInt8>, count: Int)] = [:]

  init(_ patches: CellPatches) {
    self.patches = patches
    replacements = Dictionary(grouping: patches.replacements, by: \.column).mapValues { all in
      Dictionary(all.map { (Array($0.from.utf8), Array($0.to.utf8)) }) { _, last in last }
    }
  }

  deinit { release() }

  func take(_ reader: RecordReader) {
    release()
    for (column, values) in replacements {
      if let value = values[reader.cell(column).trimmed.bytes] { lend(value, column) }
    }
    for (column, text) in patches.cells[reader.line] ?? [:] { lend(Array(text.utf8), column) }
  }

  func cell(_ column: Int) -> Cell? {
    guard !loans.isEmpty, let loan = loans[column] else { return nil }
    return Cell(start: loan.start, count: loan.count).trimmed
  }

  private func lend(_ bytes: [UInt8], _ column: Int) {
    loans[column]?.start.deallocate()
    let start = UnsafeMutablePointer<UInt8>.allocate(capacity: max(8, bytes.count))
    bytes.withUnsafeBufferPointer { if let base = $0.baseAddress { start.update(from: base, count: bytes.count) } }
    loans[column] = (start, bytes.count)
  }

  private func release() {
    for loan in loans.values { loan.start.deallocate() }
    loans.removeAll(keepingCapacity: true)
  }
}
