import Kernel
import Store

/// Every purchase in a scope as columns, customers in order and each customer's days in order: what analyses read.
package final class PurchaseLedger: Sendable {
  /// The customers who have at least one purchase or return, ascending.
  package let customers: [ID<Customer>]
  /// Where each customer's entries begin; one more at the end.
  package let starts: [Int]
  package let days: [Int32]
  /// Minor units; negative for returns.
  package let minor: [Int64]
  package let isReturn: [Bool]
  /// The revision of the facts it was read at.
  package let revision: Int64
  /// The newest day with an entry; nil when there is none.
  package let lastDay: Day?
  package let firstDay: Day?

  init(
    customers: [ID<Customer>], starts: [Int], days: [Int32], minor: [Int64], isReturn: [Bool], revision: Int64
  ) {
    self.customers = customers
    self.starts = starts
    self.days = days
    self.minor = minor
    self.isReturn = isReturn
    self.revision = revision
    lastDay = days.max().map(Day.init)
    firstDay = days.min().map(Day.init)
  }

  /// With what sites bought in the name of the party they stand under.
  func rolled(up accounts: Accounts) -> PurchaseLedger {
    guard !accounts.areAllAlone else { return self }
    var entries: [(account: ID<Customer>, day: Int32, place: Int)] = []
    entries.reserveCapacity(days.count)
    for position in customers.indices {
      let account = accounts.account(of: customers[position])
      for entry in self.entries(of: position) { entries.append((account, days[entry], entry)) }
    }
    entries.sort { ($0.account, $0.day, $0.place) < ($1.account, $1.day, $1.place) }
    var owners: [ID<Customer>] = []
    var begins: [Int] = []
    for (place, entry) in entries.enumerated() where owners.last != entry.account {
      owners.append(entry.account)
      begins.append(place)
    }
    begins.append(entries.count)
    return PurchaseLedger(
      customers: owners, starts: begins, days: entries.map(\.day), minor: entries.map { minor[$0.place] },
      isReturn: entries.map { isReturn[$0.place] }, revision: revision)
  }

  /// The positions of a customer's entries.
  package func entries(of position: Int) -> Range<Int> { starts[position]..<starts[position + 1] }
}

/// Reads the ledger once per revision of the facts and scope, and keeps the last few.
package final class PurchaseLedgers: Sendable {
  /// Whose purchases are read.
  private struct Reader: Equatable {
    let user: Viewpoint?
  }

  private let database: Database
  private let kept = KeptAnswers<Reader, PurchaseLedger>(most: 3)

  package init(_ database: Database) { self.database = database }

  /// The ledger of what the actor may see.
  package func current(for actor: Actor) async throws -> PurchaseLedger {
    try actor.require(.see, .purchase)
    let limit = try Customers.rows(for: actor)
    // The same purchases for everybody who sees all customers, with names or without.
    let reader = Reader(user: actor.reach(.see, .customer) == .all ? nil : actor.viewpoint)
    let revision = try await database.read { try Sources().revision(in: $0) }
    if let found = kept.find(reader, at: revision) { return found }
    let ledger = try await database.read { try PurchaseLedgers.read(limit, in: $0) }
    kept.keep(ledger, to: reader, at: revision)
    return ledger
  }

  private static func read(_ limit: Statement, in tx: Transaction) throws -> PurchaseLedger {
    var customers: [ID<Customer>] = []
    var starts: [Int] = []
    var days: [Int32] = []
    var minor: [Int64] = []
    var isReturn: [Bool] = []
    try tx.each(
      """
      SELECT customer_id, day, value_minor, CASE kind WHEN 'return' THEN 1 ELSE 0 END FROM purchase
      WHERE cancelled_at IS NULL AND \(limit) ORDER BY customer_id, day
      """
    ) { row in
      let customer: ID<Customer> = try row(0)
      if customers.last != customer {
        customers.append(customer)
        starts.append(days.count)
      }
      days.append(try row(1))
      minor.append(try row(2))
      isReturn.append(try row(3, as: Bool.self))
    }
    starts.append(days.count)
    let ledger = PurchaseLedger(
      customers: customers, starts: starts, days: days, minor: minor, isReturn: isReturn,
      revision: try Sources().revision(in: tx))
    return ledger.rolled(up: try Accounts(in: tx))
  }
}
