import Kernel

/// Writes address cards (vCard 4.0, RFC 6350), one after the other.
package struct CardWriter: ~Copyable {
  /// A card as address books know it.
  package struct Card: Sendable, Equatable {
    package var identity = ""
    package var name = ""
    package var family = ""
    package var given = ""
    package var isOrganisation = false
    package var organisation = ""
    package var title = ""
    package var emails: [String] = []
    package var phones: [String] = []
    package var street = ""
    package var postalCode = ""
    package var city = ""
    package var country = ""
    package var note = ""

    package init() {}
  }

  private let sink: SafeCSVWriter.Sink
  private var pending: [UInt8] = []

  package init(to sink: @escaping SafeCSVWriter.Sink) { self.sink = sink }

  package mutating func card(_ card: Card) throws {
    line("BEGIN:VCARD")
    line("VERSION:4.0")
    if !card.identity.isEmpty { line("UID:urn:valuechain:\(card.identity)") }
    if card.isOrganisation { line("KIND:org") }
    line("FN:\(CardWriter.escaped(card.name))")
    if !card.isOrganisation, !(card.family + card.given).isEmpty {
      line("N:\(CardWriter.escaped(card.family));\(CardWriter.escaped(card.given));;;")
    }
    if !card.organisation.isEmpty { line("ORG:\(CardWriter.escaped(card.organisation))") }
    if !card.title.isEmpty { line("TITLE:\(CardWriter.escaped(card.title))") }
    for email in card.emails where !email.isEmpty { line("EMAIL:\(CardWriter.escaped(email))") }
    for phone in card.phones where !phone.isEmpty { line("TEL;VALUE=text:\(CardWriter.escaped(phone))") }
    if !(card.street + card.postalCode + card.city + card.country).isEmpty {
      let parts = ["", "", card.street, card.city, "", card.postalCode, card.country].map(CardWriter.escaped)
      line("ADR:\(parts.joined(separator: ";"))")
    }
    if !card.note.isEmpty { line("NOTE:\(CardWriter.escaped(card.note))") }
    line("END:VCARD")
    if pending.count >= 1 << 16 { try flush() }
  }

  package mutating func finish() throws { try flush() }

  private mutating func flush() throws {
    try pending.withUnsafeBytes { if !$0.isEmpty { try sink($0) } }
    pending.removeAll(keepingCapacity: true)
  }

  /// A line, folded so that none is longer than 75 bytes and no character is cut.
  private mutating func line(_ text: String) {
    var room = 75
    for scalar in text.unicodeScalars {
      let bytes = UTF8.encode(scalar).map { Array($0) } ?? []
      if bytes.count > room {
        pending += [0x0D, 0x0A, 0x20]
        room = 74
      }
      pending += bytes
      room -= bytes.count
    }
    pending += [0x0D, 0x0A]
  }

  /// A value as it stands in a line. Control characters become blanks.
  static func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { last = scalar }
      switch scalar {
      case "\\", ",", ";": escaped.append(contentsOf: ["\\", scalar])
      case "\n" where last == "\r": break
      case "\n", "\r": escaped.append(contentsOf: ["\\", "n"])
      default: escaped.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar)
      }
    }
    return String(escaped)
  }
}
