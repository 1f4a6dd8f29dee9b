import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store
import Web

/// `valuechain rule`: what the house does by itself.
struct RuleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rule", abstract: "Makes rules, tries them out, shows what they did, lets them rest and removes them.",
    discussion: "Example:\n  valuechain rule list --database data/company.sqlite",
    subcommands: [List.self, Add.self, Log.self, Pause.self, Resume.self, Remove.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the rules.", discussion: "Example:\n  valuechain rule list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let all = try await RuleCommand.all(at: try Door.place(store))
      if store.json { return try Terminal.json(["rows": all]) }
      guard !all.isEmpty else { return print("No rules.") }
      print(
        Terminal.table(
          ["id", "name", "about", "waits for", "does", "state"],
          all.map { rule in
            [
              "\(rule.id)", rule.name, rule.noun.rawValue, rule.occasion.rawValue,
              rule.acts.map(\.kind.rawValue).joined(separator: " "), rule.pause?.reason ?? "active",
            ]
          }, numbers: [0]))
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a rule, or only tries it out.",
      discussion: """
        Example:
          valuechain rule add "Welcome" --noun customer --occasion created \\
            --filter 'kind is organisation' --task 'Call them' --due 3 \\
            --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "What it is called.") var name: String
    @Option(help: "What it is about: customer, contact, interaction or task.") var noun = "customer"
    @Option(help: "What it waits for: created, changed or day.") var occasion: String
    @Option(help: "For a change: a field that counts; may be given several times.") var field: [String] = []
    @Option(help: "For a day: the field that names it.") var dayField = ""
    @Option(help: "For a day: how many days after it; before it when negative.") var days = 0
    @Option(help: "The conditions, as a list's filter is written.") var filter = ""
    @Option(help: "Sets a field: --set country=DE. May be given several times.") var set: [String] = []
    @Option(help: "Marks the record with a tag.") var tag: [String] = []
    @Option(help: "Takes a tag off.") var untag: [String] = []
    @Option(help: "Makes a task about the record.") var task: String?
    @Option(help: "In how many days the task is due.") var due = 0
    @Option(help: "Tells somebody these words.") var tell: String?
    @Option(help: "Whom: owner, maker or the number of a user.") var to = "owner"
    @Option(help: "Posts the record to the webhook with this number.") var webhook: Int64?
    @Flag(help: "Only show what it would have done over the last thirty days.") var dryRun = false

    private struct Asked: Encodable, Sendable {
      let name: String
      let noun: String
      let occasion: String
      let fields: [String]
      let dayField: String
      let days: Int
      let filter: String
      let acts: [RuleAct]
    }

    private var acts: [RuleAct] {
      get throws {
        let sets = try set.map { text -> RuleAct in
          guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            throw Problem(.malformed, field: "set", "“\(text)” sets nothing.", mend: "Write --set country=DE")
          }
          return RuleAct(
            .set, field: String(text[..<equals]), value: String(text[text.utf8.index(after: equals)...]))
        }
        let marks = tag.map { RuleAct(.tag, text: $0) } + untag.map { RuleAct(.untag, text: $0) }
        let once: [RuleAct?] = [
          task.map { RuleAct(.task, text: $0, days: due, to: to) }, tell.map { RuleAct(.tell, text: $0, to: to) },
          webhook.map { RuleAct(.webhook, webhook: ID($0)) },
        ]
        return sets + marks + once.compactMap { $0 }
      }
    }

    func run() async throws {
      let place = try Door.place(store)
      let asked = Asked(
        name: name, noun: noun, occasion: occasion, fields: field, dayField: dayField, days: days, filter: filter,
        acts: try acts)
      let body = try JSON.bytes(asked)
      let draft = try Rule.Draft(try JSON.fields(body), acts: try RuleAct.acts(body))
      if dryRun { return try await trial(asked, draft, at: place) }
      let data = try await Door.answer("POST", RuleRoutes.path, asked, at: place) {
        try await $0.rules.create(draft, by: .operator)
      }
      if store.json { return print(String(decoding: data, as: UTF8.self)) }
      let made = try JSONDecoder().decode(Rule.self, from: data)
      print("Rule \(made.id) looks at what happens from now on, while a server runs.")
    }

    private struct Told: Decodable {
      struct Row: Decodable {
        let record: Int64
        let title: String?
        let refusal: String?
        let isTried: Bool
        let effects: [RuleEffect]

        var words: String {
          refusal.map { "refused: \($0)" }
            ?? (isTried ? effects.map(\.words).joined(separator: "; ") : "not tried out")
        }
      }

      let count: Int
      let rows: [Row]
    }

    private func trial(_ asked: Asked, _ draft: Rule.Draft, at place: Place) async throws {
      let data = try await Door.answer("POST", "/rules/trials", asked, at: place) {
        try await $0.rules.trial(of: draft, for: .operator)
      }
      if store.json { return print(String(decoding: data, as: UTF8.self)) }
      let told = try JSONDecoder().decode(Told.self, from: data)
      print("It would have run \(told.count) times in the last \(RuleTrial.days) days.")
      guard !told.rows.isEmpty else { return }
      print(
        Terminal.table(
          ["record", "title", "what would happen"], told.rows.map { ["\($0.record)", $0.title ?? "", $0.words] },
          numbers: [0]))
    }
  }

  /// A rule by its name or number.
  struct One: ParsableArguments {
    @Argument(help: "The name or the number of the rule.") var rule: String

    func id(at place: Place) async throws -> ID<Rule> {
      let all = try await RuleCommand.all(at: place).map { (id: $0.id, name: $0.name) }
      return try Chosen.one(rule, "rule", among: all)
    }
  }

  static func all(at place: Place) async throws -> [Rule] {
    let data = try await Door.answer("GET", RuleRoutes.path, at: place) {
      ["rows": try await $0.rules.all(for: .operator)]
    }
    return try JSONDecoder().decode([String: [Rule]].self, from: data)["rows"] ?? []
  }

  struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows what a rule did, newest first.",
      discussion: "Example:\n  valuechain rule log Welcome --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One

    private struct Told: Decodable {
      struct Row: Decodable {
        let run: RuleRun
        let title: String?
      }

      let rows: [Row]
    }

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      let data = try await Door.answer("GET", "/rules/\(id)/runs", at: place) {
        ["rows": try await $0.rules.runs(of: id, for: .operator).rows]
      }
      if store.json { return print(String(decoding: data, as: UTF8.self)) }
      let rows = try JSONDecoder().decode(Told.self, from: data).rows
      guard !rows.isEmpty else { return print("It did not run yet.") }
      print(
        Terminal.table(
          ["at", "record", "title", "state", "why"],
          rows.map { ["\($0.run.at)", "\($0.run.record)", $0.title ?? "", $0.run.state.rawValue, $0.run.problem] },
          numbers: [1]))
    }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a rule rest; what happens meanwhile is not made up for.",
      discussion: "Example:\n  valuechain rule pause Welcome --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One
    @Option(help: "Why.") var reason = ""

    func run() async throws {
      let place = try Door.place(store)
      let (id, reason) = (try await one.id(at: place), reason)
      _ = try await Door.answer("POST", "/rules/\(id)/pause", ["reason": reason], at: place) {
        try await $0.rules.pause(id, reason: reason, by: .operator)
      }
      print("It rests.")
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a rule go on, from now.",
      discussion: "Example:\n  valuechain rule resume Welcome --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      _ = try await Door.answer("DELETE", "/rules/\(id)/pause", at: place) {
        try await $0.rules.resume(id, by: .operator)
      }
      print("It goes on.")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes a rule and its log; what it did stays.",
      discussion: "Example:\n  valuechain rule remove Welcome --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @OptionGroup var one: One

    func run() async throws {
      let place = try Door.place(store)
      let id = try await one.id(at: place)
      _ = try await Door.answer("DELETE", "/rules/\(id)", at: place) { try await $0.rules.delete(id, by: .operator) }
      print("Removed.")
    }
  }
}
