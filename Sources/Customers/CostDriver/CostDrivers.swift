import Kernel
import Store

/// The counts that cost to serve rests on: every statement on their table.
package struct CostDrivers: Sendable {
  let database: Database

  package init(_ database: Database) { self.database = database }

  /// What was counted for a customer, summed by kind.
  package func totals(of customer: ID<Customer>, for actor: Actor) async throws -> [CostDriver.Total] {
    let scope = try Customers.scope(actor)
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT kind, count(*) AS n, coalesce(sum(pieces), 0.0) AS pieces, coalesce(sum(minutes), 0.0) AS minutes,
          CAST(coalesce(sum(amount_minor), 0) AS BIGINT) AS minor
        FROM cost_driver WHERE customer_id = \(customer)
          AND EXISTS (SELECT 1 FROM customer c WHERE c.id = \(customer) AND \(scope))
        GROUP BY kind ORDER BY kind
        """
      ) { row in
        CostDriver.Total(
          kind: try row("kind"), count: try row("n"), pieces: try row("pieces"), minutes: try row("minutes"),
          minor: try row("minor"))
      }
    }
  }

  /// What was counted for a customer that was found already, summed by kind.
  static func totals(of customer: ID<Customer>, in tx: Transaction) throws -> [CostDriver.Total] {
    try tx.rows(
      """
      SELECT kind, count(*), coalesce(sum(pieces), 0.0), coalesce(sum(minutes), 0.0),
        CAST(coalesce(sum(amount_minor), 0) AS BIGINT)
      FROM cost_driver WHERE customer_id = \(customer) GROUP BY kind ORDER BY kind
      """
    ) { row in
      CostDriver.Total(
        kind: try row(0), count: try row(1), pieces: try row(2), minutes: try row(3), minor: try row(4))
    }
  }

  /// What was counted in some days for every customer the actor may see; sites in the name of the party they stand
  /// under, so that a party may stand there several times.
  package func counts(
    in period: Period, for actor: Actor
  ) async throws -> [(customer: ID<Customer>, total: CostDriver.Total)] {
    let limit = try Customers.rows(for: actor)
    return try await database.read { tx in
      let accounts = try Accounts(in: tx)
      return try tx.rows(
        """
        SELECT customer_id, kind, count(*) AS n, coalesce(sum(pieces), 0.0) AS pieces,
          coalesce(sum(minutes), 0.0) AS minutes, CAST(coalesce(sum(amount_minor), 0) AS BIGINT) AS minor
        FROM cost_driver WHERE day >= \(period.from) AND day < \(period.until) AND \(limit)
        GROUP BY customer_id, kind ORDER BY customer_id, kind
        """
      ) { row in
        (
          accounts.account(of: try row("customer_id")),
          CostDriver.Total(
            kind: try row("kind"), count: try row("n"), pieces: try row("pieces"), minutes: try row("minutes"),
            minor: try row("minor"))
        )
      }
    }
  }

  /// What was counted in periods that follow one another, like `counts(in:)` for each, in one pass.
  package func counts(
    in periods: [Period], for actor: Actor
  ) async throws -> [[(customer: ID<Customer>, total: CostDriver.Total)]] {
    guard let first = periods.first, let last = periods.last else { return [] }
    let limit = try Customers.rows(for: actor)
    return try await database.read { tx in
      let accounts = try Accounts(in: tx)
      var sums = [[Counted: CostDriver.Total]](repeating: [:], count: periods.count)
      try tx.each(
        """
        SELECT customer_id, day, kind, count(*), coalesce(sum(pieces), 0.0), coalesce(sum(minutes), 0.0),
          CAST(coalesce(sum(amount_minor), 0) AS BIGINT)
        FROM cost_driver WHERE day >= \(first.from) AND day < \(last.until) AND \(limit)
        GROUP BY customer_id, day, kind
        """
      ) { row in
        let day: Day = try row(1)
        guard let place = periods.firstIndex(where: { $0.contains(day) }) else { return }
        let total = CostDriver.Total(
          kind: try row(2), count: try row(3), pieces: try row(4), minutes: try row(5), minor: try row(6))
        let counted = Counted(customer: accounts.account(of: try row(0)), kind: total.kind)
        sums[place][counted] = sums[place][counted]?.adding(total) ?? total
      }
      return sums.map { $0.map { (customer: $0.key.customer, total: $0.value) } }
    }
  }

  private struct Counted: Hashable {
    let customer: ID<Customer>
    let kind: CostDriver.Kind
  }

  /// The last day on which something of a kind was done for each customer the actor may see, up to a day.
  package func lastDays(
    of kind: CostDriver.Kind, until day: Day, for actor: Actor
  ) async throws -> [ID<Customer>: Day] {
    let limit = try Customers.rows(for: actor)
    return try await database.read { tx in
      let accounts = try Accounts(in: tx)
      var days: [ID<Customer>: Day] = [:]
      try tx.each(
        """
        SELECT customer_id, max(day) FROM cost_driver WHERE kind = \(kind) AND day < \(day) AND \(limit)
        GROUP BY customer_id
        """
      ) { row in
        let account = accounts.account(of: try row(0))
        let last: Day = try row(1)
        days[account] = max(days[account] ?? last, last)
      }
      return days
    }
  }

  /// Invoices and payments before a day, of every customer the actor may see, by customer and day.
  package func credit(until day: Day, for actor: Actor) async throws -> [CostDriver] {
    let limit = try Customers.rows(for: actor)
    return try await database.read { tx in
      let accounts = try Accounts(in: tx)
      return try tx.rows(
        """
        SELECT customer_id, day, kind, pieces, minutes, amount_minor FROM cost_driver
        WHERE kind IN ('invoice', 'payment') AND day < \(day) AND \(limit) ORDER BY customer_id, day, id
        """
      ) { row in
        CostDriver(
          customer: accounts.account(of: try row("customer_id")), day: try row("day"), kind: try row("kind"),
          pieces: try row("pieces"),
          minutes: try row("minutes"), minor: try row("amount_minor"))
      }
    }
  }

  /// Takes one batch in; rows seen before change nothing, rows of a name seen before correct it.
  ///
  /// Rows without a name are told apart by their content and how often it stands in the batch, which holds all rows
  /// of its customers. Different rows of one name, such as two deliveries of one order, are its first, its second …. What a row counts beside its first kind is no row of its own.
  package static func merge(
    _ batch: [CostDriverArrival], customers: [String: ID<Customer>], source: ID<Source>, importID: Int64,
    changes: inout ChangeLog, in tx: Transaction
  ) throws -> (loaded: Int, merged: Int, corrected: Int) {
    var occurrences: [String: Int] = [:]
    var named: [String: [String]] = [:]
    let keys = batch.map { $0.key == nil ? $0.contentKey(&occurrences) : $0.nameKey(&named) }
    var known = try existing(keys, source, in: tx)
    var result = (loaded: 0, merged: 0, corrected: 0)
    var fresh: [(CostDriverArrival, ID<Customer>, String)] = []
    var isOfKnownRow = false
    for (arrival, key) in zip(batch, keys) {
      guard let customer = customers[arrival.customer] else { continue }
      let name = "\(arrival.kind.rawValue) \(key)"
      if arrival.line > 0 { isOfKnownRow = known[name] != nil }
      guard let before = known[name] else {
        known[name] = Former(arrival, customer, id: 0)
        fresh.append((arrival, customer, key))
        if arrival.line > 0 { result.loaded += 1 }
        if isOfKnownRow { result.corrected += 1 }
        isOfKnownRow = false
        continue
      }
      if arrival.line > 0 { result.merged += 1 }
      let after = Former(arrival, customer, id: before.id)
      guard before.id != 0, after != before else { continue }
      try changes.record("cost_driver", before)
      try write(after, in: tx)
      result.corrected += 1
    }
    let numbers = try tx.newIDs(fresh.count)
    var next = zip(fresh, numbers).makeIterator()
    try tx.insert(
      into: "cost_driver",
      [
        "customer_id", "day", "id", "kind", "pieces", "minutes", "amount_minor", "due_day", "source_id", "external_id",
        "import_id",
      ]
    ) {
      next.next().map { entry, number in
        let (arrival, customer, key) = entry
        return [
          customer.stored, arrival.day.stored, .int(number), arrival.kind.stored, arrival.pieces.stored,
          arrival.minutes.stored, arrival.minor.stored, arrival.dueDay.stored, source.stored, .text(key),
          .int(importID),
        ]
      }
    }
    return result
  }

  private static func existing(
    _ keys: [String], _ source: ID<Source>, in tx: Transaction
  ) throws -> [String: Former] {
    var known: [String: Former] = [:]
    for chunk in keys.chunks(of: 400) {
      try tx.each(
        "SELECT * FROM cost_driver WHERE source_id = \(source) AND external_id IN (\(list: chunk))"
      ) { row in
        let former = try Former(row: row)
        known["\(former.kind.rawValue) \(try row("external_id", as: String.self))"] = former
      }
    }
    return known
  }

  private static func write(_ driver: Former, in tx: Transaction) throws {
    try tx.run(
      """
      UPDATE cost_driver SET customer_id = \(driver.customer), day = \(driver.day), pieces = \(driver.pieces),
        minutes = \(driver.minutes), amount_minor = \(driver.minor), due_day = \(driver.dueDay) WHERE id = \(driver.id)
      """)
  }

  package static func undo(importID: Int64, changes: [ChangeLog.Entry], in tx: Transaction) throws {
    for entry in changes.reversed() where entry.noun == "cost_driver" {
      try write(try entry.decoded(as: Former.self), in: tx)
    }
    try tx.run("DELETE FROM cost_driver WHERE import_id = \(importID)")
  }

  /// A cost driver as the store has it.
  struct Former: Codable, Equatable {
    let id: Int64
    let customer: ID<Customer>
    let day: Day
    let kind: CostDriver.Kind
    let pieces: Double?
    let minutes: Double?
    let minor: Int64?
    let dueDay: Day?
  }
}

extension CostDrivers.Former {
  init(_ arrival: CostDriverArrival, _ customer: ID<Customer>, id: Int64) {
    self.init(
      id: id, customer: customer, day: arrival.day, kind: arrival.kind, pieces: arrival.pieces,
      minutes: arrival.minutes, minor: arrival.minor, dueDay: arrival.dueDay)
  }

  init(row: Row) throws {
    try self.init(
      id: row("id"), customer: row("customer_id"), day: row("day"), kind: row("kind"), pieces: row("pieces"),
      minutes: row("minutes"), minor: row("amount_minor"), dueDay: row("due_day"))
  }
}

extension CostDriverArrival {
  /// A name made from the content, for rows that have none; the next time the same content comes it has another.
  func contentKey(_ occurrences: inout [String: Int]) -> String {
    let stem = contentKey(1)
    occurrences[stem, default: 0] += 1
    return contentKey(occurrences[stem] ?? 1)
  }

  /// The row's name, with its number among the different rows that share it; a row that says the same again is the same.
  func nameKey(_ rows: inout [String: [String]]) -> String {
    let name = key ?? ""
    let content = contentKey(1)
    var known = rows["\(kind.rawValue) \(name)"] ?? []
    if !known.contains(content) { known.append(content) }
    rows["\(kind.rawValue) \(name)"] = known
    let number = (known.firstIndex(of: content) ?? 0) + 1
    return number == 1 ? name : "\(name)#\(number)"
  }

  func contentKey(_ number: Int) -> String {
    func shown(_ value: Double?) -> String { value.map { String($0) } ?? "" }
    return "=\(customer)/\(kind.rawValue)/\(day)/\(shown(pieces))/\(shown(minutes))/"
      + "\(minor.map(String.init) ?? "")/\(dueDay.map(\.description) ?? "")#\(number)"
  }
}

extension CostDriver.Kind: Storable {}

extension CostDriver.Total {
  fileprivate func adding(_ other: Self) -> Self {
    Self(
      kind: kind, count: count + other.count, pieces: pieces + other.pieces, minutes: minutes + other.minutes,
      minor: minor.addingReportingOverflow(other.minor).partialValue)
  }
}
