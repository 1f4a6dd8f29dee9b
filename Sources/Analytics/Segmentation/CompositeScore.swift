import Kernel

/// A weighted mean over the parts that are known (domain F8b, F15, F17): what is missing is left out, never taken as
/// zero.
public struct CompositeScore: Sendable, Equatable {
  /// One ingredient; nil when it is not known.
  public struct Part: Sendable, Equatable {
    public let value: Double?
    public let weight: Double

    public init(_ value: Double?, weight: Double = 1) {
      self.value = value
      self.weight = weight
    }
  }

  /// nil when fewer parts are known than needed.
  public let value: Double?
  /// The weakest known part: a gate asks for this one.
  public let lowest: Double?
  public let known: Int
  public let missing: Int

  /// - Parameter minimum: how many parts must be known.
  /// - Throws: `Problem` when a weight or value is not finite, or a weight is negative.
  public init(_ parts: [Part], minimum: Int = 1) throws {
    let present = parts.compactMap { part in part.value.map { (value: $0, weight: part.weight) } }
    try present.map(\.value).requireFinite("value")
    try parts.map(\.weight).requireFinite("weight")
    guard parts.allSatisfy({ $0.weight >= 0 }) else {
      throw Problem(.invalid, field: "weight", "A weight is negative.", mend: "Give weights of zero or more.")
    }
    let weight = present.reduce(0) { $0 + $1.weight }
    known = present.count
    missing = parts.count - present.count
    lowest = present.map(\.value).min()
    value =
      present.count >= max(1, minimum) && weight > 0
      ? present.reduce(0) { $0 + $1.value * $1.weight } / weight : nil
  }

  /// The share of the values that are smaller, equal ones counted half, for each: 0.5 for the middle one.
  /// - Throws: `Problem` when a value is not finite.
  public static func percentileRanks(_ values: [Double]) throws -> [Double] {
    try values.requireFinite("values")
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0.5, count: values.count)
    var start = 0
    while start < order.count {
      let run = order[start...].prefix { values[$0] == values[order[start]] }
      let rank = (Double(start) + Double(run.count) / 2) / Double(values.count)
      for row in run { ranks[row] = rank }
      start += run.count
    }
    return ranks
  }
}
