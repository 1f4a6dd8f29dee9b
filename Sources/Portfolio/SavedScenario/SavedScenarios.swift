import Foundation
import Kernel
import Store

/// Scenarios that people saved: every statement on their table.
package struct SavedScenarios: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) { (self.database, self.clock) = (database, clock) }

  private static let columns: Statement = "id, subject, name, settings, actor_name, at"

  /// All of them by subject, the newest first.
  package func all(for actor: Actor) async throws -> [SavedScenario] {
    try actor.require(.see, .analysis)
    return try await database.read { tx in
      try tx.rows(
        "SELECT \(Self.columns) FROM saved_scenario ORDER BY subject, at DESC, id DESC LIMIT 500",
        SavedScenario.init(row:))
    }
  }

  package func find(_ id: ID<SavedScenario>, for actor: Actor) async throws -> SavedScenario {
    try actor.require(.see, .analysis)
    let found = try await database.read { tx in
      try tx.first("SELECT \(Self.columns) FROM saved_scenario WHERE id = \(id)", SavedScenario.init(row:))
    }
    guard let found else { throw Problem(.notFound, "There is no such scenario.", mend: "Look at the list of them.") }
    return found
  }

  package func save(
    _ name: String, _ subject: SavedScenario.Subject, _ parameters: [(String, String)], by actor: Actor,
    once: Once = .unchecked
  ) async throws -> SavedScenario {
    try actor.require(.edit, .analysis)
    let name = try Text.line(name, field: "name", limit: 120)
    let folded = Text.folded(name)
    let settings = parameters.map { SavedScenario.Setting(name: $0.0, value: $0.1) }
    let kept = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let taken: Statement = "SELECT 1 FROM saved_scenario WHERE subject = \(subject.rawValue) AND folded = \(folded)"
      guard try tx.first(taken) == nil else {
        throw Problem(
          .conflict, field: "name", "A scenario of this page is called “\(name)” already.",
          mend: "Choose another name, or delete that one.")
      }
      let made = SavedScenario(
        id: try tx.newID(), subject: subject, name: name, settings: settings, by: actor.name, at: now)
      try tx.run(
        """
        INSERT INTO saved_scenario (id, subject, name, folded, settings, actor_id, actor_name, at)
        VALUES (\(made.id), \(subject.rawValue), \(name), \(folded), \(kept), \(actor.user), \(actor.name), \(now))
        """)
      let detail = ["name": name, "subject": subject.rawValue, "settings": made.words]
      try tx.audit("save", .analysis, made.id.rawValue, detail: detail, by: actor, at: now)
      try once.keep(made, location: "/api/v1/portfolio/scenarios/\(made.id)", in: tx)
      return made
    }
  }

  package func delete(_ id: ID<SavedScenario>, by actor: Actor) async throws {
    try actor.require(.edit, .analysis)
    let before = try await find(id, for: actor)
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM saved_scenario WHERE id = \(id)") == 1 else {
        throw Problem(.notFound, "There is no such scenario.", mend: "Look at the list of them.")
      }
      let detail = ["name": before.name, "subject": before.subject.rawValue, "settings": before.words]
      try tx.audit("delete", .analysis, id.rawValue, detail: detail, by: actor, at: now)
    }
  }
}

extension SavedScenario {
  init(row: Row) throws {
    guard let subject = Subject(rawValue: try row("subject")) else {
      throw Problem(.unavailable, "The store has a scenario that this version does not know.")
    }
    let settings = Data(try row("settings", as: String.self).utf8)
    self.init(
      id: try row("id"), subject: subject, name: try row("name"),
      settings: try JSONDecoder().decode([Setting].self, from: settings), by: try row("actor_name"), at: try row("at"))
  }
}
