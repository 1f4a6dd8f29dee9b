import ArgumentParser
import Foundation
import Kernel
import Portfolio
import Server
import Store
import Web

extension PortfolioCommand {
  struct Freeze: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Freezes the portfolio as it stands, as a version that never changes.",
      discussion: "Example:\n  valuechain portfolio freeze --note Letters --database data/company.sqlite"
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "What it is for.") var note = ""

    func run() async throws {
      let place = try Door.place(store)
      let made: Version
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["note": note])
        made = try await server.send("POST", "/portfolio/versions", body: body).decoded(as: Version.self)
      } else {
        made = try await Door.open(place) { try await $0.versions.freeze(note: note, by: .operator) }
      }
      if store.json { return try Terminal.json(made) }
      print("Version \(made.id): \(made.customers) customers as of \(made.asOf).")
    }
  }

  struct ListVersions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "versions", abstract: "Lists the frozen portfolios, the newest first.",
      discussion: "Example:\n  valuechain portfolio versions --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let versions = try await PortfolioCommand.versions(at: try Door.place(store))
      if store.json { return try Terminal.json(versions) }
      print(
        Terminal.table(
          ["version", "as of", "customers", "model", "by", "note"],
          versions.map { ["\($0.id)", "\($0.asOf)", "\($0.customers)", $0.model ?? "", $0.by, $0.note] },
          numbers: [0, 2]))
    }
  }

  struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells who moved between two versions, from where to where, and why.",
      discussion: "Example:\n  valuechain portfolio compare --with now --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The number of a version; the newest when left out.") var version: Int64?
    @Option(help: "The number of another version, or now; the one before it when left out.") var with: String?

    func run() async throws {
      let place = try Door.place(store)
      var chosen = version
      if chosen == nil { chosen = try await PortfolioCommand.versions(at: place).first?.id.rawValue }
      guard let id = chosen else {
        throw Problem(.notFound, "There is no version yet.", mend: "Make one: valuechain portfolio freeze")
      }
      if Door.server(at: place) != nil, store.json {
        let path = Address.path("/portfolio/versions/\(id)/compare", [("with", with ?? "")])
        return try await PortfolioCommand.printAnswer(of: place, path)
      }
      try PortfolioCommand.requireNoServer(at: place)
      let answer = try await Door.open(place) {
        try await $0.versions.comparison(ID(id), with: with, for: .operator)
      }
      if store.json { return try Terminal.json(answer) }
      print("\(answer.moved) moved, \(answer.stayed) stayed, \(answer.new) new, \(answer.gone) gone.\n")
      print(
        Terminal.table(
          ["from", "to", "customers", "contribution"],
          answer.flows.map { [$0.from, $0.to, "\($0.customers)", String(format: "%.2f", $0.contribution)] },
          numbers: [2, 3]))
      let reasons = answer.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      if !reasons.isEmpty { print("\nbecause of " + reasons.map { "\($0.key): \($0.value)" }.joined(separator: ", ")) }
    }
  }

  /// The versions of a store: the server's answer where one holds it, else its own.
  private static func versions(at place: Place) async throws -> [Version] {
    struct List: Decodable { let rows: [Version] }
    if let server = Door.server(at: place) {
      return try await server.send("GET", "/portfolio/versions").decoded(as: List.self).rows
    }
    return try await Door.open(place) { try await $0.versions.list(for: .operator) }
  }
}
