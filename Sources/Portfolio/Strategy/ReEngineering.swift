import Analytics
import Customers
import Kernel

/// The steps by which serving a customer can be made to pay, as people entered them, and what each would leave (domain
/// F12, C′).
struct ReEngineering: Sendable {
  /// One step and what it would leave of a customer.
  struct Step: Sendable, Equatable {
    let name: String
    let contribution: Int64
  }

  let assumptions: AssumptionSet

  /// Whether anybody has said what can be done at all.
  var isKnown: Bool { Self.names.contains { assumptions[$0] != nil } }

  private static let names: [Assumption.Name] = [
    .stepVisitsKept, .stepCallsKept, .stepOrdersKept, .stepDiscountCeiling,
  ]

  /// The best single step; nil while none was entered or the contribution is not known.
  func best(for row: CustomerContribution) -> Step? {
    steps(for: row).max { ($0.contribution, $1.name) < ($1.contribution, $0.name) }
  }

  func steps(for row: CustomerContribution) -> [Step] {
    guard let contribution = row.contribution else { return [] }
    func kept(_ name: Assumption.Name, of activities: [CostActivity]) -> Double? {
      assumptions[name].map { kept in
        (1 - kept) * activities.reduce(0) { $0 + Double(row.costs[$1]?.minor ?? 0) }
      }
    }
    let savings: [(String, Double?)] = [
      ("fewer visits", kept(.stepVisitsKept, of: [.visit])), ("a cheaper channel", kept(.stepCallsKept, of: [.call])),
      ("a minimum order", kept(.stepOrdersKept, of: [.order, .delivery, .invoice])), ("a new price", repricing(row)),
    ]
    return savings.compactMap { name, saved in
      guard let saved, let minor = Int64(exactly: saved.rounded()), let left = try? contribution.plus(minor)
      else { return nil }
      return Step(name: name, contribution: left)
    }
  }

  /// What discounts beyond the ceiling come to.
  private func repricing(_ row: CustomerContribution) -> Double? {
    guard let ceiling = assumptions[.stepDiscountCeiling], let list = row.sales.list, list > 0 else { return nil }
    let least = Double(list) * (1 - ceiling)
    return max(0, least - Double(row.sales.net))
  }
}
