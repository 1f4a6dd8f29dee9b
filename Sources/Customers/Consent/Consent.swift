import Kernel

/// What somebody said about being written to or called for one purpose by one channel. Rows only: the newest counts.
package struct Consent: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable, CaseIterable { case given, refused, withdrawn }

  package enum Channel: String, Sendable, Codable, CaseIterable { case email, phone, post, sms, web }

  /// Why the law allows it.
  package enum Basis: String, Sendable, Codable, CaseIterable {
    case consent, contract, legalObligation, legitimateInterest, publicTask, vitalInterest
  }

  /// Whom it is about: a contact, or a customer who is a person or a household.
  package enum Person: Sendable, Hashable {
    case contact(ID<Contact>)
    case customer(ID<Customer>)
  }

  package let id: ID<Consent>
  package let contact: ID<Contact>?
  package let customer: ID<Customer>?
  package let purpose: ID<ConsentPurpose>
  package let channel: Channel
  package let state: State
  package let basis: Basis
  /// When it was said; it may have been written down later.
  package let at: Instant
  /// The last day it holds.
  package let expires: Day?
  /// Where it was said: a form, a letter, a call.
  package let source: String
  /// The version of the purpose's text that was agreed to.
  package let text: Int?
  package let note: String
  package let by: String
  package let createdAt: Instant

  package var person: Person? { contact.map { .contact($0) } ?? customer.map { .customer($0) } }
}

/// What the company asks people's consent for, with the text it asks by.
package struct ConsentPurpose: Sendable, Equatable, Codable {
  package struct Text: Sendable, Equatable, Codable {
    package let id: ID<Text>
    package let number: Int
    package let text: String
    package let by: String
    package let at: Instant
  }

  package let id: ID<ConsentPurpose>
  package let name: String
  package let note: String
  /// What it rests on where nobody says otherwise.
  package let basis: Consent.Basis
  /// How long a consent holds where nobody says otherwise; nil for good.
  package let months: Int?
  package let by: String
  package let createdAt: Instant
  /// The newest first.
  package var texts: [Text]
}

/// Whether somebody may be written to or called, and why.
package struct Contactable: Sendable, Equatable, Codable {
  package let isAllowed: Bool
  /// A sentence for the person who asks.
  package let reason: String
  package let state: Consent.State?
  package let basis: Consent.Basis?
  package let since: Day?
  package let expires: Day?
}

extension Consent {
  /// The rule everybody who sends goes by. Unknown is no; what a person said last counts; of what was said at one moment
  /// no counts; what has expired is no; and a basis that does not carry the channel is no.
  /// - Parameter said: what is on record of one person, one purpose and one channel, in any order.
  package static func contactable(_ said: some Sequence<Consent>, _ channel: Channel, on today: Day) -> Contactable {
    guard let last = newest(of: said) else {
      return Contactable(
        isAllowed: false, reason: "Nothing is on record for this purpose \(channel.by); unknown means no.", state: nil,
        basis: nil, since: nil, expires: nil)
    }
    func answer(_ isAllowed: Bool, _ reason: String) -> Contactable {
      Contactable(
        isAllowed: isAllowed, reason: reason, state: last.state, basis: last.basis,
        since: Day(Int32(clamping: last.at.microseconds / 86_400_000_000)), expires: last.expires)
    }
    switch last.state {
    case .refused: return answer(false, "They said no.")
    case .withdrawn: return answer(false, "They took it back.")
    case .given: break
    }
    if let expires = last.expires, expires < today { return answer(false, "It held until \(expires).") }
    guard last.basis.carries(channel) else {
      return answer(
        false, "A \(last.basis.word.lowercased()) does not carry messages \(channel.by); it takes a consent.")
    }
    let end = last.expires.map { " until \($0)" } ?? ""
    return answer(
      true, last.basis == .consent ? "They said yes\(end)." : "It rests on a \(last.basis.word.lowercased())\(end).")
  }

  /// What was said last; of what was said at one moment, no before yes.
  package static func newest(of said: some Sequence<Consent>) -> Consent? {
    said.max { left, right in
      if left.at != right.at { return left.at < right.at }
      if (left.state == .given) != (right.state == .given) { return left.state == .given }
      return left.id < right.id
    }
  }
}

extension Consent.Basis {
  /// Whether something sent by a channel can rest on it. Advertising by e-mail and text message takes a consent where
  /// there is no contract (Directive 2002/58/EC, article 13); an interest of one's own is not enough.
  package func carries(_ channel: Consent.Channel) -> Bool {
    self != .legitimateInterest || ![.email, .sms].contains(channel)
  }

  package var word: String {
    switch self {
    case .consent: "Consent"
    case .contract: "Contract"
    case .legalObligation: "Legal obligation"
    case .legitimateInterest: "Legitimate interest"
    case .publicTask: "Public task"
    case .vitalInterest: "Vital interest"
    }
  }
}

extension Consent.Channel {
  package var word: String {
    switch self {
    case .email: "E-mail"
    case .phone: "Telephone"
    case .post: "Post"
    case .sms: "Text message"
    case .web: "Website"
    }
  }

  var by: String {
    switch self {
    case .email: "by e-mail"
    case .phone: "by telephone"
    case .post: "by post"
    case .sms: "by text message"
    case .web: "on the website"
    }
  }
}

extension Consent.State {
  package var word: String {
    switch self {
    case .given: "Yes"
    case .refused: "No"
    case .withdrawn: "Taken back"
    }
  }
}
