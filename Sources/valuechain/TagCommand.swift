import ArgumentParser
import Customers
import Foundation
import Kernel
import Server
import Store

/// `valuechain tag`: the words the company marks records with.
struct TagCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Lists and adds tags, and marks records with them.",
    discussion: "Example:\n  valuechain tag list --database data/company.sqlite",
    subcommands: [Add.self, List.self, Mark.self])

  struct Use: Codable {
    let id: Int64
    let name: String
    let tone: String
    let uses: Int
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a tag.",
      discussion: "Example:\n  valuechain tag add VIP --tone green --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "Its name.") var name: String
    @Option(help: "grey, blue, green, amber, red, violet or teal.") var tone = "grey"

    func run() async throws {
      let place = try Door.place(store)
      guard let chosen = Tag.Tone(rawValue: tone) else {
        throw Problem(
          .invalid, field: "tone", "“\(tone.prefix(40))” is no colour of a tag.",
          mend: "Use one of \(Tag.Tone.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      let made: Tag
      if let server = Door.server(at: place) {
        made = try await server.send("POST", "/tags", body: try Act.body([("name", name), ("tone", tone)]))
          .decoded(as: Tag.self)
      } else {
        made = try await Door.open(place) { try await $0.tags.create(name, tone: chosen, by: .operator) }
      }
      if store.json { return try Terminal.json(made) }
      print("Tag \(made.id): \(made.name).")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the company's tags, with how many records bear each.",
      discussion: "Example:\n  valuechain tag list --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      let rows: [Use]
      if let server = Door.server(at: place) {
        rows = try await server.send("GET", "/tags").decoded(as: ActRows<Use>.self).rows
      } else {
        rows = try await Door.open(place) { try await $0.tags.all(for: .operator) }.map {
          Use(id: $0.tag.id.rawValue, name: $0.tag.name, tone: $0.tag.tone.rawValue, uses: $0.uses)
        }
      }
      if store.json { return try Terminal.json(["rows": rows]) }
      print(
        Terminal.table(
          ["number", "tag", "colour", "records"], rows.map { ["\($0.id)", $0.name, $0.tone, "\($0.uses)"] },
          numbers: [3]))
    }
  }

  struct Mark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Marks a record with a tag; a new name makes the tag.",
      discussion: "Example:\n  valuechain tag mark VIP --customer 00018 --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var about: RecordOption
    @Argument(help: "The name of the tag.") var name: String

    func run() async throws {
      let place = try Door.place(store)
      let tags: [Tag]
      if let server = Door.server(at: place) {
        let body = try Act.body([("tag", name)], try await about.fields(server))
        tags = try await server.send("POST", "/taggings", body: body).decoded(as: ActRows<Tag>.self).rows
      } else {
        tags = try await Door.open(place) { modules in
          try await modules.tags.add(name, to: try await about.required(modules), by: .operator)
        }
      }
      if store.json { return try Terminal.json(["rows": tags]) }
      print("It bears \(tags.map(\.name).joined(separator: ", ")).")
    }
  }
}
