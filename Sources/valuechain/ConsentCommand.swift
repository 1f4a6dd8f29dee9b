import ArgumentParser
import Customers
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain consent`: what people may be contacted for.
struct ConsentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consent", abstract: "What people may be contacted for, by what, and why.",
    discussion: "Example:\n  valuechain consent list --database data/company.sqlite",
    subcommands: [List.self, Purpose.self, Record.self, Check.self, People.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Purposes, and how many people may be contacted by channel.",
      discussion: "Example:\n  valuechain consent list --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) { return try await server.show("GET", ConsentRoutes.path) }
      try await Door.open(place) { modules in
        let counts = try await modules.consents.counts(for: .operator)
        if store.json { return try Terminal.json(["rows": counts]) }
        let channels = Consent.Channel.allCases
        print(
          Terminal.table(
            ["number", "purpose", "on record"] + channels.map(\.rawValue),
            counts.map { one in
              ["\(one.purpose.id)", one.purpose.name, "\(one.people)"] + channels.map { "\(one.allowed($0))" }
            }, numbers: [2, 3, 4, 5, 6, 7]))
      }
    }
  }

  struct People: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists who may be contacted for a purpose by a channel.",
      discussion: "Example:\n  valuechain consent people 12 email --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the purpose, as consent list shows it.") var purpose: Int64
    @Argument(help: "email, phone, post, sms or web.") var channel: String
    @Option(help: "Goes on after this place.") var after = ""
    @Option(help: "How many, 1 to 1000.") var size = 1_000

    func run() async throws {
      let query = [("channel", channel), ("after", after), ("size", "\(size)")]
      let answer = try await Door.told(
        "GET", Address.path("/purposes/\(purpose)/people", query), at: try Door.place(store))
      if store.json { return try answer.show() }
      let columns = ["kind", "id", "name", "address"]
      guard !answer.rows.isEmpty else { return print("Nobody may be contacted so.") }
      print(Terminal.table(columns, answer.rows.map { row in columns.map { row[$0].cell } }, numbers: [1]))
      let next = answer["next"].cell
      if !next.isEmpty { print("More: valuechain consent people \(purpose) \(channel) --after \(next)") }
    }
  }

  struct Purpose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a purpose.",
      discussion: """
        Example:
          valuechain consent purpose "Spring letter" --text "You may write to me." \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its name.") var name: String
    @Option(help: "The text people agree to.") var text = ""
    @Option(help: "How many months a yes holds; for good when left out.") var months: Int?

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        let fields = ["name": name, "text": text, "months": months.map { "\($0)" } ?? ""]
        return try await server.show("POST", "/purposes", body: try JSONEncoder().encode(fields))
      }
      let draft = try ConsentPurpose.Draft(name: name, months: months, text: text)
      try await Door.open(place) { modules in
        let made = try await modules.consents.create(draft, by: .operator)
        if store.json { return try Terminal.json(made) }
        print("\(made.name) is purpose \(made.id).")
      }
    }
  }

  struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes down what a person said.",
      discussion: """
        Example:
          valuechain consent record --contact 7 --purpose 3 --channel email \\
            --state given --source "Form of the fair" --help
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "The contact, by its number.") var contact: Int64?
    @Option(help: "Or the customer, a person or household.") var customer: Int64?
    @Option(help: "The purpose, by its number.") var purpose: Int64
    @Option(help: "email, phone, post, sms or web; may be repeated.") var channel: [String]
    @Option(help: "given, refused or withdrawn.") var state: String
    @Option(help: "Where it was said.") var source: String

    func run() async throws {
      let place = try Door.place(store)
      let person = try ConsentCommand.person(contact, customer)
      let fields = ["purpose": "\(purpose)", "state": state, "source": source]
      if let server = Door.server(at: place) {
        var body: [String: JSONText] = fields.mapValues { .one($0) }
        body["channel"] = .many(channel)
        if let contact { body["contact"] = .one("\(contact)") }
        if let customer { body["customer"] = .one("\(customer)") }
        return try await server.show("POST", ConsentRoutes.path, body: try JSONEncoder().encode(body))
      }
      let said = channel
      let draft = try Consent.Draft(person, given: { fields[$0] }, lists: { $0 == "channel" ? said : [] })
      try await Door.open(place) { modules in
        let made = try await modules.consents.record(draft, by: .operator)
        if store.json { return try Terminal.json(["rows": made]) }
        print("\(made.count) on record.")
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Whether a person may be contacted, and why.",
      discussion: "Example:\n  valuechain consent check --contact 7 --purpose 3 --channel email --help")

    @OptionGroup var store: StoreOptions
    @Option(help: "The contact, by its number.") var contact: Int64?
    @Option(help: "Or the customer, a person or household.") var customer: Int64?
    @Option(help: "The purpose, by its number.") var purpose: Int64
    @Option(help: "email, phone, post, sms or web.") var channel: String

    func run() async throws {
      let place = try Door.place(store)
      let person = try ConsentCommand.person(contact, customer)
      guard let known = Consent.Channel(rawValue: channel) else {
        throw Problem(
          .invalid, field: "channel", "“\(channel.prefix(40))” is no channel.",
          mend: "Use one of \(Consent.Channel.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      if let server = Door.server(at: place) {
        let asked = [
          ("contact", contact.map { "\($0)" } ?? ""), ("customer", customer.map { "\($0)" } ?? ""),
          ("purpose", "\(purpose)"), ("channel", channel),
        ]
        return try await server.show("GET", Address.path("/consents/check", asked))
      }
      try await Door.open(place) { modules in
        let answer = try await modules.consents.contactable(person, ID(purpose), known, for: .operator)
        if store.json { return try Terminal.json(answer) }
        print("\(answer.isAllowed ? "Yes" : "No"): \(answer.reason)")
      }
    }
  }

  private static func person(_ contact: Int64?, _ customer: Int64?) throws -> Consent.Person {
    if let contact { return .contact(ID(contact)) }
    if let customer { return .customer(ID(customer)) }
    throw Problem(.invalid, field: "contact", "The person is missing.", mend: "Use --contact or --customer.")
  }
}
