import Foundation
import Kernel

extension Customer {
  /// What is known of a customer beside its name: how to reach it, where it is, what it speaks, a note.
  package struct Details: Sendable, Hashable {
    package var phone: String?
    package var website: String?
    package var street: String?
    package var postalCode: String?
    package var city: String?
    package var country: String?
    package var language: String?
    package var note: String?

    package init() {}

    /// - Parameter given: the value of a field by its name; nil when there is none.
    /// - Throws: `Problem` naming the field that is wrong.
    package init(_ given: (String) -> String?) throws {
      phone = try TelephoneNumber.read(given("phone") ?? "")
      website = try WebAddress.read(given("website") ?? "")
      street = try Details.line(given, "street", 200)
      postalCode = try Details.line(given, "postalCode", 20)
      city = try Details.line(given, "city", 120)
      country = try Details.line(given, "country", 80)
      language = try Details.line(given, "language", 40)
      let note = try Text.block(given("note") ?? "", field: "note", limit: 4_000)
      self.note = note.isEmpty ? nil : note
    }

    /// What is told here, and of a customer what is not.
    func over(_ old: Customer) -> Details {
      var details = old.details
      details.phone = phone ?? old.phone
      details.website = website ?? old.website
      details.street = street ?? old.street
      details.postalCode = postalCode ?? old.postalCode
      details.city = city ?? old.city
      details.country = country ?? old.country
      details.language = language ?? old.language
      return details
    }

    /// What is told later stands above.
    mutating func add(_ later: Details) {
      phone = later.phone ?? phone
      website = later.website ?? website
      street = later.street ?? street
      postalCode = later.postalCode ?? postalCode
      city = later.city ?? city
      country = later.country ?? country
      language = later.language ?? language
    }

    private static func line(_ given: (String) -> String?, _ field: String, _ limit: Int) throws -> String? {
      let text = try Text.line(given(field) ?? "", field: field, limit: limit, required: false)
      return text.isEmpty ? nil : text
    }
  }

  /// What is known beside the name.
  package var details: Details {
    var details = Details()
    (details.phone, details.website, details.note) = (phone, website, note)
    (details.street, details.postalCode, details.city) = (street, postalCode, city)
    (details.country, details.language) = (country, language)
    return details
  }

  /// Who a customer is given to.
  package enum Holder: Sendable, Equatable {
    case unchanged
    case nobody
    case to(Int64)

    /// A number; empty for nobody, missing for no change.
    package init(_ text: String?, field: String) throws {
      switch text {
      case nil: self = .unchanged
      case "": self = .nobody
      case .some(let text):
        guard let number = Int64(text), number > 0 else {
          throw Problem(
            .invalid, field: field, "“\(text.prefix(40))” is not a number.", mend: "Choose one of the list.")
        }
        self = .to(number)
      }
    }
  }

  /// A field as a form holds it.
  package func text(_ field: String) -> String? {
    switch field {
    case "name": name
    case "kind": kind.rawValue
    case "email": email
    case "parent": parent.map { "\($0)" }
    case "phone": phone
    case "website": website
    case "street": street
    case "postalCode": postalCode
    case "city": city
    case "country": country
    case "language": language
    case "note": note
    case "owner": owner.map { "\($0)" }
    case "team": team.map { "\($0)" }
    default: nil
    }
  }

  package static let settable = [
    "name", "kind", "email", "parent", "phone", "website", "street", "postalCode", "city", "country", "language",
    "note", "owner", "team",
  ]

  /// The names of the fields in which two states of a customer differ.
  func differences(to other: Customer) -> [String] { Customer.settable.filter { text($0) != other.text($0) } }
}

extension Customer.Holder {
  var isGiven: Bool { if case .to = self { true } else { false } }

  func number(or former: Int64?) -> Int64? {
    switch self {
    case .unchanged: former
    case .nobody: nil
    case .to(let number): number
    }
  }
}

/// An e-mail address as people type it.
package enum MailAddress {
  /// - Returns: nil when nothing was typed.
  /// - Throws: `Problem` when it is no address.
  package static func read(_ text: String, field: String = "email") throws -> String? {
    let address = try Text.line(text, field: field, limit: 254, required: false)
    guard !address.isEmpty else { return nil }
    guard isOne(address) else {
      throw Problem(.invalid, field: field, "This is not an e-mail address.", mend: "Write it as name@example.com.")
    }
    return address
  }

  package static func isOne(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.utf8.contains(UInt8(ascii: " "))
      && parts[1].contains(UInt8(ascii: "."))
  }

  /// The form two addresses are compared in.
  package static func folded(_ text: String) -> String {
    String(decoding: text.utf8.map { 65...90 ~= $0 ? $0 + 32 : $0 }, as: UTF8.self)
  }
}

/// A telephone number as people type it.
package enum TelephoneNumber {
  /// - Returns: nil when nothing was typed.
  /// - Throws: `Problem` when it holds what no number does.
  package static func read(_ text: String, field: String = "phone") throws -> String? {
    let number = try Text.line(text, field: field, limit: 60, required: false)
    guard !number.isEmpty else { return nil }
    guard folded(number).utf8.count >= 3 else {
      throw Problem(.invalid, field: field, "This is not a telephone number.", mend: "Write it as +49 40 1234567.")
    }
    return number
  }

  /// The form two numbers are compared and dialled in: digits, with a plus in front where there is one.
  package static func folded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 where (48...57).contains(byte) || (byte == UInt8(ascii: "+") && bytes.isEmpty) {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The address of a website as people type it.
package enum WebAddress {
  /// - Returns: nil when nothing was typed; with `https://` where no scheme was.
  /// - Throws: `Problem` when a browser could not go there.
  package static func read(_ text: String, field: String = "website") throws -> String? {
    let typed = try Text.line(text, field: field, limit: 300, required: false)
    guard !typed.isEmpty else { return nil }
    let lower = MailAddress.folded(typed)
    let address = lower.hasPrefix("http://") || lower.hasPrefix("https://") ? typed : "https://\(typed)"
    guard let host = URLComponents(string: address)?.host, host.utf8.contains(UInt8(ascii: ".")) else {
      throw Problem(.invalid, field: field, "This is not the address of a website.", mend: "Write it as example.com.")
    }
    return address
  }
}
