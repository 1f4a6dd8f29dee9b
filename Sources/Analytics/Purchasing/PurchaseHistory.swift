import Kernel

/// What the purchase models need to know of one customer: how often, how recently, and since when.
public struct PurchaseHistory: Sendable, Equatable, Hashable, Codable {
  /// Repeat purchases (days with a purchase after the first such day). 0 or more.
  public let frequency: Int
  /// Periods from the first purchase to the last; 0 exactly when nothing was bought again.
  public let recency: Double
  /// Periods from the first purchase to the end of observation; more than 0, or 0 for somebody won on the last day.
  public let age: Double

  /// A history; throws when the three numbers contradict one another.
  public init(frequency: Int, recency: Double, age: Double) throws {
    try PurchaseHistory.check(frequency: Double(frequency), recency: recency, age: age)
    self.init(trusted: frequency, recency, age)
  }

  /// Reads a history and refuses one that contradicts itself.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      frequency: values.decode(Int.self, forKey: .frequency), recency: values.decode(Double.self, forKey: .recency),
      age: values.decode(Double.self, forKey: .age))
  }

  init(trusted frequency: Int, _ recency: Double, _ age: Double) {
    self.frequency = frequency
    self.recency = recency
    self.age = age
  }

  /// The most purchases a history may hold.
  static let mostPurchases = 1_000_000

  static func check(frequency: Double, recency: Double, age: Double, row: Int? = nil) throws {
    let facts = row.map { [Problem.Fact("row", String($0 + 1))] } ?? []
    func refuse(_ field: String, _ message: String, _ mend: String) -> Problem {
      let place = row.map { "Row \($0 + 1): " } ?? ""
      return Problem(.invalid, field: field, place + message, mend: mend, facts: facts)
    }
    guard frequency.isFinite, frequency >= 0, frequency == frequency.rounded() else {
      throw refuse("frequency", "A count of repeat purchases is a whole number from 0.", "Give whole numbers.")
    }
    guard frequency <= Double(mostPurchases) else {
      throw refuse("frequency", "More than a million repeat purchases.", "Check the column, or leave the customer out.")
    }
    guard recency.isFinite, recency >= 0 else {
      throw refuse("recency", "The time from first to last purchase is a number from 0.", "Give the time in periods.")
    }
    guard age.isFinite, age >= 0 else {
      throw refuse("age", "The time since the first purchase is a number from 0.", "Give the time in periods.")
    }
    guard recency <= age * (1 + 1e-12) else {
      throw refuse("recency", "The last purchase lies after the end of observation.", "Recency may not exceed age.")
    }
    guard (frequency > 0) == (recency > 0) else {
      throw refuse(
        "recency", "Repeat purchases and the time to the last one must both be zero or both more than zero.",
        "Merge purchases of one day, and count only repeats.")
    }
  }
}
