import Kernel
import Tabular

/// Everything a reader makes of a text: the cells of its records and its refusals, in order.
struct Reading: Equatable {
  var records: [[String]] = []
  var lines: [Int] = []
  var refusals: [Refusal] = []

  init(_ bytes: [UInt8], dialect: Dialect = Dialect(), expecting cells: Int? = nil, pieces: Int = .max) throws {
    let reader = RecordReader(Pieces(bytes, size: pieces), dialect: dialect)
    reader.expectedCells = cells
    while true {
      switch try reader.next() {
      case .end: return
      case .refused(let refusal): refusals.append(refusal)
      case .record:
        records.append((0..<reader.count).map { reader.cell($0).text })
        lines.append(reader.line)
      }
    }
  }

  init(_ text: String, dialect: Dialect = Dialect(), expecting cells: Int? = nil) throws {
    try self.init(Array(text.utf8), dialect: dialect, expecting: cells)
  }
}

/// Hands out bytes in pieces of one size, as a slow pipe would.
final class Pieces: ByteReader {
  private let bytes: [UInt8]
  private let size: Int
  private var offset = 0

  init(_ bytes: [UInt8], size: Int = .max) {
    self.bytes = bytes
    self.size = max(1, size)
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(target.count, size, bytes.count - offset)
    for index in 0..<count { target[index] = bytes[offset + index] }
    offset += count
    return count
  }
}

/// Options of a company in euros whose today is 2026-11-21.
func options(_ change: (inout TableOptions) -> Void = { _ in }) -> TableOptions {
  var options = TableOptions(currency: .euro, latest: Day(year: 2026, month: 11, day: 21))
  change(&options)
  return options
}

/// The problem that a piece of work is refused with; nil when it is not.
func problem(_ work: () throws -> Void) -> Problem? {
  do {
    try work()
    return nil
  } catch {
    return error as? Problem
  }
}
