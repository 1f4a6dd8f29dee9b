import Conditions
import Customers
import Foundation
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// Tasks, conversations, files and tags are found by their words, as far as somebody may see them.
@Suite struct SearchOfWorkTests {
  private struct House {
    let modules: Modules
    let customer: ID<Customer>
    let task: ID<WorkTask>
    let talk: ID<Interaction>
    let file: Int64

    func found(_ words: String, for actor: Actor = .operator) async throws -> [String] {
      try await modules.searches.find(SearchQuery(words), for: actor).map { "\($0.noun.rawValue) \($0.title)" }.sorted()
    }

    func index() async throws -> [String] {
      try await modules.database.read { tx in
        try tx.rows("SELECT noun, field, word, record_id FROM search_word ORDER BY noun, field, word, record_id") {
          "\(try $0(0, as: String.self)) \(try $0(1, as: String.self)) \(try $0(2, as: String.self)) \(try $0(3, as: Int64.self))"
        }
      }
    }
  }

  private func withHouse(_ dialect: Store.Dialect, _ body: (House) async throws -> Void) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      let ada = try await modules.customers.create(
        try Customer.Draft(kind: "person", name: "Ada Moor", email: nil, parent: nil), by: .operator
      ).id
      let key = RecordKey(.customer, ada.rawValue)
      var work = WorkTask.Draft("Zeppelin voyage", about: key)
      work.text = "Ask about ballast"
      let task = try await modules.tasks.create(work, by: .operator)
      let said = ["kind": "call", "subject": "Zeppelin repair", "text": "It leaks", "customer": "\(ada)"]
      let talk = try await modules.interactions.create(
        try Interaction.Draft(given: { said[$0] }, zone: .gmt, now: Stores.clock.now), by: .operator)
      _ = try await modules.tags.add("Zeppelin people", to: key, by: .operator)
      let path = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString).txt")
      try Data("Plan".utf8).write(to: path)
      defer { try? FileManager.default.removeItem(at: path) }
      let file = try await modules.attachments.add(path.path, named: "zeppelin-plan.txt", to: key, by: .operator)
      try await body(House(modules: modules, customer: ada, task: task.id, talk: talk.id, file: file.id.rawValue))
    }
  }

  @Test(arguments: Stores.underTest)
  func `one word finds them all, and a rebuild the same`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      let all = [
        "attachment zeppelin-plan.txt", "interaction Zeppelin repair", "tag Zeppelin people", "task Zeppelin voyage",
      ]
      #expect(try await house.found("zepp") == all)
      #expect(try await house.found("zeppelin repair") == ["interaction Zeppelin repair"])
      #expect(try await house.found("ballast") == ["task Zeppelin voyage"])
      let written = try await house.index()
      _ = try await house.modules.searches.rebuild()
      #expect(try await house.index() == written)
      #expect(try await house.found("ada moor") == ["customer Ada Moor"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `what is renamed, removed or put away is found by what it is now`(_ dialect: Store.Dialect) async throws {
    try await withHouse(dialect) { house in
      let modules = house.modules
      for (noun, id, field) in [
        (Actor.Noun.task, house.task.rawValue, "subject"), (.interaction, house.talk.rawValue, "subject"),
      ] {
        try await modules.desk.changes.edit(
          id, [field: "Gondola"], of: try modules.catalogues.of(noun), by: .operator)
      }
      _ = try await modules.attachments.remove(ID(house.file), by: .operator)
      #expect(try await house.found("gondola") == ["interaction Gondola", "task Gondola"])
      #expect(try await house.found("zeppelin") == ["tag Zeppelin people"])
      _ = try await modules.attachments.restore(ID(house.file), by: .operator)
      let bin = try #require(try modules.catalogues.of(.task).bin)
      try await modules.database.write { try bin(house.task.rawValue, .operator, Stores.clock.now, $0) }
      #expect(try await house.found("gondola") == ["interaction Gondola"])
      #expect(try await house.found("plan") == ["attachment zeppelin-plan.txt"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `nobody finds what they may not see or read, and nothing of who was erased is left`(
    _ dialect: Store.Dialect
  ) async throws {
    try await withHouse(dialect) { house in
      let all: Set<Actor.Grant> = [
        .init(.see, .customer, .all), .init(.see, .task, .all), .init(.see, .interaction, .all),
        .init(.see, .tag, .all),
        .init(.see, .attachment, .all),
      ]
      let blind = Actor(user: 7, name: "blind", grants: all, seesPersonalData: false)
      #expect(try await house.found("zeppelin", for: blind) == ["tag Zeppelin people"])
      let narrow = Actor(
        user: 7, name: "narrow",
        grants: [.init(.see, .task, .own), .init(.see, .customer, .own), .init(.see, .attachment, .all)])
      #expect(try await house.found("zeppelin", for: narrow).isEmpty)
      try await house.modules.erasures.erase(.customer, house.customer.rawValue, by: .operator)
      #expect(try await house.found("zeppelin") == ["tag Zeppelin people"])
      #expect(
        try await !house.index().contains { $0.contains("repair") || $0.contains("ballast") || $0.contains("plan") })
    }
  }
}
