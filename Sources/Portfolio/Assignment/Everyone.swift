import Customers
import Kernel

/// Everybody who gets a core strategy: who bought or was served in the window, who bought before it, and who never did.
struct Everyone {
  struct Member {
    let customer: ID<Customer>
    /// nil for those with whom nothing happened in the window.
    let row: CustomerContribution?
    let hasBought: Bool
  }

  let members: [Member]

  init(_ facts: Portfolio.Facts) {
    let rows = facts.contribution.costing.rows
    let buyers = Set(facts.ledger.customers)
    var known = Set(rows.map(\.customer))
    var members = rows.map { Member(customer: $0.customer, row: $0, hasBought: buyers.contains($0.customer)) }
    for customer in facts.ledger.customers where known.insert(customer).inserted {
      members.append(Member(customer: customer, row: nil, hasBought: true))
    }
    for customer in facts.accounts where known.insert(customer).inserted {
      members.append(Member(customer: customer, row: nil, hasBought: false))
    }
    self.members = members
  }
}
