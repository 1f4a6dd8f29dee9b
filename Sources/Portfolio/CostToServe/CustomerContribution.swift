import Customers
import Kernel

/// What a customer earned: gross margin less cost to serve, with the evidence behind it (domain F1).
package struct CustomerContribution: Sendable, Equatable {
  /// What one activity cost.
  package struct Cost: Sendable, Equatable {
    package let minor: Int64
    /// Minutes of a pool; nil when the activity has none or they are not known.
    package let minutes: Double?
    package let grade: Figure.Grade
  }

  package let customer: ID<Customer>
  package let segment: String?
  package let sales: CustomerSales
  /// Orders of the window; 0 when nobody counted them.
  package let orders: Double
  /// nil when the cost of goods is unknown and there is no margin to stand in.
  package let grossMargin: Int64?
  package let marginGrade: Figure.Grade
  package let costs: [CostActivity: Cost]
  /// nil when nothing was entered to cost with.
  package let costToServe: Int64?
  /// Activities with a rate that nobody's record tells of: their cost is not in it.
  package let uncounted: [CostActivity]

  /// nil when gross margin or cost to serve is missing.
  package let contribution: Int64?

  init(
    _ served: ServedCustomer, margin: (minor: Int64?, grade: Figure.Grade), costs: [CostActivity: Cost],
    isCosted: Bool, uncounted: [CostActivity]
  ) throws {
    customer = served.customer
    segment = served.segment
    sales = served.sales
    orders = served.counts[.order]?.pieces ?? 0
    (grossMargin, marginGrade) = margin
    self.costs = costs
    self.uncounted = uncounted
    let total = try costs.values.map(\.minor).exactSum()
    costToServe = isCosted ? total : nil
    contribution = isCosted ? try margin.minor?.minus(total) : nil
  }

  /// The part of cost to serve in which the average of customers alike stood in.
  package var assumedCost: Int64 { costs.values.reduce(0) { $1.grade == .assumed ? $0 + $1.minor : $0 } }

  package var costGrade: Figure.Grade {
    uncounted.isEmpty ? Figure.weakest(costs.values.map(\.grade)) : .assumed
  }

  package var grade: Figure.Grade { max(marginGrade, costGrade) }

  /// Minutes of all pools; nil when no activity was timed.
  package var minutes: Double? {
    let timed = costs.values.compactMap(\.minutes)
    return timed.isEmpty ? nil : timed.sorted().reduce(0, +)
  }

  /// Contribution as a share of net revenue; nil without revenue.
  package var marginRate: Double? {
    sales.net > 0 ? contribution.map { Double($0) / Double(sales.net) } : nil
  }

  /// What would be left without some activities, such as mail: the contribution after one step of re-engineering.
  package func contribution(without dropped: Set<CostActivity>) -> Int64? {
    let saved = costs.reduce(Int64(0)) { dropped.contains($1.key) ? $0 + $1.value.minor : $0 }
    return contribution.flatMap { try? $0.plus(saved) }
  }

  /// What would be left if prices rose by a share and nothing else changed.
  package func contribution(withPriceRise share: Double) -> Int64? {
    guard let contribution, let more = try? Int64(nearestMinor: Double(sales.net) * share) else { return nil }
    return try? contribution.plus(more)
  }
}
