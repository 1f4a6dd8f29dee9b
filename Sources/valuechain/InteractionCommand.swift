import ArgumentParser
import Conditions
import Customers
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain interaction`: calls, e-mails, meetings, visits, notes.
struct InteractionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interaction", abstract: "Calls, e-mails, meetings, visits and notes with customers.",
    discussion: "Example:\n  valuechain interaction list --database data/company.sqlite",
    subcommands: [List.self, Show.self, Add.self, Withdraw.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists interactions, the newest first.",
      discussion: "Example:\n  valuechain interaction list --words price --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Words of the subject or the text.") var words = ""
    @Option(help: "Only with this customer, by its number.") var customer: Int64?
    @Option(help: "Only this kind: call, email, meeting, visit, note, letter, web.") var kind: String?

    func run() async throws {
      let place = try Door.place(store)
      let filter = [customer.map { "customer is \($0)" }, kind.map { "kind is \($0)" }].compactMap { $0 }
      let asked = [("q", words), ("filter", filter.joined(separator: " and "))]
      if let server = Door.server(at: place) {
        return try await server.show("GET", Address.path(InteractionRoutes.path, asked))
      }
      let known = try kind.map { text in
        guard let kind = Interaction.Kind(rawValue: text) else {
          throw Problem(
            .invalid, field: "kind", "“\(text.prefix(40))” is no kind of interaction.",
            mend: "Use one of \(Interaction.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return kind
      }
      let question = InteractionQuestion(words: words, customer: customer.map { ID($0) }, kind: known, size: 200)
      try await Door.open(place) { modules in
        let rows = try await modules.interactions.list(question, for: .operator).rows
        if store.json { return try Terminal.json(["rows": rows]) }
        print(
          Terminal.table(
            ["number", "day", "kind", "what", "outcome", "by"],
            rows.map { ["\($0.id)", "\($0.day)", $0.kind.rawValue, $0.title, $0.outcome?.rawValue ?? "", $0.by] }))
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One interaction, and what it said before it was corrected.",
      discussion: "Example:\n  valuechain interaction show --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the interaction; the newest when left out.") var number: Int64?

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place), let number {
        return try await server.show("GET", "/interactions/\(number)")
      }
      try PortfolioCommand.requireNoServer(at: place)
      try await Door.open(place) { modules in
        let newest = try await modules.interactions.list(InteractionQuestion(size: 1), for: .operator).rows.first?.id
        guard let id = number.map({ ID<Interaction>($0) }) ?? newest else {
          return print("Nothing is on record yet. Enter something: valuechain interaction add --help")
        }
        let found = try await modules.interactions.find(id, for: .operator)
        if store.json { return try Terminal.json(found) }
        print("\(found.kind.word), \(found.day), by \(found.by): \(found.title)\n\(found.text)")
        for one in try await modules.interactions.corrections(of: id, for: .operator) {
          print("corrected by \(one.by); before: \(one.before.title) \(one.before.text)")
        }
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Enters an interaction.",
      discussion: """
        Example:
          valuechain interaction add --key A-1001 --kind call --outcome agreed \\
            --subject "Prices for spring" --minutes 12 --help
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "The customer, by its number.") var customer: Int64?
    @Option(help: "The customer, by its number in a feed.") var key: String?
    @Option(help: "The contact, by its number.") var contact: Int64?
    @Option(help: "call, email, meeting, visit, note, letter or web.") var kind = "note"
    @Option(help: "in, out or none.") var direction = ""
    @Option(help: "When, as 2026-11-22T14:05; now when left out.") var at = ""
    @Option(help: "How long it took.") var minutes: Int64?
    @Option(help: "reached, notReached, answered, agreed, refused, postponed or complaint.") var outcome = ""
    @Option(help: "What it was about.") var subject = ""
    @Option(help: "What was said.") var text = ""

    private var fields: [String: String] {
      let fields = [
        "customer": customer.map { "\($0)" } ?? "", "contact": contact.map { "\($0)" } ?? "", "kind": kind,
        "direction": direction, "at": at, "minutes": minutes.map { "\($0)" } ?? "", "outcome": outcome,
        "subject": subject, "text": text,
      ]
      return fields.filter { !$0.value.isEmpty }
    }

    func run() async throws {
      let place = try Door.place(store)
      var fields = fields
      if let server = Door.server(at: place) {
        return try await server.show("POST", InteractionRoutes.path, body: try JSONEncoder().encode(fields))
      }
      try await Door.open(place) { modules in
        if let key, fields["customer"] == nil {
          guard let found = try await modules.customers.find(externalKey: key, for: .operator) else {
            throw Problem(.notFound, field: "key", "No feed knows “\(key)”.", mend: "Use --customer with its number.")
          }
          fields["customer"] = "\(found.id)"
        }
        let zone = try await modules.companies.current()?.zone ?? TimeZone(secondsFromGMT: 0) ?? .current
        let given = fields
        let draft = try Interaction.Draft(given: { given[$0] }, zone: zone, now: modules.clock.now)
        let made = try await modules.interactions.create(
          draft, by: .operator, filling: try modules.desk.filling(.interaction, by: .operator))
        if store.json { return try Terminal.json(made) }
        print("Kept as \(made.id).")
      }
    }
  }

  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes an interaction back; the row stays with who did it.",
      discussion: "Example:\n  valuechain interaction withdraw --help")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the interaction.") var number: Int64

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) { return try await server.show("DELETE", "/interactions/\(number)") }
      try await Door.open(place) { modules in
        let found = try await modules.interactions.setWithdrawn(true, ID(number), by: .operator)
        if store.json { return try Terminal.json(found) }
        print("\(found.kind.word) \(found.id) was taken back.")
      }
    }
  }
}
