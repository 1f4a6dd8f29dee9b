import Foundation
import Kernel

extension Interaction {
  /// What a person or program enters.
  package struct Draft: Sendable, Equatable {
    package var customer: ID<Customer>?
    package var contact: ID<Contact>?
    package var kind: Kind
    package var direction: Direction
    package var channel: Channel?
    package var day: Day
    package var at: Instant
    package var isTimed: Bool
    package var minutes: Int?
    package var outcome: Outcome?
    package var outcomeNote: String
    package var subject: String
    package var text: String
    package var product: ID<Product>?
    package var decision: Int64?
    package var participants: [Participant]

    /// - Parameters:
    ///   - given: the value of a field by its name; nil when it was not sent.
    ///   - lists: the values of a field that may be sent several times.
    ///   - zone: the company's, in which times are written.
    ///   - now: when nothing else is said.
    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      given: (String) -> String?, lists: (String) -> [String] = { _ in [] }, zone: TimeZone, now: Instant
    ) throws {
      kind = try Draft.choice(given("kind"), "kind") ?? .note
      direction = try Draft.choice(given("direction"), "direction") ?? (kind == .note ? .none : .outgoing)
      channel = try Draft.choice(given("channel"), "channel") ?? kind.channel
      (day, at, isTimed) = try Draft.moment(given, zone, now)
      minutes = try Draft.number(given("minutes"), "minutes", 0...100_000).map { Int($0) }
      outcome = try Draft.choice(given("outcome"), "outcome")
      outcomeNote = try Text.line(given("outcomeNote") ?? "", field: "outcomeNote", limit: 500, required: false)
      subject = try Text.line(given("subject") ?? "", field: "subject", limit: 200, required: false)
      text = try Text.block(given("text") ?? "", field: "text", limit: 20_000)
      guard kind != .note || !subject.isEmpty || !text.isEmpty else {
        throw Problem(.invalid, field: "text", "The note is empty.", mend: "Write what there is to remember.")
      }
      customer = try Draft.number(given("customer"), "customer").map { ID($0) }
      contact = try Draft.number(given("contact"), "contact").map { ID($0) }
      guard customer != nil || contact != nil else {
        throw Problem(
          .invalid, field: "customer", "It is about nobody.", mend: "Name the customer or the contact by its number.")
      }
      product = try Draft.number(given("product"), "product").map { ID($0) }
      decision = try Draft.number(given("decision"), "decision")
      let contacts = try lists("participants").map { Participant(contact: ID(try Draft.required($0, "participants"))) }
      let users = try lists("colleagues").map { Participant(user: try Draft.required($0, "colleagues")) }
      var seen: Set<Participant> = [Participant(contact: contact)]
      participants = Array((contacts + users).filter { seen.insert($0).inserted }.prefix(100))
    }

    private static func choice<T: RawRepresentable & CaseIterable>(_ text: String?, _ field: String) throws -> T?
    where T.RawValue == String {
      guard let text, !text.isEmpty else { return nil }
      guard let value = T(rawValue: text) else {
        throw Problem(
          .invalid, field: field, "“\(text.prefix(40))” is not known here.",
          mend: "Use one of \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return value
    }

    private static func required(_ text: String, _ field: String) throws -> Int64 {
      guard let number = try number(text, field) else {
        throw Problem(.invalid, field: field, "A number is missing.", mend: "Choose from the list.")
      }
      return number
    }

    private static func number(
      _ text: String?, _ field: String, _ range: ClosedRange<Int64> = 1...Int64.max
    ) throws -> Int64? {
      guard let text, !text.isEmpty else { return nil }
      guard let value = Int64(text), range.contains(value), text.utf8.first != UInt8(ascii: "+") else {
        throw Problem(
          .invalid, field: field, "“\(text.prefix(40))” is not a number that fits.", mend: "Write a whole number.")
      }
      return value
    }

    /// `at` as an instant in UTC or a local time, or `day` and `time` as a form has them.
    private static func moment(
      _ given: (String) -> String?, _ zone: TimeZone, _ now: Instant
    ) throws -> (Day, Instant, Bool) {
      let today = now.day(in: zone)
      if let at = given("at"), !at.isEmpty {
        guard let moment = Moment(at, zone: zone) else {
          throw Problem(
            .invalid, field: "at", "“\(at.prefix(40))” is not a moment.",
            mend: "Write it as 2026-11-22T14:05 or 2026-11-22T13:05:00Z.")
        }
        return try within(moment.at.day(in: zone), moment.at, moment.isTimed, today, "at")
      }
      guard let day = try Contact.Draft.day(given("day"), "day") else { return (today, now, true) }
      guard let time = given("time"), !time.isEmpty else {
        return try within(day, day == today ? now : Moment.noon(of: day), day == today, today, "day")
      }
      guard let moment = Moment("\(day)T\(time)", zone: zone) else {
        throw Problem(.invalid, field: "time", "“\(time.prefix(20))” is not a time.", mend: "Write it as 14:05.")
      }
      return try within(day, moment.at, true, today, "day")
    }

    private static func within(
      _ day: Day, _ at: Instant, _ isTimed: Bool, _ today: Day, _ field: String
    ) throws -> (Day, Instant, Bool) {
      guard day <= today.adding(days: 366) else {
        throw Problem(.invalid, field: field, "\(day) is more than a year ahead.", mend: "Check the year.")
      }
      return (day, at, isTimed)
    }
  }

  /// A field as a form holds it.
  package func text(_ field: String, zone: TimeZone) -> String? {
    switch field {
    case "kind": kind.rawValue
    case "direction": direction.rawValue
    case "channel": channel?.rawValue
    case "at": isTimed ? at.description : "\(day)"
    case "minutes": minutes.map { "\($0)" }
    case "outcome": outcome?.rawValue
    case "outcomeNote": outcomeNote
    case "subject": subject
    case "text": text
    case "customer": customer.map { "\($0)" }
    case "contact": contact.map { "\($0)" }
    case "product": product.map { "\($0)" }
    case "decision": decision.map { "\($0)" }
    default: nil
    }
  }

  package static let settable = [
    "kind", "direction", "channel", "at", "minutes", "outcome", "outcomeNote", "subject", "text", "customer", "contact",
    "product", "decision",
  ]
}

/// A moment as people and programs write it: `2026-11-22T14:05`, the same with seconds, with `Z`, or only a day.
package struct Moment: Sendable, Equatable {
  package let at: Instant
  package let isTimed: Bool

  package init?(_ text: String, zone: TimeZone) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, let day = Day(String(decoding: bytes[..<10], as: UTF8.self)) else { return nil }
    guard bytes.count > 10 else {
      at = Moment.noon(of: day)
      isTimed = false
      return
    }
    let isUTC = bytes.last == UInt8(ascii: "Z")
    let time = bytes[11...].dropLast(isUTC ? 1 : 0).split(separator: UInt8(ascii: ":")).map { part in
      part.count == 2 && part.allSatisfy { (48...57).contains($0) }
        ? Int64(part[part.startIndex] - 48) * 10 + Int64(part[part.startIndex + 1] - 48) : nil
    }
    guard [UInt8(ascii: "T"), UInt8(ascii: " ")].contains(bytes[10]), time.count == 2 || time.count == 3,
      let hour = time[0], let minute = time[1], let second = time.count == 3 ? time[2] : 0, hour < 24, minute < 60,
      second < 60
    else { return nil }
    let wall = Int64(day.number) * 86_400 + hour * 3_600 + minute * 60 + second
    let offset = isUTC ? 0 : Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(wall))))
    // Once more with the offset of the moment itself: around the change of the clocks the first is that of another hour.
    let again =
      isUTC ? 0 : Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(wall - offset))))
    at = Instant(microseconds: 0).adding(seconds: wall - again)
    isTimed = true
  }

  /// Noon in UTC: on the same day nearly everywhere.
  package static func noon(of day: Day) -> Instant {
    Instant(microseconds: 0).adding(seconds: Int64(day.number) * 86_400 + 43_200)
  }
}

extension Moment {
  /// The day and the time of an interaction on the company's clock, as a form shows them; no time when only the day is
  /// known.
  static func local(_ interaction: Interaction, zone: TimeZone) -> (day: Day, time: String) {
    guard interaction.isTimed else { return (interaction.day, "") }
    let seconds = Int64((Double(interaction.at.microseconds) / 1e6).rounded(.down))
    let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    let local = seconds.addingReportingOverflow(offset).partialValue
    let minutes = Int(((local % 86_400) + 86_400) % 86_400) / 60
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    return (interaction.at.day(in: zone), "\(two(minutes / 60)):\(two(minutes % 60))")
  }
}
