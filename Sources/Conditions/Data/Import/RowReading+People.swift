import Customers
import Kernel
import Tabular

// Contacts and what was said with them.
extension RowReading {
  func contacts(_ table: Table) throws(Refusal) -> [ContactArrival] {
    func text(_ role: ColumnRole) throws(Refusal) -> String? {
      try table.text(role).map { cell throws(Refusal) in try clean(cell, role, table) }
    }
    let (number, own) = (try text(.contact), try text(.key))
    var arrival = ContactArrival(customer: try key(.customer, table), key: number ?? own, line: table.line)
    let (whole, last) = (try text(.customerName), try text(.lastName))
    arrival.firstName = try text(.firstName)
    arrival.lastName = arrival.firstName == nil ? last ?? whole : last
    arrival.title = try text(.title)
    arrival.job = try text(.job)
    arrival.email = try table.text(.email).map { cell throws(Refusal) in
      guard let address = try? MailAddress.read(cell) else {
        throw table.refusal(.notAChoice, .email, "“\(cell.prefix(60))” is not an e-mail address.")
      }
      return address
    }
    arrival.phone = try telephone(.phone, table)
    arrival.mobile = try telephone(.mobile, table)
    arrival.language = try text(.language)
    arrival.function = try text(.function)
    if let word = table.text(.role) {
      guard let part = ContactRole.Part(rawValue: Text.folded(word)) else {
        let known = ContactRole.Part.allCases.map(\.rawValue).joined(separator: ", ")
        throw table.refusal(.notAChoice, .role, "“\(word.prefix(40))” is no role in a buying decision: \(known).")
      }
      arrival.part = part
    }
    guard arrival.firstName ?? arrival.lastName ?? arrival.email ?? arrival.phone ?? arrival.mobile != nil else {
      throw table.refusal(.missing, .lastName, "The row names nobody: no name, no address, no number.")
    }
    arrival.own = try self.own.values(table)
    return [arrival]
  }

  func telephone(_ role: ColumnRole, _ table: Table) throws(Refusal) -> String? {
    try table.text(role).map { cell throws(Refusal) in
      guard let number = try? TelephoneNumber.read(cell, field: role.rawValue) else {
        throw table.refusal(.notAChoice, role, "“\(cell.prefix(60))” is not a telephone number.")
      }
      return number
    }
  }

  func interactions(_ table: Table) throws(Refusal) -> [InteractionArrival] {
    let customer = try key(.customer, table)
    guard let moment = try table.moment(.time) else { throw table.refusal(.missing, .time, "It is empty.") }
    let kind: Interaction.Kind = try choice([.kind, .type], RowReading.interactionKinds, "kind", table) ?? .note
    let direction: Interaction.Direction =
      try choice([.direction], RowReading.directions, "direction", table) ?? (kind == .note ? .none : .outgoing)
    let on = day(moment)
    let channel = table.text(.channel).flatMap { Interaction.Channel(rawValue: MailAddress.folded($0)) }
    let told = table.text(.outcome)
    let outcome = told.flatMap { RowReading.outcomes[Text.folded($0)] }
    var minutes: Int?
    for role in [ColumnRole.minutes, .ticketMinutes, .callMinutes, .visitMinutes] where minutes == nil {
      minutes = try table.scaled(role).flatMap { Int(exactly: $0) }
    }
    var arrival =
      InteractionArrival(
        customer: customer,
        key: try (table.text(.key) ?? table.text(.order)).map { cell throws(Refusal) in try clean(cell, .key, table) },
        kind: kind, direction: direction, channel: channel, day: on, at: moment.instant ?? Moment.noon(of: on),
        isTimed: moment.instant != nil, minutes: minutes, outcome: outcome,
        outcomeNote: outcome == nil ? try words(.outcome, table, limit: 500) : "",
        subject: try words(table.text(.subject) == nil ? .other : .subject, table, limit: 200),
        text: try words(table.text(.text) == nil ? .note : .text, table, limit: 20_000),
        party: try words(.email, table, limit: 254), line: table.line)
    arrival.own = try own.values(table)
    return [arrival]
  }

  /// Text of several lines, as the store may keep it.
  private func words(_ role: ColumnRole, _ table: Table, limit: Int) throws(Refusal) -> String {
    guard let cell = table.text(role) else { return "" }
    guard let text = try? Text.block(cell, field: role.rawValue, limit: limit) else {
      throw table.refusal(.notAChoice, role, "It is longer than \(limit) bytes or has control characters.")
    }
    return text
  }

  private func choice<T>(
    _ roles: [ColumnRole], _ known: [String: T], _ what: String, _ table: Table
  ) throws(Refusal) -> T? {
    for role in roles {
      guard let word = table.text(role) else { continue }
      guard let value = known[Text.folded(word)] else {
        throw table.refusal(.notAChoice, role, "“\(word.prefix(40))” is no \(what) of an interaction.")
      }
      return value
    }
    return nil
  }

  private static let interactionKinds: [String: Interaction.Kind] = [
    "call": .call, "phone": .call, "telephone": .call, "phone call": .call, "anruf": .call, "telefonat": .call,
    "appel": .call, "llamada": .call, "email": .email, "e-mail": .email, "mail": .email, "meeting": .meeting,
    "besprechung": .meeting, "termin": .meeting, "reunion": .meeting, "visit": .visit, "besuch": .visit,
    "visite": .visit, "visita": .visit, "note": .note, "notiz": .note, "nota": .note, "letter": .letter,
    "brief": .letter, "lettre": .letter, "carta": .letter, "web": .web, "web event": .web, "form": .web,
  ]
  private static let directions: [String: Interaction.Direction] = [
    "in": .incoming, "inbound": .incoming, "incoming": .incoming, "received": .incoming, "eingehend": .incoming,
    "entrant": .incoming, "out": .outgoing, "outbound": .outgoing, "outgoing": .outgoing, "sent": .outgoing,
    "ausgehend": .outgoing, "sortant": .outgoing, "none": .none, "": .none,
  ]
  private static let outcomes: [String: Interaction.Outcome] = {
    var words = Dictionary(
      Interaction.Outcome.allCases.map { (Text.folded($0.rawValue), $0) }, uniquingKeysWith: { first, _ in first })
    for outcome in Interaction.Outcome.allCases { words[Text.folded(outcome.word)] = outcome }
    return words
  }()
}
