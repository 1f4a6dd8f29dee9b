import Customers
import Kernel

/// Net price, cost to serve and relationship value: Turnbull and Zolkiewski's eight cells in two panels, and on the first
/// two axes Shapiro's four names (domain F11).
package struct PriceCostMatrix: Sendable {
  package struct Row: Sendable, Equatable {
    package let customer: ID<Customer>
    /// Cost to serve ÷ gross margin; nil when either is missing or there is no margin to pay it from.
    package let costBurden: Double?
    /// Serving costs something and there is no margin to pay it from: high wherever the line stands.
    package let hasNoMargin: Bool
    /// Σ paid ÷ Σ list; nil without list prices.
    package let netPrice: Double?
    /// 0 to 100; nil when nobody rated it and no detector spoke.
    package let relationshipValue: Double?
    package let relationshipGrade: Figure.Grade

    /// - Parameter relationshipValue: rated, or the best score of significance × 100.
    package init(
      _ contribution: CustomerContribution, relationshipValue: Double?,
      relationshipGrade: Figure.Grade = .declared
    ) {
      customer = contribution.customer
      let (cost, margin) = (contribution.costToServe, contribution.grossMargin)
      hasNoMargin = (margin ?? 1) <= 0 && (cost ?? 0) > 0
      costBurden = (margin ?? 0) > 0 ? cost.map { Double($0) / Double(margin ?? 1) } : nil
      let list = contribution.sales.list ?? 0
      netPrice = list > 0 ? Double(contribution.sales.net) / Double(list) : nil
      self.relationshipValue = relationshipValue
      self.relationshipGrade = relationshipGrade
    }
  }

  /// Where the lines stand; nil: at the median of those who have a figure.
  package struct Lines: Sendable, Equatable, Codable {
    package var cost: Double?
    package var price: Double?
    package var relationship: Double?

    package init(cost: Double? = nil, price: Double? = nil, relationship: Double? = nil) {
      (self.cost, self.price, self.relationship) = (cost, price, relationship)
    }
  }

  package enum Name: String, Sendable, Codable, CaseIterable {
    case carriageTrade, passive, aggressive, bargainBasement

    package init(price: Half, cost: Half) {
      self =
        switch (price, cost) {
        case (.high, .high): .carriageTrade
        case (.high, .low): .passive
        case (.low, .low): .aggressive
        case (.low, .high): .bargainBasement
        }
    }

    package var word: String {
      switch self {
      case .carriageTrade: "Carriage trade"
      case .passive: "Passive"
      case .aggressive: "Aggressive"
      case .bargainBasement: "Bargain basement"
      }
    }
  }

  package struct Cell: Sendable, Hashable {
    package let cost: Half
    package let price: Half
    /// Which of the two panels.
    package let relationship: Half

    package init(cost: Half, price: Half, relationship: Half) {
      (self.cost, self.price, self.relationship) = (cost, price, relationship)
    }

    package var name: Name { Name(price: price, cost: cost) }
  }

  package let rows: [Row]

  package init(_ rows: [Row]) { self.rows = rows }

  /// The lines as they stand, medians filled in; nil where nobody has a figure.
  package func lines(_ lines: Lines = Lines()) -> Lines {
    Lines(
      cost: lines.cost ?? rows.compactMap(\.costBurden).median,
      price: lines.price ?? rows.compactMap(\.netPrice).median,
      relationship: lines.relationship ?? rows.compactMap(\.relationshipValue).median)
  }

  package func names(_ lines: Lines = Lines(), money: [ID<Customer>: Int64]) throws -> MatrixMap<Name> {
    let placed = halves(lines)
    return try MatrixMap(
      placed.map { place in
        (place.customer, place.price.flatMap { price in place.cost.map { Name(price: price, cost: $0) } })
      }, money: money)
  }

  package func cells(_ lines: Lines = Lines(), money: [ID<Customer>: Int64]) throws -> MatrixMap<Cell> {
    try MatrixMap(
      halves(lines).map { place in
        guard let cost = place.cost, let price = place.price, let relationship = place.relationship else {
          return (place.customer, nil)
        }
        return (place.customer, Cell(cost: cost, price: price, relationship: relationship))
      }, money: money)
  }

  private func halves(
    _ lines: Lines
  ) -> [(customer: ID<Customer>, cost: Half?, price: Half?, relationship: Half?)] {
    let lines = self.lines(lines)
    func half(_ value: Double?, _ line: Double?) -> Half? {
      value.flatMap { value in line.map { Half(value, line: $0) } }
    }
    return rows.map { row in
      (
        row.customer, row.hasNoMargin ? .high : half(row.costBurden, lines.cost), half(row.netPrice, lines.price),
        half(row.relationshipValue, lines.relationship)
      )
    }
  }
}
