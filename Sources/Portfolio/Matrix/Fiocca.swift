import Customers
import Kernel

/// What Fiocca's four axes are made of (domain F10).
package enum FioccaItem: String, MatrixItem, Codable {
  case volume, potential, marketLeadership, desirability
  case productDifficulty, accountDifficulty, competition
  case marketFactors, competitiveFactors, financialFactors, technologyFactors, socialFactors
  case length, importance, friendship, cooperation, socialCloseness

  package var word: String {
    switch self {
    case .volume: "Volume and value of purchases"
    case .potential: "Potential and prestige"
    case .marketLeadership: "Leadership of its market"
    case .desirability: "General desirability"
    case .productDifficulty: "Difficulty of the product"
    case .accountDifficulty: "Difficulty of the account"
    case .competition: "Competition for the account"
    case .marketFactors: "Its market"
    case .competitiveFactors: "Its standing among rivals"
    case .financialFactors: "Its finances"
    case .technologyFactors: "Its technology"
    case .socialFactors: "Society and politics around it"
    case .length: "Length of the relationship"
    case .importance: "Importance to the customer"
    case .friendship: "Friendship"
    case .cooperation: "Cooperation"
    case .socialCloseness: "Social closeness"
    }
  }

  package static let strategicImportance: [FioccaItem] = [.volume, .potential, .marketLeadership, .desirability]
  package static let managementDifficulty: [FioccaItem] = [.productDifficulty, .accountDifficulty, .competition]
  package static let businessAttractiveness: [FioccaItem] = [
    .marketFactors, .competitiveFactors, .financialFactors, .technologyFactors, .socialFactors,
  ]
  package static let relationshipStrength: [FioccaItem] = [
    .length, .importance, .friendship, .cooperation, .socialCloseness,
  ]

  /// The figure that can stand in for a rating; nil where only people know.
  package var substitute: String? {
    switch self {
    case .volume: "sales of the window"
    case .accountDifficulty: "tickets and returns an order"
    case .competition: "share of deals lost to rivals"
    case .length: "days since the first purchase"
    case .importance: "share of wallet"
    case .cooperation: "contacts a month"
    default: nil
    }
  }
}

package typealias FioccaRatings = MatrixRatings<ID<Customer>, FioccaItem>

/// Fiocca's account portfolio in two steps. It ignores profit, so it is never shown without contribution beside it.
package struct Fiocca: Sendable {
  /// Where the lines stand; all of them can be dragged.
  package struct Lines: Sendable, Equatable, Codable {
    package var importance = 50.0
    package var difficulty = 50.0
    package var attractiveness = ThirdLines()
    package var strength = ThirdLines()

    package init() {}
  }

  package struct FirstCell: Sendable, Hashable {
    package let importance: Half
    package let difficulty: Half

    package init(importance: Half, difficulty: Half) { (self.importance, self.difficulty) = (importance, difficulty) }

    package var isKey: Bool { importance == .high }

    package var word: String {
      switch (importance, difficulty) {
      case (.high, .high): "Key, difficult"
      case (.high, .low): "Key, easy"
      case (.low, .high): "Non-key, difficult"
      case (.low, .low): "Non-key, easy"
      }
    }
  }

  package struct SecondCell: Sendable, Hashable {
    /// Of the customer's business, or its profitability in the variant of Yorke and Droussiotis.
    package let attractiveness: Third
    package let strength: Third

    package init(attractiveness: Third, strength: Third) {
      (self.attractiveness, self.strength) = (attractiveness, strength)
    }
  }

  package struct Row: Sendable, Equatable {
    package let customer: ID<Customer>
    package let importance: AxisScore<FioccaItem>
    package let difficulty: AxisScore<FioccaItem>
    package let attractiveness: AxisScore<FioccaItem>
    package let strength: AxisScore<FioccaItem>
    /// 0 to 100, its rank by contribution; nil where that is unknown.
    package let profitability: Double?
  }

  package let rows: [Row]

  package init(
    _ customers: [ID<Customer>], ratings: FioccaRatings, contributions: [ID<Customer>: Int64] = [:]
  ) {
    let ranks = ValueRanking.percentiles(customers.map { contributions[$0].map(Double.init) })
    rows = zip(customers, ranks).map { customer, rank in
      Row(
        customer: customer, importance: ratings.score(of: customer, on: FioccaItem.strategicImportance),
        difficulty: ratings.score(of: customer, on: FioccaItem.managementDifficulty),
        attractiveness: ratings.score(of: customer, on: FioccaItem.businessAttractiveness),
        strength: ratings.score(of: customer, on: FioccaItem.relationshipStrength), profitability: rank)
    }
  }

  package func first(_ lines: Lines = Lines(), money: [ID<Customer>: Int64]) throws -> MatrixMap<FirstCell> {
    try MatrixMap(rows.map { ($0.customer, Self.first($0, lines)) }, money: money)
  }

  /// Key customers only.
  /// - Parameter byProfit: takes profitability in place of attractiveness (Yorke and Droussiotis).
  package func second(
    _ lines: Lines = Lines(), byProfit: Bool = false, money: [ID<Customer>: Int64]
  ) throws -> MatrixMap<SecondCell> {
    let key = rows.filter { Self.first($0, lines)?.isKey ?? false }
    return try MatrixMap(
      key.map { row in
        let across = byProfit ? row.profitability : row.attractiveness.value
        guard let across, let strength = row.strength.value else { return (row.customer, nil) }
        return (
          row.customer,
          SecondCell(
            attractiveness: Third(across, lines: lines.attractiveness), strength: Third(strength, lines: lines.strength)
          )
        )
      }, money: money)
  }

  private static func first(_ row: Row, _ lines: Lines) -> FirstCell? {
    guard let importance = row.importance.value, let difficulty = row.difficulty.value else { return nil }
    return FirstCell(
      importance: Half(importance, line: lines.importance), difficulty: Half(difficulty, line: lines.difficulty))
  }
}
