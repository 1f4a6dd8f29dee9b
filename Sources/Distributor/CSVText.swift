/// Rows of comma-separated text in the making, and how numbers are written in them.
struct CSVText {
  private(set) var bytes: [UInt8] = []
  private var isAtStart = true

  mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  mutating func endRow() {
    bytes.append(UInt8(ascii: "\n"))
    isAtStart = true
  }

  mutating func row(_ cells: [String]) {
    for cell in cells { text(cell) }
    endRow()
  }

  mutating func text(_ cell: String) {
    separate()
    let special = cell.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard special else {
      bytes.append(contentsOf: cell.utf8)
      return
    }
    bytes.append(0x22)
    for byte in cell.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  mutating func whole(_ number: Int?) {
    separate()
    if let number { digits(number.magnitude, isNegative: number < 0) }
  }

  /// A count that is left out where it is nothing.
  mutating func count(_ number: Int) { whole(number == 0 ? nil : number) }

  /// Euro cents, as euros with two digits.
  mutating func money(_ cents: Int?) {
    separate()
    guard let cents else { return }
    digits(cents.magnitude / 100, isNegative: cents < 0)
    let rest = UInt8(cents.magnitude % 100)
    bytes += [UInt8(ascii: "."), 48 + rest / 10, 48 + rest % 10]
  }

  private mutating func separate() {
    if !isAtStart { bytes.append(UInt8(ascii: ",")) }
    isAtStart = false
  }

  private mutating func digits(_ number: UInt, isNegative: Bool) {
    if isNegative { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = number
    repeat {
      bytes.append(48 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  static func money(_ cents: Int) -> String {
    var text = CSVText()
    text.money(cents)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
