import Kernel

/// An exchange with a customer or somebody there: a call, an e-mail, a meeting, a visit, a letter, a note of one's own.
package struct Interaction: Sendable, Equatable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case call, email, meeting, visit, note, letter, web
  }

  /// Who began it.
  package enum Direction: String, Sendable, Codable, CaseIterable {
    case incoming = "in"
    case outgoing = "out"
    case none
  }

  package enum Channel: String, Sendable, Codable, CaseIterable {
    case phone, email, sms, chat, video, inPerson, post, web
  }

  /// How it ended.
  package enum Outcome: String, Sendable, Codable, CaseIterable {
    case reached, notReached, answered, agreed, refused, postponed, complaint
  }

  package let id: ID<Interaction>
  package let customer: ID<Customer>?
  package let contact: ID<Contact>?
  package let kind: Kind
  package let direction: Direction
  package let channel: Channel?
  package let day: Day
  /// When it was; noon of the day when only the day is known.
  package let at: Instant
  package let isTimed: Bool
  package let minutes: Int?
  package let outcome: Outcome?
  package let outcomeNote: String
  package let subject: String
  package let text: String
  /// The other side as a feed names it, where it is no contact of ours.
  package let party: String
  package let product: ID<Product>?
  package let decision: Int64?
  /// The system it came from; nil when somebody entered it.
  package let source: String?
  package let user: Int64?
  package let by: String
  package let createdAt: Instant
  package let version: Int64
  /// Others who took part; nil in lists.
  package var participants: [Participant]?

  package struct Participant: Sendable, Hashable, Codable {
    package let contact: ID<Contact>?
    package let user: Int64?

    package init(contact: ID<Contact>? = nil, user: Int64? = nil) {
      self.contact = contact
      self.user = user
    }
  }

  /// The subject, or the beginning of the text, or what it was.
  package var title: String {
    if !subject.isEmpty { return subject }
    let line = text.utf8.prefix { $0 != UInt8(ascii: "\n") }
    guard !line.isEmpty else { return kind.word }
    let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
    return scalars.count > 80 ? String(String.UnicodeScalarView(scalars.prefix(79))) + "…" : String(scalars)
  }

  /// The form it is searched in.
  static func folded(_ subject: String, _ text: String, _ note: String) -> String {
    Text.folded([subject, text, note].filter { !$0.isEmpty }.joined(separator: "\n"))
  }
}

/// What an interaction said before somebody corrected it.
package struct InteractionCorrection: Sendable, Equatable, Codable {
  package let id: ID<InteractionCorrection>
  package let before: Interaction
  package let reason: String
  package let by: String
  package let at: Instant
}

// Who may read what.
extension Interaction {
  /// The fields that tell what somebody said, or who they are.
  package static let personal: Set<String> = ["subject", "text", "outcomeNote", "party"]

  /// The interaction as an actor may read it: without what is hidden from them.
  package func shown(to actor: Actor) -> Interaction {
    func reads(_ field: String) -> Bool {
      actor.reads(field, of: .interaction, isPersonal: Interaction.personal.contains(field))
    }
    func read(_ field: String, _ text: String) -> String { reads(field) ? text : "" }
    func read<T>(_ field: String, _ value: T?) -> T? { reads(field) ? value : nil }
    return Interaction(
      id: id, customer: customer, contact: read("contact", contact), kind: kind, direction: direction,
      channel: read("channel", channel), day: day, at: at, isTimed: isTimed, minutes: read("minutes", minutes),
      outcome: read("outcome", outcome), outcomeNote: read("outcomeNote", outcomeNote),
      subject: read("subject", subject), text: read("text", text), party: read("party", party),
      product: read("product", product), decision: read("decision", decision), source: source, user: user, by: by,
      createdAt: createdAt, version: version, participants: read("participants", participants))
  }
}

extension Interaction.Kind {
  /// The word on screen.
  package var word: String {
    switch self {
    case .call: "Call"
    case .email: "E-mail"
    case .meeting: "Meeting"
    case .visit: "Visit"
    case .note: "Note"
    case .letter: "Letter"
    case .web: "Web event"
    }
  }

  package var plural: String { self == .web ? "Web events" : "\(word)s" }

  package var icon: String {
    switch self {
    case .call: "phone"
    case .email: "mail"
    case .meeting: "users"
    case .visit: "map-pin"
    case .note: "note"
    case .letter: "mailbox"
    case .web: "world"
    }
  }

  /// The medium, where nobody says another.
  var channel: Interaction.Channel? {
    switch self {
    case .call: .phone
    case .email: .email
    case .meeting, .visit: .inPerson
    case .note: nil
    case .letter: .post
    case .web: .web
    }
  }
}

extension Interaction.Direction {
  package var word: String {
    switch self {
    case .incoming: "From them"
    case .outgoing: "From us"
    case .none: "Neither"
    }
  }
}

extension Interaction.Channel {
  package var word: String {
    switch self {
    case .phone: "Telephone"
    case .email: "E-mail"
    case .sms: "Text message"
    case .chat: "Chat"
    case .video: "Video"
    case .inPerson: "In person"
    case .post: "Post"
    case .web: "Website"
    }
  }
}

extension Interaction.Outcome {
  package var word: String {
    switch self {
    case .reached: "Reached"
    case .notReached: "Not reached"
    case .answered: "Answered"
    case .agreed: "Agreed"
    case .refused: "Refused"
    case .postponed: "Postponed"
    case .complaint: "Complaint"
    }
  }
}
