import GRDB
import Kernel

/// The tables of a company as the migrations make them, read from a store in memory: nothing is listed by hand.
package struct Schema: Sendable {
  package struct Table: Sendable, Equatable {
    package let name: String
    package let columns: [String]
    /// The columns of its primary key, in the key's order.
    package let key: [String]
    /// The tables its rows point to; itself among them when a row may point to another of the same table.
    package let parents: [String]
    /// How many rows the migrations themselves put in.
    let seeds: Int
  }

  /// Every table that holds something of the company; a table comes after those its rows point to.
  package let tables: [Table]

  /// The statements that make the schema on SQLite, as `docs/schema.sql` shows them.
  package let text: String

  /// Tables in which the store keeps its own books. They are not copied as tables.
  private static let books = ["schema_step", "id_block"]

  /// - Throws: `Problem` when a table has no primary key, or two point to each other.
  package init(_ migrator: Migrator = Migrator()) throws {
    (tables, text) = try DatabaseQueue().write { db in
      try db.execute(sql: Migrator.ledger(.sqlite))
      for step in migrator.migrations {
        for sql in step.statements(.sqlite) { try db.execute(sql: sql) }
      }
      return (try Schema.ordered(try Schema.tables(db)), try Schema.text(db))
    }
  }

  private static func tables(_ db: GRDB.Database) throws -> [Table] {
    let names = try String.fetchAll(
      db,
      sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name")
    return try names.filter { !books.contains($0) }.map { name in
      func strings(_ sql: String) throws -> [String] { try String.fetchAll(db, sql: sql, arguments: [name]) }
      let key = try strings("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
      guard !key.isEmpty else { throw Problem(.unavailable, "The table \(name) has no primary key.") }
      return Table(
        name: name, columns: try strings("SELECT name FROM pragma_table_info(?) ORDER BY cid"), key: key,
        parents: try strings("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?) ORDER BY \"table\""),
        seeds: try GRDB.Table(name).fetchCount(db))
    }
  }

  /// Puts every table after its parents.
  private static func ordered(_ tables: [Table]) throws -> [Table] {
    var left = tables
    var placed: [Table] = []
    while !left.isEmpty {
      let ready = left.filter { table in
        table.parents.allSatisfy { parent in parent == table.name || placed.contains { $0.name == parent } }
      }
      guard !ready.isEmpty else {
        throw Problem(.unavailable, "Tables point to each other: \(left.map(\.name).joined(separator: ", ")).")
      }
      placed += ready
      left.removeAll { ready.contains($0) }
    }
    return placed
  }

  private static func text(_ db: GRDB.Database) throws -> String {
    let statements = try String.fetchAll(db, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")
    let heading = "-- What the migrations make of an empty SQLite store. Generated; a test compares it with them."
    return ([heading] + statements.map { $0 + ";" }).joined(separator: "\n\n") + "\n"
  }
}
