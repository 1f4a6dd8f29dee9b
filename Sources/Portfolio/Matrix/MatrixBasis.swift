import Customers
import Kernel

/// What matrices are drawn from: what every customer earned and took to serve, what people rated, and what was measured.
package struct MatrixBasis: Sendable {
  let contribution: Contribution
  let ratings: FioccaRatings
  /// 0 to 100 by customer, rated or the best score of significance.
  let relationship: [ID<Customer>: MatrixRating]

  var customers: [CustomerContribution] { contribution.costing.rows }

  var sales: [ID<Customer>: Int64] {
    Dictionary(customers.map { ($0.customer, $0.sales.net) }, uniquingKeysWith: { first, _ in first })
  }

  /// Net price and cost to serve, with the relationship where it is asked for.
  var priceCost: PriceCostMatrix {
    PriceCostMatrix(
      customers.map { row in
        let value = relationship[row.customer]
        return PriceCostMatrix.Row(
          row, relationshipValue: value?.value, relationshipGrade: value?.grade ?? .declared)
      })
  }

  var fiocca: Fiocca {
    let earned = customers.compactMap { row in
      (row.contribution ?? row.grossMargin).map { (row.customer, $0) }
    }
    return Fiocca(
      customers.map(\.customer), ratings: ratings,
      contributions: Dictionary(earned, uniquingKeysWith: { first, _ in first }))
  }
}

/// What one axis says of every customer.
package struct MatrixAxis: Sendable {
  package let scale: MatrixScale
  /// Figures, one for each customer in the order of the answer; infinite: high wherever the line stands.
  package let values: [Double?]
  package let grade: Figure.Grade
  /// The words where the axis stands for another measure.
  package var title: String

  package var missing: Int { values.count { $0 == nil } }
  var isEmpty: Bool { values.allSatisfy { $0 == nil } }
}
