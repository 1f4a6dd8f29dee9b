import Kernel

/// One step of the schema: numbered, forward only, never edited once released.
package struct Migration: Sendable {
  package let number: Int
  package let name: String
  /// The module that owns the tables it makes.
  package let owner: String
  /// The statements, in the words of a dialect.
  package let statements: @Sendable (Dialect) -> [String]

  package init(
    _ number: Int, _ name: String, owner: String, _ statements: @escaping @Sendable (Dialect) -> [String]
  ) {
    self.number = number
    self.name = name
    self.owner = owner
    self.statements = statements
  }
}

/// Brings a store to the schema of this program.
package struct Migrator: Sendable {
  let migrations: [Migration]

  /// How long to wait for another process that changes the schema, or keeps it as it is.
  let patience: Duration

  package init(_ migrations: [Migration] = Migration.all, patience: Duration = .seconds(30)) {
    self.migrations = migrations
    self.patience = patience
  }

  /// The number of the newest step this program knows.
  package var newest: Int { migrations.last?.number ?? 0 }

  /// The number of the newest step the store has taken; 0 for an empty one.
  /// - Throws: `Problem` when the store holds something else than a company.
  package func applied(_ database: Database) async throws -> Int {
    try await database.read { try Migrator.reached($0) }
  }

  private static func reached(_ tx: Transaction) throws -> Int {
    let tables: Statement =
      switch tx.dialect {
      case .sqlite: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
      case .postgres: "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"
      }
    let names: [String] = try tx.rows(tables) { try $0(0) }
    guard !names.isEmpty else { return 0 }
    guard names.contains("schema_step") else {
      throw Problem(
        .unavailable, field: "database", "It holds other tables than those of this program (\(names[0]), for one).",
        mend: "Choose an empty database or schema, or another file.")
    }
    return try tx.value("SELECT max(number) FROM schema_step", as: Int?.self).flatMap { $0 } ?? 0
  }

  /// Refuses a store made by a newer program; otherwise takes the missing steps, each in a transaction of its own.
  /// - Parameter before: called once before the first step on a store that already holds something (for a backup).
  /// - Returns: the steps taken.
  @discardableResult
  package func migrate(_ database: Database, before: () async throws -> Void = {}) async throws -> [Migration] {
    let reached = try await applied(database)
    guard reached <= newest else {
      throw Problem(
        .unavailable, field: "database",
        "The store was made by a newer version of this program (step \(reached), this one knows \(newest)).",
        mend: "Install that version, or restore a backup made before the upgrade.")
    }
    let missing = migrations.filter { $0.number > reached }
    if reached > 0 && !missing.isEmpty { try await before() }
    for step in missing { try await take(step, database) }
    return missing
  }

  /// Takes one step, or waits while another process takes it.
  private func take(_ step: Migration, _ database: Database) async throws {
    let deadline = ContinuousClock.now + patience
    while try await !claim(step, database) {
      guard ContinuousClock.now < deadline else {
        throw Problem(
          .unavailable, field: "database",
          "The store needs step \(step.number) of its schema, but another process uses it on step \(step.number - 1).",
          mend: "Stop the other servers of this company, then start again.")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// - Returns: whether the step is taken now, by this or by another process.
  private func claim(_ step: Migration, _ database: Database) async throws -> Bool {
    try await database.write { tx in
      guard try Migrator.reached(tx) < step.number else { return true }
      if tx.dialect == .postgres {
        let locked: Int? = try tx.value("SELECT pg_try_advisory_xact_lock(\(SchemaLock.key))")
        guard locked == 1 else { return false }
        // Another process may have taken it between the look and the lock.
        guard try Migrator.reached(tx) < step.number else { return true }
        try tx.connection.script("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
      }
      if step.number == 1 { try tx.connection.script(Migrator.ledger(tx.dialect)) }
      for sql in step.statements(tx.dialect) { try tx.connection.script(sql) }
      try tx.run("INSERT INTO schema_step (number, name, owner) VALUES (\(step.number), \(step.name), \(step.owner))")
      return true
    }
  }

  /// The table of the steps taken.
  static func ledger(_ d: Dialect) -> String {
    "CREATE TABLE schema_step (number \(d.int) PRIMARY KEY, name \(d.text) NOT NULL, owner \(d.text) NOT NULL) \(d.strict)"
  }
}
