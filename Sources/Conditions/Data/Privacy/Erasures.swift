import Customers
import Foundation
import Kernel
import Records
import Store

/// What erasing somebody does, table by table.
package struct ErasureReport: Sendable, Equatable, Codable {
  package struct Line: Sendable, Equatable, Codable {
    package let table: String
    package let what: String
    package let rows: Int
  }

  package var lines: [Line] = []
  /// Lines of the audit chain that lost their words.
  package var masked = 0
  /// Texts about other things in which the name still stands: for somebody to look at.
  package var mentions: [Line] = []

  package var rows: Int { lines.reduce(0) { $0 + $1.rows } }
}

/// Erasing people: every statement that takes somebody out of the store, made from the data map.
package struct Erasures: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let map: DataMap
  let list: ErasedList
  let exports: PersonExports
  let attachments: Attachments?

  package static let kind = "privacy-erase"

  package init(
    _ database: Database, clock: any Clock, jobs: Jobs, exports: PersonExports, attachments: Attachments? = nil,
    map: DataMap = .current
  ) {
    self.database = database
    self.exports = exports
    self.attachments = attachments
    self.clock = clock
    self.jobs = jobs
    self.map = map
    list = ErasedList(of: database.place)
  }

  struct Arguments: Codable {
    let kind: PersonKind
    let person: Int64
  }

  /// What erasing somebody would do; nothing is changed.
  package func preview(
    _ kind: PersonKind, _ id: Int64, for actor: Actor
  ) async throws -> (person: Person, report: ErasureReport) {
    try Erasures.require(.see, actor)
    return try await database.read { tx in
      let person = try known(kind, id, in: tx)
      var report = ErasureReport()
      for table in map.tables {
        for rule in table.rules where rule.person == kind {
          let rows: Int? = try tx.value("SELECT count(*) FROM \(name: table.name) WHERE \(rule.rows(id))")
          report.add(table, rule.erasing.word, rows ?? 0)
        }
        for mention in table.mentions { try tell(mention, table, person, &report, in: tx) }
      }
      return (person, report)
    }
  }

  /// Queues an erasure.
  package func queue(
    _ kind: PersonKind, _ id: Int64, by actor: Actor, once: Once = .unchecked
  ) async throws -> ID<Job> {
    try Erasures.require(.delete, actor)
    let (now, jobs) = (clock.now, jobs)
    return try await database.write { tx in
      try once.check(in: tx)
      _ = try erasable(kind, id, in: tx)
      let job = try jobs.enqueue(
        Erasures.kind, title: "Erase \(kind.word) \(id)", arguments: Arguments(kind: kind, person: id), by: actor,
        in: tx)
      try tx.audit("order erasure", .privacy, id, detail: ["kind": kind.rawValue], by: actor, at: now)
      try once.keep(["job": job], status: 202, location: "/api/v1/jobs/\(job)", in: tx)
      return job
    }
  }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let arguments = try JSONDecoder().decode(Arguments.self, from: Data(job.arguments.utf8))
    let actor = Actor(user: job.actor, name: job.actorName, grants: Actor.everything)
    try await progress.report(0, of: 2, "Taking them out of every table.")
    let report = try await erase(arguments.kind, arguments.person, by: actor)
    try await progress.beating(1, of: 2, "Rewriting the store, so that nothing is left of it in its files.") {
      try await scrub()
    }
    try await progress.report(2, of: 2, "\(report.rows) rows; \(report.masked) lines of the audit chain were masked.")
    return String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
  }

  /// Removes the files that were made of records and may name them: they can be made again.
  private func removeFiles() {
    exports.removeAll()
    let folder = "\(database.place.folder)/\(database.place.name)-exports"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] { unlink("\(folder)/\(name)") }
  }

  /// Erases somebody. `scrub` has to follow, so that nothing is left in the store's own files.
  @discardableResult
  package func erase(_ kind: PersonKind, _ id: Int64, by actor: Actor) async throws -> ErasureReport {
    try Erasures.require(.delete, actor)
    let now = clock.now
    // Before the name is gone by which files are searched.
    let person = try await database.read { try erasable(kind, id, in: $0) }
    let files = try await WaitingFiles(drafts: ImportDrafts(database, clock: clock)).forget(person)
    removeFiles()
    return try await database.write { tx in
      let person = try erasable(kind, id, in: tx)
      let digest = person.digest(database)
      // First: when the machine stops now, the next start goes on from here.
      try list.add(.init(kind: kind, digest: Erasures.hex(digest)))
      var report = try forget(person, at: now, in: tx)
      if files > 0 { report.lines.append(.init(table: "import_draft", what: "removed with their files", rows: files)) }
      try note(kind, digest, report, by: actor, at: now, in: tx)
      try tx.audit(
        "erase", .privacy, id, detail: ["kind": kind.rawValue, "rows": "\(report.rows)"], by: actor, at: now)
      try tx.announce("\(kind.rawValue).erased", person.noun, id, ["id": id], at: now)
      return report
    }
  }

  private func note(
    _ kind: PersonKind, _ digest: [UInt8], _ report: ErasureReport, by actor: Actor, at now: Instant, in tx: Transaction
  ) throws {
    let id: ID<ErasureReport> = try tx.newID()
    let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
    try tx.run(
      """
      INSERT INTO erasure (id, person_kind, digest, report, actor_id, actor_name, at)
      VALUES (\(id), \(kind), \(digest), \(json), \(actor.user), \(actor.name), \(now))
      ON CONFLICT (digest) DO UPDATE SET scrubbed_at = NULL
      """)
  }

  /// Whether somebody was erased of whom the store's files may still hold something.
  func isUnscrubbed() async throws -> Bool {
    try await database.read { try $0.first("SELECT 1 FROM erasure WHERE scrubbed_at IS NULL") != nil }
  }

  /// Leaves nothing of those who were erased in the store's files.
  package func scrub() async throws {
    try await database.scrub()
    let now = clock.now
    try await database.write { try $0.run("UPDATE erasure SET scrubbed_at = \(now) WHERE scrubbed_at IS NULL") }
  }

  /// Erases again whoever is on the list and came back with a backup, and ends what was interrupted.
  /// - Returns: how many were erased again.
  @discardableResult
  package func replay() async throws -> Int {
    let known = try await database.read { tx in
      Set(try tx.rows("SELECT digest FROM erasure") { Erasures.hex(try $0("digest")) })
    }
    let missing = Dictionary(grouping: list.lines().filter { !known.contains($0.digest) }, by: \.kind)
    var again = 0
    for (kind, lines) in missing {
      let wanted = Set(lines.map(\.digest))
      let found = try await database.read { tx in
        var found: [(id: Int64, digest: String)] = []
        try Person.all(kind, in: tx) { person in
          let digest = Erasures.hex(person.digest(database))
          if wanted.contains(digest) { found.append((person.id, digest)) }
        }
        return found
      }
      let house = Actor(user: nil, name: "erase list", grants: Actor.everything)
      for person in found { try await erase(kind, person.id, by: house) }
      again += found.count
      let absent = wanted.subtracting(found.map(\.digest)).sorted()
      let now = clock.now
      try await database.write { tx in
        for digest in absent { try note(kind, Erasures.bytes(digest), ErasureReport(), by: house, at: now, in: tx) }
      }
    }
    if try await isUnscrubbed() { try await scrub() }
    return again
  }

  // Rights and rules.

  static func require(_ verb: Actor.Verb, _ actor: Actor) throws {
    try actor.require(verb, .privacy, reach: .all)
    guard actor.seesPersonalData else {
      throw Problem(.notAllowed, "You see no personal data.", mend: "Ask somebody who does.")
    }
  }

  /// Somebody who is a person.
  private func known(_ kind: PersonKind, _ id: Int64, in tx: Transaction) throws -> Person {
    let person = try Person.find(kind, id, in: tx)
    if kind == .customer,
      try tx.first("SELECT 1 FROM customer WHERE id = \(id) AND kind IN ('organisation', 'site')") != nil
    {
      throw Problem(
        .conflict, field: "person", "An organisation is nobody’s personal data.", mend: "Erase its contacts instead.")
    }
    return person
  }

  private func erasable(_ kind: PersonKind, _ id: Int64, in tx: Transaction) throws -> Person {
    let person = try known(kind, id, in: tx)
    if kind == .user, try tx.first("SELECT 1 FROM app_user WHERE id = \(id) AND disabled_at IS NULL") != nil {
      throw Problem(
        .conflict, field: "person", "This person can still sign in.", mend: "Take their access away first.")
    }
    return person
  }

  static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }
}

extension ErasureReport {
  mutating func add(_ table: DataMap.Table, _ what: String, _ rows: Int) {
    if rows > 0 { lines.append(Line(table: table.name.description, what: what, rows: rows)) }
  }
}
