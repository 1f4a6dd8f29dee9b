import Kernel

/// Address cards (vCard 3.0 and 4.0) as comma-separated text, a row each, made as they are read.
///
/// Who works somewhere stands under the organisation; whoever does not is a customer of their own name. Pictures and other
/// long values are passed over.
final class CardBytes: ByteReader {
  /// Headers whose meaning every file's headers have.
  static let headers = [
    "customer", "name", "first name", "last name", "job", "email", "phone", "mobile", "street", "postal code", "city",
    "country", "note", "uid",
  ]

  private static let valueLimit = 1 << 16
  private let source: any ByteReader
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var position = 0
  private var filled = 0
  private var pending: [UInt8] = []
  private var handed = 0
  private var isOver = false
  private var ahead: UInt8?
  private var card: [String: String]?

  init(_ source: any ByteReader) {
    self.source = source
    write(CardBytes.headers)
  }

  /// Whether bytes begin as a file of cards does.
  static func recognises(_ start: [UInt8]) -> Bool {
    let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    let upper = text.prefix(11).map { 97...122 ~= $0 ? $0 - 32 : $0 }
    return upper == Array("BEGIN:VCARD".utf8)
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
    while handed == pending.count, !isOver {
      pending.removeAll(keepingCapacity: true)
      handed = 0
      while pending.count < 1 << 15, let line = try nextLine() { take(line) }
      if pending.isEmpty { isOver = true }
    }
    let count = min(target.count, pending.count - handed)
    guard count > 0 else { return 0 }
    pending.withUnsafeBytes { target.copyMemory(from: .init(rebasing: $0[handed..<handed + count])) }
    handed += count
    return count
  }

  private func byte() throws -> UInt8? {
    if let held = ahead {
      ahead = nil
      return held
    }
    if position == filled {
      position = 0
      filled = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
      if filled == 0 { return nil }
    }
    defer { position += 1 }
    return buffer[position]
  }

  /// A line with those that go on with it; what is longer than a value may be is cut. nil at the end.
  private func nextLine() throws -> [UInt8]? {
    var line: [UInt8] = []
    var isEmpty = true
    while let next = try byte() {
      isEmpty = false
      if next == 0x0D { continue }
      if next == 0x0A {
        guard let after = try byte() else { return line }
        if after == 0x20 || after == 0x09 { continue }
        ahead = after
        return line
      }
      if line.count < CardBytes.valueLimit { line.append(next) }
    }
    return isEmpty ? nil : line
  }

  private func take(_ line: [UInt8]) {
    guard let (name, parameters, value) = CardBytes.parts(line) else { return }
    switch name {
    case "BEGIN": card = [:]
    case "END":
      if let card { write(CardBytes.row(card)) }
      card = nil
    case "FN": keep("fn", CardBytes.plain(value))
    case "N":
      let parts = CardBytes.components(value)
      keep("last name", parts.first ?? "")
      keep("first name", parts.count > 1 ? parts[1] : "")
    case "ORG": keep("organisation", CardBytes.components(value).first ?? "")
    case "TITLE": keep("job", CardBytes.plain(value))
    case "ROLE": keep("job", CardBytes.plain(value))
    case "EMAIL": keep("email", CardBytes.plain(value), isPreferred: CardBytes.isPreferred(parameters))
    case "TEL":
      let text = CardBytes.plain(value)
      let number = text.lowercased().hasPrefix("tel:") ? String(text.dropFirst(4)) : text
      let isMobile = parameters.contains("CELL")
      keep(isMobile ? "mobile" : "phone", number, isPreferred: CardBytes.isPreferred(parameters))
    case "ADR":
      let parts = CardBytes.components(value)
      for (name, place) in [("street", 2), ("city", 3), ("postal code", 5), ("country", 6)] where parts.count > place {
        keep(name, parts[place])
      }
    case "NOTE": keep("note", CardBytes.plain(value))
    case "UID": keep("uid", CardBytes.plain(value))
    default: break
    }
  }

  private func keep(_ name: String, _ value: String, isPreferred: Bool = false) {
    guard card != nil, !value.isEmpty, isPreferred || card?[name] == nil else { return }
    card?[name] = value
  }

  private static func isPreferred(_ parameters: String) -> Bool { parameters.contains("PREF") }

  /// Name, parameters in capitals, and value of `group.NAME;PARAMETERS:value`.
  private static func parts(_ line: [UInt8]) -> (name: String, parameters: String, value: ArraySlice<UInt8>)? {
    var isQuoted = false
    var colon: Int?
    for (place, byte) in line.enumerated() {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: ":"), !isQuoted {
        colon = place
        break
      }
    }
    guard let colon else { return nil }
    let head = line[..<colon].map { 97...122 ~= $0 ? $0 - 32 : $0 }
    let cut = head.firstIndex(of: UInt8(ascii: ";")) ?? head.endIndex
    let start = head[..<cut].lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? 0
    let name = String(decoding: head[start..<cut], as: UTF8.self)
    // A byte order mark may stand before the first name.
    return (
      name.hasSuffix("BEGIN") ? "BEGIN" : name, String(decoding: head[cut...], as: UTF8.self), line[(colon + 1)...]
    )
  }

  private static func plain(_ value: ArraySlice<UInt8>) -> String { components(value, cutting: false).first ?? "" }

  /// The parts of a value between semicolons, with what was escaped as it is.
  private static func components(_ value: ArraySlice<UInt8>, cutting: Bool = true) -> [String] {
    var parts: [[UInt8]] = [[]]
    var isEscaped = false
    for byte in value {
      if isEscaped {
        isEscaped = false
        parts[parts.count - 1].append(byte | 0x20 == UInt8(ascii: "n") ? 0x20 : byte)
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: ";"), cutting, parts.count < 20 {
        parts.append([])
      } else {
        parts[parts.count - 1].append(byte < 0x20 ? 0x20 : byte)
      }
    }
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func row(_ card: [String: String]) -> [String] {
    var card = card
    let whole = card["fn"] ?? [card["first name"], card["last name"]].compactMap { $0 }.joined(separator: " ")
    if card["last name"] == nil, card["first name"] == nil, card["organisation"] != whole { card["last name"] = whole }
    let customer = card["organisation"] ?? whole
    card["customer"] = customer.isEmpty ? card["email"] : customer
    card["name"] = customer
    return headers.map { card[$0] ?? "" }
  }

  private func write(_ cells: [String]) {
    for (place, cell) in cells.enumerated() {
      if place > 0 { pending.append(0x2C) }
      pending.append(0x22)
      for byte in cell.utf8 { pending += byte == 0x22 ? [0x22, 0x22] : [byte] }
      pending.append(0x22)
    }
    pending.append(0x0A)
  }
}
