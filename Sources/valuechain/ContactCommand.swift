import ArgumentParser
import Customers
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain contact`: the people the company speaks with.
struct ContactCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "contact", abstract: "The people you speak with, and what they are at which customers.",
    discussion: "Example:\n  valuechain contact list --database data/company.sqlite",
    subcommands: [List.self, Show.self, Add.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists contacts by name.",
      discussion: "Example:\n  valuechain contact list --words ada --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Words of the name, or the beginning of an address or number.") var words = ""
    @Option(help: "Only those of this customer, by its number.") var customer: Int64?
    @Option(help: "Only those with this part in buying, such as decider.") var role: String?

    func run() async throws {
      let place = try Door.place(store)
      let filter = [customer.map { "customer is \($0)" }, role.map { "role is \($0)" }].compactMap { $0 }
      let asked = [("q", words), ("filter", filter.joined(separator: " and "))]
      if let server = Door.server(at: place) {
        return try await server.show("GET", Address.path(ContactRoutes.path, asked))
      }
      let question = ContactQuestion(
        words: words, customer: customer.map { ID($0) }, part: try ContactRole.Part.read(role), size: 200)
      try await Door.open(place) { modules in
        let rows = try await modules.contacts.list(question, for: .operator).rows
        if store.json { return try Terminal.json(["rows": rows]) }
        print(
          Terminal.table(
            ["number", "name", "job", "e-mail", "telephone"],
            rows.map { ["\($0.id)", $0.name, $0.job ?? "", $0.email ?? "", $0.phone ?? ""] }))
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One contact with every address and role.",
      discussion: "Example:\n  valuechain contact show --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of the contact; the one added last when left out.") var number: Int64?

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place), let number {
        return try await server.show("GET", "/contacts/\(number)")
      }
      try PortfolioCommand.requireNoServer(at: place)
      try await Door.open(place) { modules in
        let question = ContactQuestion(order: .added, isDescending: true, size: 1)
        let last = number == nil ? try await modules.contacts.list(question, for: .operator).rows.first?.id : nil
        guard let id = number.map({ ID<Contact>($0) }) ?? last else {
          return print("There is no contact yet. Add one: valuechain contact add --last NAME")
        }
        let contact = try await modules.contacts.find(id, for: .operator)
        let roles = try await modules.contacts.roles(of: [id], for: .operator)
        if store.json { return try Terminal.json(contact) }
        let points = (contact.points ?? []).map { ["\($0.channel.rawValue), \($0.kind.rawValue)", $0.value] }
        let told = roles.map { one in
          ["at \(one.customerName)", [one.role.part?.rawValue ?? "", one.role.function].joined(separator: " ")]
        }
        print(Terminal.table(["what", "how"], [["name", contact.name], ["job", contact.job ?? ""]] + points + told))
      }
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a contact, with a role at a customer if one is named.",
      discussion: """
        Example:
          valuechain contact add --first Ada --last Byron --email ada@example.com \\
            --database data/company.sqlite --json
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "The first name.") var first = ""
    @Option(help: "The last name.") var last = ""
    @Option(help: "The e-mail address.") var email = ""
    @Option(help: "The number at work.") var phone = ""
    @Option(help: "What they do.") var job = ""
    @Option(help: "The customer they are at, by its number.") var customer: Int64?
    @Option(help: "Their part in buying: user, influencer, decider, buyer, gatekeeper, initiator, sponsor.")
    var role = ""
    @Option(help: "What they do there.") var function = ""
    @Flag(help: "They are spoken with first.") var main = false

    private var fields: [String: String] {
      var fields = ["firstName": first, "lastName": last, "email": email, "phone": phone, "job": job]
      if let customer {
        fields["customer"] = "\(customer)"
        fields["role"] = role
        fields["function"] = function
        if main { fields["main"] = "1" }
      }
      return fields.filter { !$0.value.isEmpty }
    }

    func run() async throws {
      let place = try Door.place(store)
      let fields = fields
      if let server = Door.server(at: place) {
        return try await server.show("POST", ContactRoutes.path, body: try JSONEncoder().encode(fields))
      }
      let draft = try Contact.Draft { fields[$0] }
      let at = try customer.map { try ContactRole.Draft(ID($0)) { fields[$0] } }
      try await Door.open(place) { modules in
        let made = try await modules.contacts.create(
          draft, at: at, by: .operator, filling: try modules.desk.filling(.contact, by: .operator))
        if store.json { return try Terminal.json(made) }
        print("\(made.name) is contact \(made.id).")
      }
    }
  }
}

extension OperatorClient {
  /// Sends a request and prints the answer.
  func show(_ method: String, _ path: String, body: Data = Data()) async throws {
    print(String(decoding: try await send(method, path, body: body).body, as: UTF8.self))
  }
}
