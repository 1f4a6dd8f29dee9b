import ArgumentParser
import Foundation
import Kernel
import Server
import Store

/// `valuechain audit verify`: walks the audit chain.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Checks that no line of the audit chain was changed, removed or reordered.",
    discussion: "Example:\n  valuechain audit verify --database data/company.sqlite",
    subcommands: [Verify.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walks the whole chain; exit 1 names the first line that is not as it was written.",
      discussion: "Example:\n  valuechain audit verify --database data/company.sqlite")

    @OptionGroup var store: StoreOptions

    struct Verdict: Codable {
      let isWhole: Bool
      let firstBroken: Int64?
    }

    func run() async throws {
      let place = try Door.place(store)
      let verdict: Verdict
      if let server = Door.server(at: place) {
        verdict = try await server.send("GET", "/audit/verification").decoded(as: Verdict.self)
      } else {
        let broken = try await Door.open(place) { try await $0.database.read { try $0.firstBrokenAuditEntry() } }
        verdict = Verdict(isWhole: broken == nil, firstBroken: broken)
      }
      if store.json { try Terminal.json(verdict) }
      if let broken = verdict.firstBroken {
        throw Problem(
          .conflict, field: "audit", "Line \(broken) is not as it was written.", mend: "Compare with a backup.")
      }
      if !store.json { print("The audit chain is whole.") }
    }
  }
}
