import Kernel

/// Customers scored 1 to 5 on how recently, how often and for how much they bought (domain F9b).
///
/// A score s means that at least (s − 1) fifths of the customers are strictly worse on that column. So equal customers
/// always get equal scores, at most a fifth can score 5, and a column in which everybody is equal scores 1 throughout.
public struct RFM: Sendable, Equatable {
  /// One customer's three scores.
  public struct Score: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public let recency: Int
    public let frequency: Int
    public let monetary: Int

    /// Such as 545: recency, frequency, monetary.
    public var description: String { "\(recency)\(frequency)\(monetary)" }
    /// The three scores added, 3 to 15.
    public var sum: Int { recency + frequency + monetary }

    public static func < (left: Score, right: Score) -> Bool {
      (left.recency, left.frequency, left.monetary) < (right.recency, right.frequency, right.monetary)
    }
  }

  /// All customers with the same three scores.
  public struct Cell: Sendable, Equatable {
    public let score: Score
    public let customers: Int
    /// The share of all customers.
    public let share: Double
    /// Sums over the cell: purchases, and value in the unit given.
    public let frequency: Int
    public let monetary: Double
  }

  /// By customer, in the order given.
  public let scores: [Score]
  /// The cells that have customers, 555 first.
  public let cells: [Cell]

  /// One row for each customer.
  /// - Parameters:
  ///   - lastPurchase: the day of the last purchase; later is better.
  ///   - frequency: number of purchases; more is better.
  ///   - monetary: value of the purchases; more is better, negative allowed.
  /// - Throws: `Problem` when there are no customers, the columns differ in length, a frequency is negative or a value
  ///   is not finite.
  public init(lastPurchase: [Day], frequency: [Int], monetary: [Double]) throws {
    try requireRows("lastPurchase", lastPurchase.count)
    try requireSameCount("frequency", frequency.count, as: lastPurchase.count)
    try requireSameCount("monetary", monetary.count, as: lastPurchase.count)
    try monetary.requireFinite("monetary")
    guard frequency.allSatisfy({ (0...1_000_000_000).contains($0) }) else {
      throw Problem(
        .invalid, field: "frequency", "A number of purchases is negative or above a thousand million.",
        mend: "Count purchases, not returns.")
    }
    let recent = RFM.fifths(lastPurchase)
    let often = RFM.fifths(frequency)
    let much = RFM.fifths(monetary)
    scores = lastPurchase.indices.map { Score(recency: recent[$0], frequency: often[$0], monetary: much[$0]) }
    cells = RFM.cells(scores, frequency, monetary)
  }

  /// The score 1 to 5 of every value within its column: 1 + ⌊5 × (values strictly below) ÷ n⌋.
  public static func fifths<Value: Comparable>(_ values: [Value]) -> [Int] {
    guard !values.isEmpty else { return [] }
    let sorted = values.sorted()
    // At least k fifths are strictly below a value just when it is above the last of the lowest k fifths.
    let borders = (1...4).map { sorted[($0 * sorted.count + 4) / 5 - 1] }
    return values.map { value in borders.reduce(1) { $1 < value ? $0 + 1 : $0 } }
  }

  private static func cells(_ scores: [Score], _ frequency: [Int], _ monetary: [Double]) -> [Cell] {
    // One place for each of the 125 possible scores, in their order.
    var customers = [Int](repeating: 0, count: 125)
    var purchases = customers
    var value = [CompensatedSum](repeating: CompensatedSum(), count: 125)
    for (row, score) in scores.enumerated() {
      let place = 25 * (score.recency - 1) + 5 * (score.frequency - 1) + score.monetary - 1
      customers[place] += 1
      purchases[place] += frequency[row]
      value[place].add(monetary[row])
    }
    return customers.indices.reversed().filter { customers[$0] > 0 }.map { place in
      Cell(
        score: Score(recency: place / 25 + 1, frequency: place / 5 % 5 + 1, monetary: place % 5 + 1),
        customers: customers[place], share: Double(customers[place]) / Double(scores.count),
        frequency: purchases[place], monetary: value[place].value)
    }
  }
}
