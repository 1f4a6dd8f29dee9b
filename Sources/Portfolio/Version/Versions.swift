import Conditions
import Customers
import Foundation
import Kernel
import Store

/// The frozen portfolios of the company: every statement on their tables.
package final class Versions: Sendable {
  let database: Database
  let clock: any Clock
  let jobs: Jobs
  let portfolios: Portfolios
  let customers: Customers
  private let books = KeptAnswers<ID<Version>, AssignmentBook>(most: 3)

  package init(
    _ database: Database, clock: any Clock, jobs: Jobs, portfolios: Portfolios, customers: Customers
  ) {
    self.database = database
    self.clock = clock
    self.jobs = jobs
    self.portfolios = portfolios
    self.customers = customers
  }

  // A version is of the whole company; whoever sees a part of its customers sees none of it.
  private func requireAll(_ actor: Actor, _ verb: Actor.Verb = .see) throws {
    try actor.require(verb, .analysis)
    try actor.require(.see, .customer, reach: .all)
  }

  /// The newest first.
  package func list(limit: Int = 200, for actor: Actor) async throws -> [Version] {
    try requireAll(actor)
    return try await database.read { tx in
      try tx.rows("SELECT * FROM portfolio_version ORDER BY id DESC LIMIT \(limit)", Version.init(row:))
    }
  }

  package func find(_ id: ID<Version>, for actor: Actor) async throws -> Version {
    try requireAll(actor)
    let found = try await database.read { tx in
      try tx.first("SELECT * FROM portfolio_version WHERE id = \(id)", Version.init(row:))
    }
    guard let found else {
      throw Problem(.notFound, "There is no such version.", mend: "Choose one of the list of versions.")
    }
    return found
  }

  /// Every customer of a version.
  package func book(of version: Version, for actor: Actor) async throws -> AssignmentBook {
    try requireAll(actor)
    if let found = books.find(version.id, at: 0) { return found.seen(by: actor) }
    let rows = try await database.read { tx in
      try tx.rows("SELECT * FROM portfolio_version_row WHERE version_id = \(version.id) ORDER BY customer_id") {
        try PortfolioAssignment(row: $0, of: version)
      }
    }
    let book = AssignmentBook(
      asOf: version.asOf, window: Period(first: version.first, last: version.last),
      currency: try Currency(version.currency), revision: version.revision, model: version.model, rows: rows)
    books.keep(book, to: version.id, at: 0)
    return book.seen(by: actor)
  }

  /// How a customer stood in each version, the newest first; empty for who may not see versions.
  package func rows(of customer: ID<Customer>, for actor: Actor) async throws -> [VersionRow] {
    guard actor.reach(.see, .customer) == .all else { return [] }
    try actor.require(.see, .analysis)
    return try await database.read { tx in
      let rows = try tx.rows(
        """
        SELECT r.*, v.id AS id FROM portfolio_version v
        JOIN portfolio_version_row r ON r.version_id = v.id AND r.customer_id = \(customer)
        ORDER BY v.id DESC LIMIT 36
        """)
      guard !rows.isEmpty else { return [] }
      let ids = try rows.map { try $0("version_id", as: ID<Version>.self) }
      let versions = try tx.rows("SELECT * FROM portfolio_version WHERE id IN (\(list: ids))", Version.init(row:))
      let known = Dictionary(versions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      return try zip(ids, rows).compactMap { id, row in
        try known[id].map { VersionRow(version: $0, row: try PortfolioAssignment(row: row, of: $0).seen(by: actor)) }
      }
    }
  }

  /// Freezes the portfolio as it stands.
  /// - Parameter month: the first day of the month it is made for; nil for one made by hand.
  package func freeze(
    note: String = "", month: Day? = nil, by actor: Actor, once: Once = .unchecked
  ) async throws -> Version {
    try requireAll(actor, .create)
    let note = try Text.line(note, field: "note", limit: 200, required: false)
    // What is kept is kept with names and numbers, whoever asks for it.
    let reader = actor.unmasked
    let question = try await portfolios.question(scenario: nil, for: reader)
    guard let portfolio = try await portfolios.run(question, for: reader),
      let book = try await portfolios.book(question, for: reader)
    else {
      throw Problem(
        .conflict, "Nobody has bought anything yet, so there is nothing to freeze.",
        mend: "Bring in purchases first.")
    }
    let names = try await customers.names(for: reader)
    let now = clock.now
    return try await database.write { tx in
      try once.check(in: tx)
      let made = Version(
        id: try tx.newID(), of: portfolio, book: book, month: month, note: note, by: actor.name, at: now)
      try Versions.insert(made, actor, in: tx)
      var rows = book.rows.makeIterator()
      try tx.insert(into: "portfolio_version_row", PortfolioAssignment.columns) {
        try rows.next().map { try $0.values(of: made.id, name: names[$0.customer]) }
      }
      try tx.audit(
        "freeze", .analysis, made.id.rawValue,
        detail: ["customers": "\(made.customers)", "revision": "\(made.revision)"], by: actor, at: now)
      try tx.announce(
        "portfolio.frozen", .analysis, made.id.rawValue, ["asOf": "\(made.asOf)", "customers": "\(made.customers)"],
        at: now)
      try once.keep(made, location: "/api/v1/portfolio/versions/\(made.id)", in: tx)
      return made
    }
  }

  private static func insert(_ made: Version, _ actor: Actor, in tx: Transaction) throws {
    if let month = made.month, try tx.first("SELECT 1 FROM portfolio_version WHERE month_day = \(month)") != nil {
      throw Problem(.conflict, field: "month", "This month was frozen already.", mend: "Look at its version.")
    }
    try tx.run(
      """
      INSERT INTO portfolio_version (id, month_day, as_of_day, first_day, last_day, facts_revision, currency, model,
        parameters, question, tests, customers, counts, contribution_minor, value, note, actor_id, actor_name, at)
      VALUES (\(made.id), \(made.month), \(made.asOf), \(made.first), \(made.last), \(made.revision),
        \(made.currency), \(made.model), \(try VersionText.of(made.parameters)), \(try VersionText.of(made.question)),
        \(made.tests.joined(separator: " ")), \(made.customers), \(try VersionText.of(made.counts)),
        \(made.contributionMinor), \(made.value), \(made.note), \(actor.user), \(actor.name), \(made.at))
      """)
  }

  /// Whether anything was brought in, entered or said since the newest version.
  package func hasNews() async throws -> Bool {
    try await database.read { tx in
      let last = try tx.first("SELECT facts_revision, at FROM portfolio_version ORDER BY id DESC LIMIT 1") {
        (revision: try $0(0, as: Int64.self), at: try $0(1, as: Instant.self))
      }
      guard let last else { return true }
      guard try Sources().revision(in: tx) == last.revision else { return true }
      return try tx.first(
        """
        SELECT 1 FROM (SELECT at FROM strategy_override UNION ALL SELECT at FROM strategy_override_withdrawal
          UNION ALL SELECT at FROM ending_verdict UNION ALL SELECT at FROM ending_verdict_withdrawal
          UNION ALL SELECT at FROM significance_verdict UNION ALL SELECT at FROM assumption) AS said
        WHERE at > \(last.at) LIMIT 1
        """) != nil
    }
  }

  /// Whether a month was frozen.
  func isFrozen(_ month: Day) async throws -> Bool {
    try await database.read { try $0.first("SELECT 1 FROM portfolio_version WHERE month_day = \(month)") != nil }
  }

  /// Queues the freeze of the month that has begun, where it is due.
  /// - Returns: whether it was.
  @discardableResult
  package func queueMonthly() async throws -> Bool {
    let (now, jobs) = (clock.now, jobs)
    guard try await database.read({ try Versions.due(at: now, in: $0) }) != nil else { return false }
    return try await database.write { tx in
      guard let month = try Versions.due(at: now, in: tx) else { return false }
      _ = try jobs.enqueue(
        VersionJob.kind, title: "The portfolio of \(month)", arguments: VersionJob.Arguments(month: month),
        by: VersionJob.actor, in: tx)
      return true
    }
  }

  private static func due(at now: Instant, in tx: Transaction) throws -> Day? {
    guard let zone = try Companies.current(in: tx)?.zone,
      let founded: Instant = try tx.value("SELECT created_at FROM company WHERE one = 1")
    else { return nil }
    let last: String? = try tx.value(
      "SELECT arguments FROM job WHERE kind = \(VersionJob.kind) ORDER BY id DESC LIMIT 1")
    let seen = try last.map { try VersionText.read($0, as: VersionJob.Arguments.self).month }
    return MonthlyFreeze(today: now.day(in: zone), founded: founded.day(in: zone), seen: seen).due
  }
}
