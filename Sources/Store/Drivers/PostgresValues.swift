import CPQ
import Foundation
import Kernel

/// The values of a statement as libpq takes them: text with its type, and bytes as they are.
struct PostgresParameters {
  /// Tells statements apart that have one text but differ in the types of their values.
  private(set) var signature = ""
  private(set) var types: [Oid] = []
  private var bytes: [UInt8] = []
  private var offsets: [Int?] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  /// - Throws: `Problem` for what a store cannot hold.
  init(_ values: [Value]) throws {
    for value in values {
      try value.refuseUnstorable()
      offsets.append(value == .null ? nil : bytes.count)
      formats.append(0)
      switch value {
      case .null: declare("n", 0)
      case .int(let value):
        declare("i", 20)
        bytes.append(contentsOf: String(value).utf8)
      case .double(let value):
        declare("d", 701)
        bytes.append(contentsOf: value.description.utf8)
      case .text(let value):
        declare("t", 25)
        bytes.append(contentsOf: value.utf8)
      case .blob(let value):
        declare("b", 17)
        formats[formats.count - 1] = 1
        bytes.append(contentsOf: value)
      }
      lengths.append(Int32(clamping: bytes.count - (offsets.last.flatMap { $0 } ?? bytes.count)))
      bytes.append(0)
    }
  }

  private mutating func declare(_ letter: Character, _ type: Oid) {
    signature.append(letter)
    types.append(type)
  }

  var count: Int32 { Int32(clamping: types.count) }

  /// Hands over the three arrays of libpq's calls: pointers to the values, their lengths, their formats.
  func withPointers<T>(
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> T
  ) -> T {
    guard !types.isEmpty else { return body(nil, nil, nil) }
    return bytes.withUnsafeBytes { raw in
      let start = raw.bindMemory(to: CChar.self).baseAddress
      let pointers = offsets.map { offset -> UnsafePointer<CChar>? in
        guard let start, let offset else { return nil }
        return start + offset
      }
      return pointers.withUnsafeBufferPointer { pointers in
        lengths.withUnsafeBufferPointer { lengths in
          formats.withUnsafeBufferPointer { body(pointers.baseAddress, lengths.baseAddress, $0.baseAddress) }
        }
      }
    }
  }
}

/// How a column of a result is read.
enum PostgresColumn {
  case int, bool, real, numeric, bytes, text

  init(type: Oid) {
    self =
      switch type {
      case 20, 21, 23, 26: .int
      case 16: .bool
      case 700, 701: .real
      case 1700: .numeric
      case 17: .bytes
      default: .text
      }
  }

  /// Reads a value from its text. What does not look like its type stays text, and typed reading then refuses it.
  func value(_ text: UnsafeBufferPointer<UInt8>) -> Value {
    switch self {
    case .int: return PostgresColumn.integer(text).map(Value.int) ?? string(text)
    case .bool: return .int(text.first == UInt8(ascii: "t") ? 1 : 0)
    case .real: return Double(String(decoding: text, as: UTF8.self)).map(Value.double) ?? string(text)
    case .numeric:
      // A sum of integers is an integer, as on SQLite; whatever has a fraction, even .000, is not.
      if let integer = PostgresColumn.integer(text) { return .int(integer) }
      return Double(String(decoding: text, as: UTF8.self)).map(Value.double) ?? string(text)
    case .bytes: return PostgresColumn.bytes(text).map(Value.blob) ?? string(text)
    case .text: return string(text)
    }
  }

  private func string(_ text: UnsafeBufferPointer<UInt8>) -> Value { .text(String(decoding: text, as: UTF8.self)) }

  private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let digits = isNegative ? text.dropFirst() : text[...]
    guard !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for digit in digits {
      guard digit >= 48, digit <= 57 else { return nil }
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let step = Int64(digit) - 48
      let (sum, overflow2) =
        isNegative ? scaled.subtractingReportingOverflow(step) : scaled.addingReportingOverflow(step)
      guard !overflow, !overflow2 else { return nil }
      value = sum
    }
    return value
  }

  /// Reads `\x00ff`.
  private static func bytes(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
      return nil
    }
    func digit(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 48...57: byte - 48
      case 97...102: byte - 87
      default: nil
      }
    }
    var all: [UInt8] = []
    all.reserveCapacity(text.count / 2 - 1)
    for position in stride(from: 2, to: text.count, by: 2) {
      guard let high = digit(text[position]), let low = digit(text[position + 1]) else { return nil }
      all.append(high << 4 | low)
    }
    return all
  }
}
