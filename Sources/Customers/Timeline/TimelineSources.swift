import Foundation
import Kernel
import Records
import Store

extension TimelineSource {
  /// What the facts themselves tell.
  package static let facts = [interactions, purchases, observations, serving, tasks, files, consents, changes]
  /// What there is to tell of a contact.
  static let ofContacts = facts.filter(\.isOfContacts)

  static let interactions = TimelineSource(
    "interactions", "Interactions", kinds: Interaction.Kind.allCases.map { ($0.rawValue, $0.plural) },
    isOfContacts: true
  ) { key, question, actor, tx in
    guard actor.may(.see, .interaction), key.noun == .customer || actor.reads("contact", of: .interaction) else {
      return []
    }
    let (at, id) = question.place(in: "interactions")
    var conditions: [Statement] = [
      withThem(key), try Interactions.scope(actor), "(i.at, i.id) < (\(at), \(id))",
    ]
    if let kind = question.part { conditions.append("i.kind = \(kind)") }
    if !question.words.isEmpty {
      guard actor.reads("text", of: .interaction, isPersonal: true) else { return [] }
      conditions += InteractionQuestion.conditions(question.words)
    }
    let filter = Statement.joined(conditions, separator: " AND ", or: "TRUE")
    return try tx.rows(
      """
      SELECT \(Interactions.columns) FROM interaction i WHERE \(filter)
      ORDER BY i.at DESC, i.id DESC LIMIT \(question.size)
      """
    ) { try Interaction(row: $0).shown(to: actor).item }
  }

  private static func withThem(_ key: RecordKey) -> Statement {
    guard key.noun == .contact else { return "i.customer_id = \(key.id)" }
    return """
      (i.contact_id = \(key.id)
        OR i.id IN (SELECT p.interaction_id FROM interaction_participant p WHERE p.contact_id = \(key.id)))
      """
  }

  private static let purchases = TimelineSource("purchases", "Purchases") { customer, question, actor, tx in
    guard actor.may(.see, .purchase) else { return [] }
    let (day, id) = question.day(in: "purchases")
    let words: Statement =
      question.words.isEmpty ? "TRUE" : "external_id LIKE \(LikePattern.escaped(question.words) + "%") ESCAPE '!'"
    return try tx.rows(
      """
      SELECT \(Purchases.columns) FROM purchase
      WHERE customer_id = \(customer) AND (day, id) < (\(day), \(id)) AND \(words)
      ORDER BY day DESC, id DESC LIMIT \(question.size)
      """
    ) { try Purchase(row: $0).item }
  }

  private static let observations = TimelineSource("observations", "Observations") { customer, question, actor, tx in
    guard actor.may(.see, .observation) else { return [] }
    let (day, id) = question.day(in: "observations")
    let reads = actor.seesPersonalData
    guard reads || question.words.isEmpty else { return [] }
    let words = "%" + LikePattern.escaped(question.words.lowercased()) + "%"
    let limit: Statement =
      question.words.isEmpty ? "TRUE" : "lower(o.other || ' ' || o.note || ' ' || o.kind) LIKE \(words) ESCAPE '!'"
    return try tx.rows(
      """
      SELECT o.id, o.day, o.kind, o.other, o.amount_minor, o.score, o.note, o.actor_name FROM observation o
      WHERE o.customer_id = \(customer) AND (o.day, o.id) < (\(day), \(id)) AND \(limit)
        AND NOT EXISTS (SELECT 1 FROM observation_withdrawal w WHERE w.observation_id = o.id)
      ORDER BY o.day DESC, o.id DESC LIMIT \(question.size)
      """
    ) { row in
      let kind: Observation.Kind = try row("kind")
      let (other, note): (String, String) = (try row("other"), try row("note"))
      let score = try row("score", as: Int?.self).map { "score \($0)".translated }
      let said = [reads && !other.isEmpty ? other : nil, score, reads && !note.isEmpty ? note : nil]
      return TimelineItem(
        on: try row("day"), source: "observations", id: try row("id"), icon: "eye", title: kind.word.translated,
        text: said.compactMap { $0 }.joined(separator: ", "),
        note: "by \(try row("actor_name", as: String.self))".translated,
        minor: try row("amount_minor"), path: "/observations/\(try row("id", as: Int64.self))")
    }
  }

  /// What serving took, as files counted it.
  private static let serving = TimelineSource("serving", "What serving took") { customer, question, actor, tx in
    guard actor.may(.see, .purchase) else { return [] }
    let kinds = CostDriver.Kind.allCases.filter { question.isMet(by: $0.rawValue.sentenceCased.translated) }
    guard !kinds.isEmpty else { return [] }
    let (day, id) = question.day(in: "serving")
    return try tx.rows(
      """
      SELECT id, day, kind, pieces, minutes, amount_minor FROM cost_driver
      WHERE customer_id = \(customer) AND (day, id) < (\(day), \(id)) AND kind IN (\(list: kinds.map(\.rawValue)))
      ORDER BY day DESC, id DESC LIMIT \(question.size)
      """
    ) { row in
      let kind: CostDriver.Kind = try row("kind")
      let pieces = try row("pieces", as: Double?.self).flatMap { Int(exactly: $0.rounded()) }
      let minutes = try row("minutes", as: Double?.self).flatMap { Int(exactly: $0.rounded()) }
      let counted = [pieces.flatMap { $0 > 1 ? "\($0) times" : nil }, minutes.map { "\($0) minutes" }]
      return TimelineItem(
        on: try row("day"), source: "serving", id: try row("id"), icon: kind.icon,
        title: kind.rawValue.sentenceCased.translated,
        text: counted.compactMap { $0?.translated }.joined(separator: ", "), minor: try row("amount_minor"))
    }
  }

  /// How many lines of the audit are looked through for words.
  private static let mostChanges = 1_000

  /// Who changed which fields of the record; the values stand in the audit.
  private static let changes = TimelineSource("changes", "Changes", isOfContacts: true) { key, question, actor, tx in
    let (at, id) = question.place(in: "changes")
    let zone = try Interactions.zone(in: tx)
    let limit = question.words.isEmpty ? question.size : mostChanges
    let isContact = key.noun == .contact
    let settable = isContact ? Contact.settable : Customer.settable
    let personal = isContact ? Contact.personal : Customer.personal
    let items = try tx.rows(
      """
      SELECT sequence, at, actor_name, verb, detail FROM audit_entry
      WHERE noun = \(key.noun.rawValue) AND record_id = \(key.id) AND (at, sequence) < (\(at), \(id))
      ORDER BY sequence DESC LIMIT \(limit)
      """
    ) { row in
      let (verb, detail): (String, String) = (try row("verb"), try row("detail"))
      let fields = RecordChangeWords.fields(in: detail, among: settable).filter {
        actor.reads($0, of: key.noun, isPersonal: RecordChanges.isOwn($0) || isContact && personal.contains($0))
      }
      let at: Instant = try row("at")
      return TimelineItem(
        at: at, day: at.day(in: zone), isTimed: true, source: "changes",
        id: try row("sequence"), icon: "pencil", title: RecordChangeWords.words(verb, fields).translated,
        note: "by \(try row("actor_name", as: String.self))".translated)
    }
    return Array(items.filter { question.isMet(by: "\($0.title) \($0.note)") }.prefix(question.size))
  }
}

/// A line of the audit of a customer or a contact in words.
enum RecordChangeWords {
  private struct Detail: Decodable {
    let before: [String: Value]?
    let after: [String: Value]?
  }

  private struct Value: Decodable, Equatable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
      } else if let number = try? container.decode(Int64.self) {
        text = "\(number)"
      } else {
        text = ""
      }
    }
  }

  /// The fields that were changed, by the names programs use.
  static func fields(in detail: String, among settable: [String]) -> [String] {
    guard let read = try? JSONDecoder().decode(Detail.self, from: Data(detail.utf8)), let before = read.before,
      let after = read.after
    else { return [] }
    // The company's own fields are in it only where they changed.
    let own = after.keys.filter { RecordChanges.isOwn($0) && before[$0] != nil }
    return settable.filter { before[$0] != after[$0] } + own.sorted()
  }

  static func words(_ verb: String, _ fields: [String]) -> String {
    switch verb {
    case "create": "Added"
    case "edit": fields.isEmpty ? "Changed" : "Changed: \(fields.map(label).joined(separator: ", "))"
    case "main contact": "Another main contact"
    case "relate": "A relationship was added"
    case "end relationship": "A relationship ended"
    case "reopen relationship": "A relationship goes on"
    default: verb.prefix(1).uppercased() + verb.dropFirst()
    }
  }

  static func label(_ field: String) -> String {
    switch field {
    case "email": "e-mail"
    case "postalCode": "postal code"
    case "parent": "what it stands under"
    case "phone": "telephone"
    case let own where RecordChanges.isOwn(own): String(own.dropFirst(2)).replacing("_", with: " ")
    default: field
    }
  }
}

extension Interaction {
  /// The title as a page says it: what was typed stays, what it was is said in the language of the page.
  var shownTitle: String { subject.isEmpty && text.isEmpty ? kind.word.translated : title }

  /// The interaction as a line of a timeline.
  var item: TimelineItem {
    let facts = [
      kind.word, direction == .none ? nil : direction.word.translated.lowercased(), minutes.map { "\($0) min" },
      "by \(by)",
    ]
    let words = [text == title ? nil : text, outcomeNote.isEmpty ? nil : outcomeNote].compactMap { $0 }
    return TimelineItem(
      at: at, day: day, isTimed: isTimed, source: "interactions", id: id.rawValue, icon: kind.icon, title: shownTitle,
      text: words.filter { !$0.isEmpty }.joined(separator: "\n"),
      note: facts.compactMap { $0?.translated }.joined(separator: ", "), path: "/interactions/\(id)",
      badge: outcome?.rawValue)
  }
}

extension Purchase {
  /// The purchase as a line of a timeline.
  fileprivate var item: TimelineItem {
    let what = kind == .return ? "Return" : "Order"
    let state = cancelledAt == nil ? "" : ", cancelled"
    return TimelineItem(
      on: day, source: "purchases", id: id.rawValue, icon: kind == .return ? "receipt-refund" : "shopping-cart",
      title: (externalID.map { "\(what) \($0)\(state)" } ?? "\(what)\(state)").translated,
      text: (lines == 1 ? "1 line" : "\(lines) lines").translated, minor: minor)
  }
}

extension CostDriver.Kind {
  var icon: String {
    switch self {
    case .visit: "map-pin"
    case .call: "phone"
    case .delivery: "truck-delivery"
    case .ticket: "ticket"
    case .contact: "messages"
    case .coupon: "discount"
    case .customisation: "adjustments"
    case .dunning: "mail-exclamation"
    case .invoice: "file-invoice"
    case .payment: "cash"
    }
  }
}
