import Foundation
import Kernel
import Web

/// A page of a list as programs get it: written without a detour, because lists are what programs ask for most.
struct RecordRows {
  let page: RecordPage
  let totals: RecordTotals?
  let currency: Currency

  /// `{"rows": [{"id": 1, "name": "…"}], "next": "…", "previous": null, "total": 12, "sums": {"value": 120}}`
  var json: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(page.rows.count * 240 + 64)
    append("{\"rows\":[", to: &out)
    let keys = page.columns.map { column -> [UInt8] in
      var key: [UInt8] = [UInt8(ascii: ",")]
      RecordRows.append(text: column.name, to: &key)
      key.append(UInt8(ascii: ":"))
      return key
    }
    for (index, row) in page.rows.enumerated() {
      append(index == 0 ? "{\"id\":" : ",{\"id\":", to: &out)
      append(String(row.id), to: &out)
      for (key, value) in zip(keys, row.values) {
        out += key
        append(value, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
    append("],\"next\":", to: &out)
    append(page.next.map(FieldValue.text) ?? .missing, to: &out)
    append(",\"previous\":", to: &out)
    append(page.previous.map(FieldValue.text) ?? .missing, to: &out)
    if let totals {
      append(",\"total\":\(totals.count),\"sums\":{", to: &out)
      for (index, column) in page.columns.filter({ totals.sums[$0.name] != nil }).enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        RecordRows.append(text: column.name, to: &out)
        out.append(UInt8(ascii: ":"))
        append(totals.sums[column.name] ?? .missing, to: &out)
      }
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "}"))
    return out
  }

  private func append(_ literal: String, to out: inout [UInt8]) { out.append(contentsOf: literal.utf8) }

  private func append(_ value: FieldValue, to out: inout [UInt8]) {
    switch value {
    case .missing: append("null", to: &out)
    case .text(let text): RecordRows.append(text: text, to: &out)
    case .integer(let number): append(String(number), to: &out)
    case .number(let number): append(number.isFinite ? "\(number)" : "null", to: &out)
    case .day(let day): RecordRows.append(text: "\(day)", to: &out)
    case .instant(let instant): append(String(instant.microseconds), to: &out)
    case .flag(let flag): append(flag ? "true" : "false", to: &out)
    case .texts(let texts):
      out.append(UInt8(ascii: "["))
      for (index, text) in texts.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        RecordRows.append(text: text, to: &out)
      }
      out.append(UInt8(ascii: "]"))
    }
  }

  private static let hex = Array("0123456789abcdef".utf8)

  /// A text in quotes; the two signs and the controls that JSON does not take are escaped.
  static func append(text: String, to out: inout [UInt8]) {
    out.append(UInt8(ascii: "\""))
    defer { out.append(UInt8(ascii: "\"")) }
    guard text.utf8.contains(where: isEscaped) else { return out.append(contentsOf: text.utf8) }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): out += Array("\\n".utf8)
      case 0..<0x20: out += Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      default: out.append(byte)
      }
    }
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}
