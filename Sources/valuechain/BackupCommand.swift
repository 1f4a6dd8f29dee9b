import ArgumentParser
import Conditions
import Foundation
import Kernel
import Server
import Store

/// `valuechain backup`: copies of the store, their plan and their drills.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copies a company's store to a file, also while it is in use, and proves copies.",
    discussion: "Example:\n  valuechain backup backups/monday.sqlite --database data/company.sqlite",
    subcommands: [Make.self, Verify.self, List.self, Plan.self], defaultSubcommand: Make.self)

  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copies the store to a file.",
      discussion: "Example:\n  valuechain backup make backups/tuesday.sqlite --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The file to write; it must not exist.") var file: String

    func run() async throws {
      let place = try Door.place(store)
      let target = URL(fileURLWithPath: file).standardizedFileURL.path
      if let server = Door.server(at: place) {
        _ = try await server.send("POST", "/backups", body: try JSONEncoder().encode(["file": target]))
      } else {
        try await Door.open(place) { try await $0.backups.take(to: target, by: .operator) }
      }
      let key = place.secretPath
      if store.json { return try Terminal.json(["file": target]) }
      print("Wrote \(target). Keep the key \(key) apart from it: the audit chain is checked with it.")
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings a backup back in a scratch place and looks it through; exit 1 says what is wrong with it.",
      discussion: """
        Checked: the seal, every page and reference, the audit chain, and that somebody can sign in.
        Example:
          valuechain backup verify backups/monday.sqlite --database data/company.sqlite
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The backup.") var file: String

    func run() async throws {
      let place = try Door.place(store)
      let path = URL(fileURLWithPath: file).standardizedFileURL.path
      if case .file(let company) = place, !FileManager.default.fileExists(atPath: company) {
        throw Problem(
          .notFound, field: "database", "There is no company at \(company), with whose key it could be checked.",
          mend: "Name the company with --database.")
      }
      let report: BackupDrill.Report
      if let server = Door.server(at: place) {
        let body = try JSONEncoder().encode(["file": path])
        report = try await server.send("POST", "/backups/drills", body: body).decoded(as: BackupDrill.Report.self)
      } else {
        report = try await Door.open(place) { try await $0.backups.drill(file: path) }
      }
      if store.json { return try Terminal.json(report) }
      print("It came back whole: \(report.total) rows in \(report.rows.count) tables, somebody can sign in,")
      print("and the \(report.auditLines) lines of its audit chain are as they were written.")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the backups, the plan, and what somebody has to see to.",
      discussion: "Example:\n  valuechain backup list --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    func run() async throws {
      let place = try Door.place(store)
      if let server = Door.server(at: place) {
        print(String(decoding: try await server.send("GET", "/backups").body, as: UTF8.self))
        return
      }
      try await Door.open(place) { modules in
        let standing = try await modules.backups.standing(for: .operator)
        let all = try await modules.backups.all(for: .operator)
        if store.json { return try Terminal.json(["rows": all]) }
        for warning in standing.warnings { Terminal.complain("warning: \(warning.words) \(warning.mend)") }
        print(
          Terminal.table(
            ["made", "MB", "proved", "file"],
            all.map {
              [
                $0.startedAt.description, "\(($0.bytes ?? 0) / 1_000_000)",
                $0.drill.map { $0.isGood ? "yes" : "no" } ?? "", $0.file,
              ]
            }, numbers: [1]))
      }
    }
  }

  struct Plan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows or changes when backups are made and how long they are kept.",
      discussion: "Example:\n  valuechain backup plan --hour 3 --days 14 --database data/company.sqlite")

    @OptionGroup var store: StoreOptions
    @Option(help: "The hour of the day, 0 to 23.") var hour: Int?
    @Option(help: "Keep one of each of so many days.") var days: Int?
    @Option(help: "Keep one of each of so many weeks.") var weeks: Int?
    @Option(help: "Keep one of each of so many months.") var months: Int?
    @Option(help: "Where backups go.") var folder: String?
    @Flag(inversion: .prefixedNo, help: "Whether the plan is followed.") var on: Bool?

    func run() async throws {
      let place = try Door.place(store)
      let folder = folder.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
      if let server = Door.server(at: place) {
        var body: [String: String] = [:]
        for (name, value) in [
          ("hour", hour), ("keepDays", days), ("keepWeeks", weeks), ("keepMonths", months),
        ] { body[name] = value.map { "\($0)" } }
        body["folder"] = folder
        body["isOn"] = on.map { $0 ? "1" : "0" }
        let sent =
          body.isEmpty
          ? try await server.send("GET", "/backups/plan")
          : try await server.send("PUT", "/backups/plan", body: try JSONEncoder().encode(body))
        return try Terminal.json(try sent.decoded(as: BackupPlan.self))
      }
      try await Door.open(place) { modules in
        var plan = try await modules.backups.plan()
        let before = plan
        plan.hour = hour ?? plan.hour
        plan.keepDays = days ?? plan.keepDays
        plan.keepWeeks = weeks ?? plan.keepWeeks
        plan.keepMonths = months ?? plan.keepMonths
        plan.folder = folder ?? plan.folder
        plan.isOn = on ?? plan.isOn
        if plan != before { plan = try await modules.backups.setPlan(plan, by: .operator) }
        try Terminal.json(plan)
      }
    }
  }
}
