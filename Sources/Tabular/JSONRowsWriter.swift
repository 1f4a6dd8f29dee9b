import Kernel

/// Writes an array of objects, one a line, as its rows come.
package struct JSONRowsWriter: ~Copyable {
  private let sink: SafeCSVWriter.Sink
  private let keys: [[UInt8]]
  private var pending: [UInt8] = [0x5B]
  private var rows = 0
  private var column = 0

  /// - Parameter names: the members of every object, in order.
  package init(_ names: [String], to sink: @escaping SafeCSVWriter.Sink) {
    self.sink = sink
    keys = names.enumerated().map { index, name in
      var key: [UInt8] = [index == 0 ? 0x7B : 0x2C]
      JSONRowsWriter.append(name, to: &key)
      return key + [0x3A]
    }
  }

  package mutating func text(_ text: String?) {
    key()
    guard let text else { return pending += "null".utf8 }
    JSONRowsWriter.append(text, to: &pending)
  }

  package mutating func texts(_ texts: [String]) {
    key()
    pending.append(0x5B)
    for (index, text) in texts.enumerated() {
      if index > 0 { pending.append(0x2C) }
      JSONRowsWriter.append(text, to: &pending)
    }
    pending.append(0x5D)
  }

  package mutating func integer(_ value: Int64) { bare(String(value)) }
  package mutating func number(_ value: Double) { bare(value.isFinite ? value.description : "null") }
  package mutating func flag(_ value: Bool) { bare(value ? "true" : "false") }
  package mutating func money(_ minor: Int64, _ currency: Currency) { bare(Money(minor: minor, currency).plain) }
  package mutating func empty() { bare("null") }

  package mutating func endRow() throws {
    pending.append(0x7D)
    column = 0
    rows += 1
    if pending.count >= 1 << 16 { try flush() }
  }

  package mutating func finish() throws {
    pending += "\n]\n".utf8
    try flush()
  }

  private mutating func bare(_ text: String) {
    key()
    pending += text.utf8
  }

  private mutating func key() {
    if column == 0 { pending += rows == 0 ? [0x0A] : [0x2C, 0x0A] }
    if keys.indices.contains(column) { pending += keys[column] }
    column += 1
  }

  private mutating func flush() throws {
    try pending.withUnsafeBytes { try sink($0) }
    pending.removeAll(keepingCapacity: true)
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A: bytes += "\\n".utf8
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
