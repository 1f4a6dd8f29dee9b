import Foundation
import Kernel

extension Consent {
  /// What a person or program writes down.
  package struct Draft: Sendable, Equatable {
    package let person: Person
    package let purpose: ID<ConsentPurpose>
    package let channels: [Channel]
    package let state: State
    package let basis: Basis?
    package let day: Day?
    package let expires: Day?
    package let source: String
    /// The number of the text; nil for the newest.
    package let text: Int?
    package let note: String

    package init(
      _ person: Person, _ purpose: ID<ConsentPurpose>, _ channels: [Channel], _ state: State, basis: Basis? = nil,
      on day: Day? = nil, expires: Day? = nil, source: String, text: Int? = nil, note: String = ""
    ) throws {
      self.person = person
      self.purpose = purpose
      self.channels = channels
      self.state = state
      self.basis = basis
      self.day = day
      self.expires = expires
      self.source = try Text.line(source, field: "source", limit: 200)
      self.text = text
      self.note = try Text.line(note, field: "note", limit: 500, required: false)
      guard !channels.isEmpty else {
        throw Problem(.invalid, field: "channel", "No channel is named.", mend: "Choose at least one.")
      }
      if let expires, let day, expires < day {
        throw Problem(.invalid, field: "expires", "It would have ended before it was said.", mend: "Check both days.")
      }
    }

    /// - Parameters:
    ///   - given: the value of a field by its name.
    ///   - lists: the values of a field that may be sent several times.
    package init(_ person: Person, given: (String) -> String?, lists: (String) -> [String]) throws {
      func choice<T: RawRepresentable & CaseIterable>(_ text: String?, _ field: String) throws -> T?
      where T.RawValue == String {
        guard let text, !text.isEmpty else { return nil }
        guard let value = T(rawValue: text) else {
          throw Problem(
            .invalid, field: field, "“\(text.prefix(40))” is not known here.",
            mend: "Use one of \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return value
      }
      guard let number = given("purpose"), let purpose = ID<ConsentPurpose>(text: number) else {
        throw Problem(.invalid, field: "purpose", "The purpose is missing.", mend: "Choose one of the list.")
      }
      guard let state: State = try choice(given("state"), "state") else {
        throw Problem(.invalid, field: "state", "What was said is missing.", mend: "Use given, refused or withdrawn.")
      }
      let version = given("text").flatMap { $0.isEmpty ? nil : $0 }
      guard version == nil || version.flatMap({ Int($0) }) != nil else {
        throw Problem(
          .invalid, field: "text", "This is not the number of a text.", mend: "Leave it out for the newest.")
      }
      try self.init(
        person, purpose, try lists("channel").compactMap { try choice($0, "channel") }, state,
        basis: try choice(given("basis"), "basis"), on: try Contact.Draft.day(given("day"), "day"),
        expires: try Contact.Draft.day(given("expires"), "expires"), source: given("source") ?? "",
        text: version.flatMap { Int($0) }, note: given("note") ?? "")
    }
  }
}

extension ConsentPurpose {
  /// What a person or program says of a purpose.
  package struct Draft: Sendable, Equatable {
    package let name: String
    package let note: String
    package let basis: Consent.Basis
    package let months: Int?
    package let text: String

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      name: String, note: String = "", basis: Consent.Basis = .consent, months: Int? = nil, text: String = ""
    ) throws {
      self.name = try Kernel.Text.line(name, field: "name", limit: 80)
      self.note = try Kernel.Text.line(note, field: "note", limit: 300, required: false)
      self.basis = basis
      self.months = months
      self.text = try Kernel.Text.block(text, field: "text", limit: 4_000)
    }
  }
}
