import Kernel
import Store

/// Which customers count together: a site with the party it stands under. Analyses are of accounts, records of places.
package struct Accounts: Sendable {
  private let parents: [ID<Customer>: ID<Customer>]

  init(in tx: Transaction) throws {
    let sites = try tx.rows("SELECT id, parent_id FROM customer WHERE kind = 'site' AND parent_id IS NOT NULL") {
      (try $0(0, as: ID<Customer>.self), try $0(1, as: ID<Customer>.self))
    }
    parents = Dictionary(sites, uniquingKeysWith: { first, _ in first })
  }

  var areAllAlone: Bool { parents.isEmpty }

  /// The party a customer counts with: itself, unless it is a site.
  package func account(of customer: ID<Customer>) -> ID<Customer> {
    var account = customer
    // A site of a site is rare, a ring cannot be; the limit is for a store that was changed by hand.
    for _ in 0..<8 {
      guard let parent = parents[account] else { break }
      account = parent
    }
    return account
  }
}

extension Customers {
  /// The accounts some customers count with, each once: a site stands for its party.
  package func accounts(of customers: [ID<Customer>], for actor: Actor) async throws -> [ID<Customer>] {
    try actor.require(.see, .customer)
    let accounts = try await database.read { try Accounts(in: $0) }
    return Set(customers.map { accounts.account(of: $0) }).sorted()
  }

  /// Which customers count together.
  package func accounts() async throws -> Accounts { try await database.read { try Accounts(in: $0) } }
}
