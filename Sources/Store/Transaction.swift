import Kernel

/// A transaction in progress. Lives only inside the closure it is given to, on the driver's thread.
package struct Transaction {
  let connection: any Connection
  let ids: IDBlocks
  /// Signs the audit chain.
  let secret: Secret
  /// The rules that led to what is done through this value, each after a comma; empty when a person or program did.
  package var cause = ""

  package var dialect: Dialect { connection.dialect }

  /// Names the company's key: kept beside what it sealed.
  package var keyID: String { secret.id }

  /// A secret as it may be kept in the store: under the company's key, for one purpose.
  package func sealed(_ message: [UInt8], purpose: StaticString) throws -> [UInt8] {
    try secret.sealed(message, purpose: purpose)
  }

  /// The secret that was sealed.
  package func opened(_ sealed: [UInt8], purpose: StaticString) throws -> [UInt8] {
    try secret.opened(sealed, purpose: purpose)
  }

  /// What is kept of a short code that is only ever compared: nobody finds it without the company's key.
  package func code(for message: [UInt8], purpose: StaticString) -> [UInt8] {
    secret.code(for: message, purpose: purpose)
  }

  /// All rows of a query.
  package func rows(_ statement: Statement) throws -> [Row] {
    var all: [Row] = []
    try each(statement) { all.append($0) }
    return all
  }

  /// All rows of a query, each made into something.
  package func rows<T>(_ statement: Statement, _ make: (Row) throws -> T) throws -> [T] {
    var all: [T] = []
    try each(statement) { all.append(try make($0)) }
    return all
  }

  /// The first row, or nil.
  package func first(_ statement: Statement) throws -> Row? {
    try rows(statement).first
  }

  /// The first row made into something, or nil.
  package func first<T>(_ statement: Statement, _ make: (Row) throws -> T) throws -> T? {
    try first(statement).map(make)
  }

  /// The first column of the first row.
  package func value<T: Storable>(_ statement: Statement, as type: T.Type = T.self) throws -> T? {
    try first(statement).map { try $0(0) }
  }

  /// Rows one after the other, without keeping them.
  package func each(_ statement: Statement, _ body: (Row) throws -> Void) throws {
    let (sql, values) = statement.rendered(for: dialect)
    try connection.query(sql, values, each: body)
  }

  /// Runs a statement.
  /// - Returns: the number of rows changed.
  @discardableResult
  package func run(_ statement: Statement) throws -> Int {
    let (sql, values) = statement.rendered(for: dialect)
    return try connection.execute(sql, values)
  }

  /// Runs SQL that stands in the source code, without values; several statements if need be.
  package func script(_ sql: StaticString) throws { try connection.script(sql.description) }

  /// Inserts many rows the fastest way the store has.
  ///
  /// What `rows` makes may ask the store for identities meanwhile. On PostgreSQL a row may be refused only some rows
  /// later, and then the transaction is void.
  @discardableResult
  package func insert(into table: StaticString, _ columns: [StaticString], _ rows: () throws -> [Value]?) throws -> Int
  {
    try connection.insert(into: table.description, columns.map(\.description), rows)
  }

  /// Inserts many rows the fastest way the store has.
  @discardableResult
  package func insert(into table: StaticString, _ columns: [StaticString], rows: [[Value]]) throws -> Int {
    var iterator = rows.makeIterator()
    return try insert(into: table, columns) { iterator.next() }
  }

  /// Brings PostgreSQL's statistics up to the rows of some tables. Its planner takes tables that an import has just begun
  /// to fill for tiny, and reads whole indexes for every look-up; SQLite has no such statistics to lag.
  package func refreshStatistics(of tables: [StaticString]) throws {
    guard dialect == .postgres else { return }
    for table in tables { try run("ANALYZE \(name: table)") }
  }

  /// A new identity, unique in the whole company.
  package func newID<Thing>(_ type: Thing.Type = Thing.self) throws -> ID<Thing> {
    ID(try ids.take(1, connection).lowerBound)
  }

  /// So many new identities in a row.
  package func newIDs(_ count: Int) throws -> Range<Int64> { try ids.take(count, connection) }
}
