import Kernel
import Store

/// The guide of the first days: what is there is read from the records themselves.
package struct Guides: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// A year of purchases is the least from which staying and leaving can be told.
  private static let days = 330

  /// How far the company is. For those who may change it.
  package func current(for actor: Actor) async throws -> Guide {
    try actor.require(.edit, .company, reach: .all)
    return try await database.read { tx in
      let away = try tx.first("SELECT actor_name, at FROM guide_dismissal WHERE one = 1") {
        (by: try $0("actor_name", as: String.self), at: try $0("at", as: Instant.self))
      }
      let later = try tx.rows("SELECT step FROM guide_postponement") { Guide.Name(rawValue: try $0(0)) }
      return Guide(
        done: try Guides.done(in: tx), later: Set(later.compactMap { $0 }), putAwayBy: away?.by, putAwayAt: away?.at)
    }
  }

  /// The guide while it has something to say to somebody; nil for who may not change the company.
  package func shown(for actor: Actor) async throws -> Guide? {
    guard actor.reach(.edit, .company) == .all else { return nil }
    let guide = try await current(for: actor)
    return guide.isShown ? guide : nil
  }

  /// Each is the question whether one such row exists.
  private static func done(in tx: Transaction) throws -> Set<Guide.Name> {
    let questions: [(Guide.Name, Statement)] = [
      (.formats, "SELECT 1 FROM company WHERE version > 1"),
      (
        .people,
        """
        SELECT 1 FROM app_user WHERE disabled_at IS NULL AND id > (SELECT min(id) FROM app_user)
        UNION ALL SELECT 1 FROM invitation
        """
      ),
      (.customers, "SELECT 1 FROM customer"), (.portfolio, "SELECT 1 FROM purchase"),
      (.intimacy, "SELECT 1 FROM observation"), (.network, "SELECT 1 FROM customer WHERE parent_id IS NOT NULL"),
      (.proposition, "SELECT 1 FROM product"),
      (.lifecycle, "SELECT 1 FROM purchase WHERE day <= (SELECT max(day) FROM purchase) - \(days)"),
      (.leadership, "SELECT 1 FROM decision"), (.processes, "SELECT 1 FROM cost_driver"),
      (.owners, "SELECT 1 FROM customer WHERE owner_id IS NOT NULL"),
      (.data, "SELECT 1 FROM import_run WHERE state = 'finished'"),
    ]
    return Set(try questions.filter { try tx.first($0.1 + "LIMIT 1") != nil }.map(\.0))
  }

  /// Decides with what the company begins.
  /// - Parameter later: what is left for later; everything else is begun with.
  package func setScope(later: Set<Guide.Name>, by actor: Actor) async throws -> Guide {
    try actor.require(.edit, .company, reach: .all)
    if let needed = Guide.Name.allCases.first(where: { later.contains($0) && !$0.mayWait }) {
      throw Problem(
        .invalid, field: "later", "No company begins without \(needed.rawValue).",
        mend: "Leave only stages and conditions for later.")
    }
    let now = clock.now
    try await database.write { tx in
      let before = Set(
        try tx.rows("SELECT step FROM guide_postponement") { try $0(0, as: String.self) })
      let wanted = Set(later.map(\.rawValue))
      guard before != wanted else { return }
      let taken = before.subtracting(wanted).sorted()
      try tx.run("DELETE FROM guide_postponement WHERE step IN (\(list: taken))")
      for step in wanted.subtracting(before).sorted() {
        try tx.run(
          """
          INSERT INTO guide_postponement (step, actor_id, actor_name, at)
          VALUES (\(step), \(actor.user), \(actor.name), \(now))
          """)
      }
      let detail = ["later": wanted.sorted().joined(separator: ", ")]
      try tx.audit("set start scope", .company, 1, detail: detail, by: actor, at: now)
    }
    return try await current(for: actor)
  }

  /// Puts the guide away for everybody.
  package func putAway(by actor: Actor) async throws {
    try actor.require(.edit, .company, reach: .all)
    let now = clock.now
    try await database.write { tx in
      try tx.run(
        """
        INSERT INTO guide_dismissal (one, actor_id, actor_name, at) VALUES (1, \(actor.user), \(actor.name), \(now))
        ON CONFLICT DO NOTHING
        """)
      try tx.audit("put guide away", .company, 1, by: actor, at: now)
    }
  }

  /// Brings it back.
  package func bringBack(by actor: Actor) async throws {
    try actor.require(.edit, .company, reach: .all)
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM guide_dismissal") == 1 else {
        throw Problem(.notFound, "The guide was not put away.")
      }
      try tx.audit("bring guide back", .company, 1, by: actor, at: now)
    }
  }
}
