import Conditions
import Customers
import Foundation
import Kernel
import Store
import StoreTesting
import Tabular

/// A company that counts in euros in Berlin, whose feeds bring what a test writes down.
struct Shop {
  let database: Database
  let companies: Companies
  let imports: Imports
  let customers: Customers

  init(_ database: Database, folder: String, currency: Currency = .euro) async throws {
    self.database = database
    companies = Companies(database, clock: Stores.clock)
    imports = Imports(
      database, clock: Stores.clock, jobs: Jobs(database, clock: Stores.clock), folder: folder)
    customers = Customers(database, clock: Stores.clock)
    try await companies.found(
      Company(name: "Shop", currency: currency, timeZone: "Europe/Berlin"), by: .operator)
  }

  /// Notes a file that is to come in.
  func begin(_ order: ImportOrder, by actor: Actor = .operator) async throws -> ImportRun {
    try await imports.begin(order, fileName: "file.csv", path: nil, queue: false, by: actor)
  }

  func carryOut(
    _ run: ImportRun, _ text: String, _ progress: JobProgress = .silent, by actor: Actor = .operator
  ) async throws -> ImportRun {
    let job = ImportJob(imports, companies: companies)
    return try await job.carryOut(run, ByteSource(text: text, name: "file.csv"), progress, by: actor)
  }

  /// Brings a file in, the way the server and the command line do.
  @discardableResult
  func take(
    _ text: String, by actor: Actor = .operator, _ change: (inout ImportOrder) -> Void = { _ in }
  ) async throws -> ImportRun {
    var order = ImportOrder(feed: "shop")
    change(&order)
    let run = try await carryOut(try await begin(order, by: actor), text, by: actor)
    guard run.addsUp, run.state == .finished else { throw Problem(.invalid, "The rows do not add up: \(run).") }
    return run
  }

  /// What became of the rows of a run, in a few signs.
  func counts(_ run: ImportRun) -> String {
    "\(run.read) = \(run.loaded) + \(run.merged) + \(run.rejected), \(run.corrected) corrected"
  }

  func rejects(_ run: ImportRun) async throws -> [ImportReject] {
    try await imports.rejects(of: run.id, for: .operator)
  }

  /// The orders and returns as the store has them: `C1 2024-01-31 order O1 1250/2`.
  func purchases() async throws -> [String] {
    try await database.read { tx in
      try tx.rows(
        """
        SELECT k.external_id AS customer, p.day, p.kind, p.external_id, p.value_minor, p.lines, p.cancelled_at
        FROM purchase p JOIN customer_key k ON k.customer_id = p.customer_id
        ORDER BY k.external_id, p.day, p.kind, p.external_id
        """
      ) { row in
        let customer: String = try row("customer")
        let day: Day = try row("day")
        let kind: String = try row("kind")
        let name: String? = try row("external_id")
        let minor: Int64 = try row("value_minor")
        let lines: Int = try row("lines")
        let cancelled: Int64? = try row("cancelled_at")
        return "\(customer) \(day) \(kind) \(name ?? "-") \(minor)/\(lines)\(cancelled == nil ? "" : " cancelled")"
      }
    }
  }

  /// What analyses read: customer, value and whether it is a return.
  func ledger() async throws -> [String] {
    let ledger = try await PurchaseLedgers(database).current(for: .operator)
    let names = try await customers.names(ledger.customers, for: .operator)
    return ledger.customers.indices.flatMap { position in
      ledger.entries(of: position).map { entry in
        "\(names[ledger.customers[position]] ?? "?") \(ledger.minor[entry])\(ledger.isReturn[entry] ? " back" : "")"
      }
    }.sorted()
  }

  /// Every fact in the store. The versions of records grow with an undo too, so they are left out.
  func dump() async throws -> [String] {
    let tables: [Statement] = [
      """
      SELECT 'customer', id, kind, name, folded, email, parent_id, owner_id, team_id, import_id, created_at
      FROM customer ORDER BY id
      """,
      "SELECT 'key', k.* FROM customer_key k ORDER BY source_id, external_id",
      "SELECT 'trait', t.* FROM customer_trait t ORDER BY customer_id, name",
      """
      SELECT 'product', id, source_id, external_id, name, folded, category_id, supplier, brand, import_id
      FROM product ORDER BY id
      """,
      "SELECT 'purchase', p.* FROM purchase p ORDER BY customer_id, day, id",
      "SELECT 'line', l.* FROM purchase_line l ORDER BY customer_id, day, purchase_id, line",
      "SELECT 'driver', d.* FROM cost_driver d ORDER BY customer_id, day, id",
    ]
    return try await database.read { tx in
      try tables.flatMap { try tx.rows($0) { row in row.values.map { "\($0)" }.joined(separator: "|") } }
    }
  }

  /// The facts without the numbers the application gave them, to compare stores that came by their facts differently.
  func facts() async throws -> [String] {
    let lines: Statement = """
      SELECT k.external_id AS customer, c.name, p.day, p.kind, p.external_id, p.value_minor, p.lines,
        p.cancelled_at, l.line, l.amount_minor, l.quantity, l.external_line, l.content, g.external_id AS product
      FROM purchase p JOIN purchase_line l
        ON l.customer_id = p.customer_id AND l.day = p.day AND l.purchase_id = p.id
      JOIN customer c ON c.id = p.customer_id JOIN customer_key k ON k.customer_id = c.id
      LEFT JOIN product g ON g.id = l.product_id
      ORDER BY k.external_id, p.day, p.kind, p.external_id, l.line
      """
    return try await database.read { tx in
      try tx.rows(lines) { row in row.values.map { "\($0)" }.joined(separator: "|") }
    }
  }
}

/// Runs `body` in a shop on a store of its own.
func withShop(
  _ store: Store.Dialect, currency: Currency = .euro, _ body: (Shop) async throws -> Void
) async throws {
  try await Stores.withFolder { folder in
    try await withStore(store) { database in
      try await body(try await Shop(database, folder: folder, currency: currency))
    }
  }
}
