import Kernel
import Store

/// The one company of this store.
package struct Companies: Sendable {
  let database: Database
  let clock: any Clock

  package init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// The company; nil in a store that was just made.
  package func current() async throws -> Company? {
    try await database.read { try Companies.current(in: $0) }
  }

  package static func current(in tx: Transaction) throws -> Company? {
    try tx.first("SELECT * FROM company WHERE one = 1", Company.init(row:))
  }

  /// The day it is where the company is; by its clock.
  package func today() async throws -> Day {
    clock.now.day(in: try await current()?.zone ?? .gmt)
  }

  /// Gives a new store its company.
  package func found(_ company: Company, by actor: Actor) async throws {
    try actor.require(.create, .company, reach: .all)
    let now = clock.now
    try await database.write { tx in
      guard try Companies.current(in: tx) == nil else {
        throw Problem(.conflict, "This store has a company already.", mend: "Use another file for another company.")
      }
      try tx.run(
        """
        INSERT INTO company (one, name, currency, time_zone, first_weekday, language, decimal_mark, date_order, note,
          created_at)
        VALUES (1, \(company.name), \(company.currency), \(company.timeZone), \(company.firstWeekday),
          \(company.language), \(company.decimalMark), \(company.dateOrder), \(company.note), \(now))
        """)
      try tx.audit("create", .company, 1, detail: company, by: actor, at: now)
    }
  }

  /// Changes the company that is still at the version the change was made from.
  package func edit(_ company: Company, by actor: Actor) async throws {
    try actor.require(.edit, .company, reach: .all)
    let now = clock.now
    try await database.write { tx in
      let before = try Companies.current(in: tx)
      let sales = try tx.first("SELECT 1 FROM purchase LIMIT 1") != nil
      guard before?.currency == company.currency || !sales else {
        throw Problem(
          .conflict, field: "currency", "The currency cannot change once there are purchases.",
          mend: "Open another company for the other currency.")
      }
      let changed = try tx.run(
        """
        UPDATE company SET name = \(company.name), currency = \(company.currency), time_zone = \(company.timeZone),
          first_weekday = \(company.firstWeekday), language = \(company.language), decimal_mark = \(company.decimalMark),
          date_order = \(company.dateOrder), note = \(company.note), version = version + 1
        WHERE one = 1 AND version = \(company.version)
        """)
      guard changed == 1 else {
        throw Problem(.conflict, field: "version", "Someone else changed this meanwhile.", mend: "Look again.")
      }
      try tx.audit("edit", .company, 1, detail: ["before": before, "after": company], by: actor, at: now)
    }
  }
}

extension Company {
  init(row: Row) throws {
    try self.init(
      name: row("name"), currency: row("currency"), timeZone: row("time_zone"), firstWeekday: row("first_weekday"),
      language: row("language"), decimalMark: row("decimal_mark"), dateOrder: row("date_order"), note: row("note"),
      version: row("version"))
  }
}
