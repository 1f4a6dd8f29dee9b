import Customers
import Kernel

/// A form on the company's own site: what is asked, who gets what comes in, and what people agree to.
package struct WebForm: Sendable, Equatable, Codable {
  /// What can be asked.
  package enum Question: String, Sendable, Codable, CaseIterable {
    case company, person, email, phone, message, consent

    package var word: String {
      switch self {
      case .company: "Company"
      case .person: "Your name"
      case .email: "E-mail"
      case .phone: "Telephone"
      case .message: "Message"
      case .consent: "Consent"
      }
    }

    /// The longest answer, in bytes.
    package var limit: Int {
      switch self {
      case .company, .person: 200
      case .email: 254
      case .phone: 40
      case .message: 4_000
      case .consent: 5
      }
    }
  }

  /// A question as this form asks it.
  package struct Asked: Sendable, Equatable, Codable {
    package let question: Question
    package let isRequired: Bool

    package init(_ question: Question, isRequired: Bool) {
      self.question = question
      self.isRequired = isRequired
    }
  }

  package let id: ID<WebForm>
  /// The part of its address that nobody can guess.
  package let token: String
  package let name: String
  package let title: String
  package let intro: String
  package let asks: [Asked]
  /// What a new customer is; a person where no company is asked for.
  package let kind: Customer.Kind
  /// Who gets what comes in, by turns.
  package let owners: [Int64]
  package let team: Int64?
  package let tag: String
  package let thanks: String
  /// Where a site that embeds the form goes on to.
  package let thanksPath: String
  /// The sites that may embed it: `https://www.example.com`.
  package let origins: [String]
  package let purpose: String
  package let consent: String
  /// Grows with every change of the text, so that each consent says which text was agreed to.
  package let consentVersion: Int
  package let by: String
  package let createdAt: Instant
  package let version: Int64
  package let closedAt: Instant?

  package var isOpen: Bool { closedAt == nil }
  package var path: String { "/f/\(token)" }

  /// A visitor who takes less time than this is no person.
  static let leastSeconds: Double = 2
  /// How long an opened form may stay open.
  static let mostSeconds: Double = 86_400
  /// What one form takes in a day.
  static let mostPerDay = 1_000
}

/// What somebody filled in.
package struct WebFormSubmission: Sendable, Equatable, Codable {
  package enum State: String, Sendable, Codable, CaseIterable {
    /// A new customer came of it.
    case made
    /// The customer was known.
    case known
    /// It looks like a machine's work; nothing came of it until somebody accepts it.
    case suspected

    package var word: String {
      switch self {
      case .made: "New customer"
      case .known: "Known customer"
      case .suspected: "Suspected"
      }
    }
  }

  package let id: ID<WebFormSubmission>
  package let form: ID<WebForm>
  package let at: Instant
  package let state: State
  package let customer: ID<Customer>?
  package let contact: ID<Contact>?
  package let company: String
  package let person: String
  package let email: String
  package let phone: String
  package let message: String
  /// The version of the text that was agreed to; nil where nothing was.
  package let consentVersion: Int?
  /// That text.
  package let consent: String
  package let origin: String

  /// The same for somebody who may not know who it was.
  package var withoutPerson: WebFormSubmission {
    WebFormSubmission(
      id: id, form: form, at: at, state: state, customer: customer, contact: contact, company: "", person: "",
      email: "", phone: "", message: "", consentVersion: consentVersion, consent: consent, origin: origin)
  }
}

extension WebForm {
  /// What a person or program may set.
  package struct Draft: Sendable, Equatable {
    package let name: String
    package let title: String
    package let intro: String
    package let asks: [Asked]
    package let kind: Customer.Kind
    package let owners: [Int64]
    package let team: Int64?
    package let tag: String
    package let thanks: String
    package let thanksPath: String
    package let origins: [String]
    package let purpose: String
    package let consent: String

    /// - Throws: `Problem` naming the field that is wrong.
    package init(
      name: String, title: String, intro: String, asks: [String], required: [String], kind: String, owners: [String],
      team: String, tag: String, thanks: String, thanksPath: String, origins: [String], purpose: String, consent: String
    ) throws {
      self.name = try Text.line(name, field: "name", limit: 120)
      self.title = try Text.line(title, field: "title", limit: 120)
      self.intro = try Text.block(intro, field: "intro", limit: 2_000)
      let needed = Set(try required.map { try Draft.question($0, field: "required") })
      let asked = Set(try asks.map { try Draft.question($0, field: "asks") }).union(needed).union([.email])
      self.asks = Question.allCases.filter(asked.contains).map {
        Asked($0, isRequired: needed.contains($0) || $0 == .email)
      }
      guard let known = Customer.Kind(rawValue: kind) else {
        throw Problem(
          .invalid, field: "kind", "“\(kind.prefix(40))” is not a kind of customer.",
          mend: "Choose one of \(Customer.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self.kind = known
      self.owners = try owners.filter { !$0.isEmpty }.map { try Draft.number($0, field: "owners") }
      guard self.owners.count <= 50 else {
        throw Problem(.invalid, field: "owners", "There are more than 50.", mend: "Choose fewer, or a team.")
      }
      self.team = try team.isEmpty ? nil : Draft.number(team, field: "team")
      self.tag = tag.isEmpty ? "" : try Tag.name(tag, field: "tag")
      self.thanks = try Text.block(thanks, field: "thanks", limit: 2_000)
      self.thanksPath = try Text.line(thanksPath, field: "thanksPath", limit: 500, required: false)
      self.origins = try origins.filter { !$0.isEmpty }.map(Draft.origin)
      self.purpose = try Text.line(purpose, field: "purpose", limit: 80, required: false)
      self.consent = try Text.block(consent, field: "consent", limit: 2_000)
      guard !asked.contains(.consent) || !self.consent.isEmpty && !self.purpose.isEmpty else {
        throw Problem(
          .invalid, field: self.consent.isEmpty ? "consent" : "purpose",
          "Consent needs a purpose and the text that people agree to.", mend: "Fill both in, or do not ask for it.")
      }
    }

    private static func question(_ text: String, field: String) throws -> Question {
      guard let question = Question(rawValue: text) else {
        throw Problem(
          .invalid, field: field, "“\(text.prefix(40))” cannot be asked.",
          mend: "Use \(Question.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return question
    }

    private static func number(_ text: String, field: String) throws -> Int64 {
      guard let id = ID<Draft>(text: text) else {
        throw Problem(.invalid, field: field, "“\(text.prefix(40))” is not a number.", mend: "Choose from the list.")
      }
      return id.rawValue
    }

    /// Scheme, host and port of a site, as browsers send them.
    private static func origin(_ text: String) throws -> String {
      let refusal = Problem(
        .invalid, field: "origins", "“\(text.prefix(80))” is not a site.", mend: "Write it as https://www.example.com.")
      let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
      let isSound = rest.utf8.allSatisfy {
        (48...58).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
      }
      guard (1...250).contains(rest.utf8.count), isSound else { throw refusal }
      return text
    }
  }
}
