import Customers
import Kernel
import Records
import Server
import Store
import StoreTesting
import Testing

/// Acts on many that are taken back, whole or as far as they got.
@Suite struct BulkUndoTests {
  private struct Desk {
    let modules: Modules
    let catalogue: Catalogue
    let setting = ListSetting(today: Stores.clock.now.day(in: .gmt), zone: .gmt, currency: .euro)

    func names(_ count: Int) async throws -> [Int64] {
      var ids: [Int64] = []
      for number in 1...count {
        let draft = try Customer.Draft(kind: "person", name: "C\(number)", email: nil, parent: nil)
        ids.append(try await modules.customers.create(draft, by: .operator).id.rawValue)
      }
      return ids
    }

    func begin(_ act: BulkAct, _ ids: [Int64]) async throws -> BulkRun {
      try await modules.desk.bulks.begin(act, on: .records(ids), of: catalogue, in: setting, by: .operator)
    }

    func undo(_ run: BulkRun) async throws -> BulkRun {
      try await modules.desk.bulks.undo(run.id, in: setting, by: .operator)
    }

    func kinds(_ ids: [Int64]) async throws -> [String] {
      var kinds: [String] = []
      for id in ids { kinds.append(try await modules.customers.find(ID(id), for: .operator).kind.rawValue) }
      return kinds
    }

    func set(_ changes: [String: String], _ id: Int64) async throws {
      try await modules.desk.changes.edit(id, changes, of: catalogue, by: .operator)
    }
  }

  private func withDesk(_ dialect: Dialect, _ body: (Desk) async throws -> Void) async throws {
    try await withStore(dialect) { store in
      let modules = Modules(store, clock: Stores.clock)
      try await body(Desk(modules: modules, catalogue: try modules.catalogues.of(.customer)))
    }
  }

  @Test(arguments: Stores.underTest)
  func `what somebody changed since is left, and told`(_ dialect: Dialect) async throws {
    try await withDesk(dialect) { desk in
      let ids = try await desk.names(3)
      let run = try await desk.begin(.edit(["kind": "household"]), ids)
      #expect(run.state == .done && run.isUndoable)
      try await desk.set(["kind": "organisation"], ids[1])
      try await desk.set(["name": "Another name"], ids[2])
      let back = try await desk.undo(run)
      #expect(back.state == .undone && back.restored == 2 && back.outdated == 1)
      #expect(try await desk.kinds(ids) == ["person", "organisation", "person"])
      #expect(try await desk.modules.customers.find(ID(ids[2]), for: .operator).name == "Another name")
      let twice = await #expect(throws: Problem.self) { _ = try await desk.undo(run) }
      #expect(twice?.kind == .conflict)
      #expect(try await desk.modules.desk.bulks.recent(for: .operator).map(\.id) == [run.id])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a tag that came since stays when the one of the act goes`(_ dialect: Dialect) async throws {
    try await withDesk(dialect) { desk in
      let ids = try await desk.names(1)
      let run = try await desk.begin(.tag("Fair"), ids)
      let key = RecordKey(.customer, ids[0])
      _ = try await desk.modules.tags.add("Later", to: key, by: .operator)
      #expect(try await desk.undo(run).outdated == 0)
      #expect(try await desk.modules.tags.tags(of: key, for: .operator).map(\.name) == ["Later"])
    }
  }

  @Test(arguments: Stores.underTest)
  func `a cancelled act is taken back as far as it got`(_ dialect: Dialect) async throws {
    try await withDesk(dialect) { desk in
      let ids = try await desk.names(BulkAct.atOnce + 1)
      let run = try await desk.begin(.edit(["kind": "household"]), ids)
      let bulks = desk.modules.desk.bulks
      #expect(run.state == .open && !run.isUndoable)
      let early = await #expect(throws: Problem.self) { _ = try await desk.undo(run) }
      #expect(early?.kind == .conflict)
      // It does its first batch, then hears that it is cancelled.
      let job = try await desk.modules.jobs.find(ID(try #require(run.job)), for: .operator)
      await #expect(throws: CancellationError.self) {
        _ = try await bulks.run(job, JobProgress { _, _, _, _ in true })
      }
      try await desk.modules.jobs.cancel(job.id, by: .operator)
      let stopped = try await bulks.find(run.id, for: .operator)
      #expect(stopped.state == .stopped && stopped.isUndoable && stopped.records == ids.count)
      let undoing = try await desk.undo(stopped)
      #expect(undoing.state == .undoing)
      let work = try await desk.modules.jobs.find(ID(try #require(undoing.undoJob)), for: .operator)
      _ = try await bulks.run(work, .silent)
      #expect(Set(try await desk.kinds(ids)) == ["person"])
      #expect(try await bulks.find(run.id, for: .operator).restored == ids.count)
      // A taking back that was stopped can be begun again.
      try await desk.modules.jobs.cancel(work.id, by: .operator)
      let half = try await bulks.find(run.id, for: .operator)
      #expect(half.state == .undoingStopped && half.isUndoable)
      #expect(try await desk.undo(half).state == .undoing)
    }
  }
}
