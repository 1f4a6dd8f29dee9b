import Kernel

/// The bytes of one cell, where the reader holds them: valid until the reader's next record.
package struct Cell {
  let start: UnsafePointer<UInt8>
  package let count: Int

  init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  init(_ buffer: UnsafeBufferPointer<UInt8>) {
    // An empty buffer may have no address; any address will do for no bytes.
    start = buffer.baseAddress ?? Cell.nowhere
    count = buffer.count
  }

  private nonisolated(unsafe) static let nowhere = UnsafePointer(UnsafeMutablePointer<UInt8>.allocate(capacity: 8))

  package var isEmpty: Bool { count == 0 }

  /// The byte at a place; 0 outside the cell.
  @inline(__always) package func byte(_ index: Int) -> UInt8 {
    index >= 0 && index < count ? start[index] : 0
  }

  /// A copy of the bytes.
  package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  /// The cell as text, as it stands; bytes that are not UTF-8 become U+FFFD.
  package var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  /// The cell as text without the one apostrophe that a safe export puts before a formula-like text.
  package var plainText: String { FormulaGuard.isGuarded(self) ? dropFirst(1).text : text }

  /// Without spaces, tabs and no-break spaces at either end.
  package var trimmed: Cell {
    var low = 0
    var high = count
    while low < high {
      if start[low] == 0x20 || start[low] == 0x09 {
        low &+= 1
      } else if start[low] == 0xC2, byte(low &+ 1) == 0xA0 {
        low &+= 2
      } else {
        break
      }
    }
    while high > low {
      if start[high &- 1] == 0x20 || start[high &- 1] == 0x09 {
        high &-= 1
      } else if high &- low >= 2, start[high &- 1] == 0xA0, start[high &- 2] == 0xC2 {
        high &-= 2
      } else {
        break
      }
    }
    return Cell(start: start + low, count: high &- low)
  }

  /// The cell after its first `number` bytes.
  func dropFirst(_ number: Int) -> Cell {
    let cut = min(max(0, number), count)
    return Cell(start: start + cut, count: count &- cut)
  }

  /// The first `number` bytes.
  func prefix(_ number: Int) -> Cell { Cell(start: start, count: min(max(0, number), count)) }

  /// Whether the bytes are those of `text`.
  func equals(_ text: StaticString) -> Bool {
    guard text.utf8CodeUnitCount == count else { return false }
    for index in 0..<count where start[index] != text.utf8Start[index] { return false }
    return true
  }
}
