import Conditions
import Foundation
import Kernel
import Store
import StoreTesting
import Testing

@Suite struct KeepingTests {
  /// A company with its backups, whose clock stands where a test puts it.
  private struct Cellar {
    let database: Database
    let backups: Backups
    let runner: JobRunner

    init(_ database: Database, at now: Instant = Stores.clock.now) {
      self.database = database
      let clock = FixedClock(now)
      let jobs = Jobs(database, clock: clock)
      backups = Backups(
        database, clock: clock, jobs: jobs, companies: Companies(database, clock: clock),
        users: Users(database, clock: clock))
      runner = JobRunner(
        jobs, handlers: [BackupJob.kind: BackupJob(backups).run, BackupJob.drillKind: BackupJob(backups).drill],
        log: .init(label: "test"))
    }

    func later(hours: Int64) -> Cellar { Cellar(database, at: Stores.clock.now.adding(seconds: hours * 3_600)) }
  }

  private func withCellar(_ dialect: Store.Dialect, _ body: (Cellar) async throws -> Void) async throws {
    try await Stores.withFolder { folder in
      try await withStore(dialect) { database in
        try await Companies(database, clock: Stores.clock).found(
          Company(name: "Cellar", currency: .euro, timeZone: "Europe/Berlin"), by: .operator)
        let cellar = Cellar(database)
        var plan = try await cellar.backups.plan()
        plan.folder = folder
        _ = try await cellar.backups.setPlan(plan, by: .operator)
        try await body(cellar)
      }
    }
  }

  @Test(arguments: Stores.underTest)
  func `the plan makes a backup at its hour, proves it, and says that all is in order`(_ dialect: Store.Dialect)
    async throws
  {
    try await withCellar(dialect) { cellar in
      #expect(try await !cellar.backups.queueDue())
      let morning = cellar.later(hours: 15)
      #expect(try await morning.backups.queueDue())
      await #expect(throws: Problem.self) { try await morning.backups.queue(by: .operator) }
      #expect(try await morning.runner.runNext())
      #expect(try await !morning.backups.queueDue())
      let made = try #require(try await morning.backups.all(for: .operator).first)
      #expect(made.isPlanned && made.isWhole)
      #expect(made.drill?.isGood == true)
      #expect(made.drill?.report?.rows["company"] == 1)
      #expect(try await morning.backups.standing(for: .operator).warnings.filter { !$0.words.contains("room") } == [])
      let twoDaysOn = try await cellar.later(hours: 48).backups.standing(for: .operator)
      #expect(twoDaysOn.warnings.contains { $0.isSerious && $0.words.contains("older than 26 hours") })
    }
  }

  @Test(arguments: Stores.underTest)
  func `a backup that was damaged on the disk fails its drill, and the page says so`(_ dialect: Store.Dialect)
    async throws
  {
    try await withCellar(dialect) { cellar in
      let queued = try await cellar.backups.queue(by: .operator)
      #expect(try await cellar.runner.runNext())
      let made = try await cellar.backups.find(queued.backup, for: .operator)
      let handle = try #require(FileHandle(forUpdatingAtPath: made.file))
      try handle.seek(toOffset: 5_000)
      try handle.write(contentsOf: Data([1, 2, 3]))
      try handle.close()
      _ = try await cellar.backups.queueDrill(made.id, by: .operator)
      #expect(try await cellar.runner.runNext())
      let found = try await cellar.backups.find(made.id, for: .operator)
      #expect(found.drill?.isGood == false)
      let standing = try await cellar.backups.standing(for: .operator)
      #expect(standing.warnings.contains { $0.isSerious && $0.words.contains("could not be brought back") })
    }
  }

  @Test func `a year of nights leaves seven days, four weeks and six months`() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    let start = try #require(Day("2025-01-01"))
    var kept: [Backup] = []
    let plan = BackupPlan()
    for night in 0..<365 {
      let at = Instant(microseconds: Int64(start.adding(days: night).number) * 86_400_000_000 + 7_200_000_000)
      kept.append(
        Backup(
          id: ID(Int64(night + 1)), file: "", isPlanned: night != 100, bytes: 1, problem: nil, startedAt: at,
          endedAt: at,
          removedAt: nil, by: "", drill: nil))
      let gone = Set(plan.expired(kept, in: zone).map(\.id))
      kept.removeAll { gone.contains($0.id) }
    }
    #expect(kept.contains { $0.id.rawValue == 101 }, "made by hand")
    #expect(kept.last?.id.rawValue == 365)
    let planned = kept.filter(\.isPlanned)
    #expect((13...17).contains(planned.count), "\(planned.count)")
    #expect(planned.first.map { $0.startedAt.day(in: zone) } ?? start < start.adding(days: 220))
  }

  @Test(arguments: Stores.underTest)
  func `what cannot be kept to is refused, and a folder is chosen on the machine`(_ dialect: Store.Dialect) async throws
  {
    try await withCellar(dialect) { cellar in
      var plan = try await cellar.backups.plan()
      plan.hour = 24
      let wrong = plan
      let problem = await #expect(throws: Problem.self) { try await cellar.backups.setPlan(wrong, by: .operator) }
      #expect(problem?.field == "hour")
      plan.hour = 3
      plan.folder = "/elsewhere"
      let moved = plan
      let person = Actor(user: 5, name: "Ada", grants: Actor.everything)
      let refusal = await #expect(throws: Problem.self) { try await cellar.backups.setPlan(moved, by: person) }
      #expect(refusal?.kind == .notAllowed)
      let nobody = Actor(user: 6, name: "Bob", grants: [])
      await #expect(throws: Problem.self) { try await cellar.backups.standing(for: nobody) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `attachments go along and come back`(_ dialect: Store.Dialect) async throws {
    try await withCellar(dialect) { cellar in
      let place = cellar.database.place
      let folder = AttachmentCopies.folder(of: place)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: folder + "/ab", withIntermediateDirectories: true)
      try Data("offer".utf8).write(to: URL(fileURLWithPath: folder + "/ab/cd"))
      let queued = try await cellar.backups.queue(by: .operator)
      #expect(try await cellar.runner.runNext())
      let made = try await cellar.backups.find(queued.backup, for: .operator)
      #expect(made.drill?.report?.attachments == 1)
      try FileManager.default.removeItem(atPath: folder)
      #expect(try AttachmentCopies(of: place).restore(from: made.file) == 1)
      #expect(FileManager.default.contents(atPath: folder + "/ab/cd") == Data("offer".utf8))
    }
  }
}
