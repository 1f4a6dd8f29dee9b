import Kernel

/// How value is spread over customers: the cumulative share of value against the cumulative share of customers, best
/// first, and the Gini coefficient (domain F2).
///
/// - A customer with negative value (returns above purchases) counts with that value, at the end of the ranking, so
///   the curve may rise above 1 before it comes back to it.
/// - Every share is undefined, nil, when the total is zero or negative.
/// - Customers with equal value are interchangeable: which of them stand on which side of a cut changes no share.
/// - "The top fraction" is the smallest whole number of customers that is at least that fraction: 20 % of 2,357 is 472.
public struct ShareCurve: Sendable, Equatable {
  /// Number of customers.
  public let customers: Int
  /// Sum of the values, in the unit they were given in.
  public let total: Double
  /// Customers whose value is below zero.
  public let negatives: Int
  /// The values, largest first.
  private let ranked: [Double]
  /// The sum of the first, the first two, ... values.
  private let cumulative: [Double]
  /// Σ i·x over the values in ascending order, i from 1, negative values taken as zero; and their sum.
  private let weighted: Double
  private let floored: Double

  /// The curve of values in any unit.
  /// - Throws: `Problem` when there is no value or one is not finite.
  public init(values: [Double]) throws {
    try requireRows("values", values.count)
    try values.requireFinite("values")
    let ranked = values.sorted(by: >)
    var sum = CompensatedSum()
    cumulative = ranked.map { value in
      sum.add(value)
      return sum.value
    }
    var (rankedSum, plain) = (CompensatedSum(), CompensatedSum())
    for (rank, value) in ranked.reversed().enumerated() where value > 0 {
      rankedSum.add(Double(rank + 1) * value)
      plain.add(value)
    }
    (weighted, floored) = (rankedSum.value, plain.value)
    (customers, total, self.ranked) = (ranked.count, sum.value, ranked)
    negatives = ranked.reversed().prefix { $0 < 0 }.count
  }

  /// The curve of exact amounts in minor units of one currency. Sums are exact; each share is the nearest `Double`.
  /// - Throws: `Problem` when there is no amount.
  public init(minor: [Int64]) throws {
    try requireRows("minor", minor.count)
    let ranked = minor.sorted(by: >)
    var sum: Int128 = 0
    cumulative = ranked.map { amount in
      // 2^63 amounts of 2^63 fit in 127 bits, so this cannot overflow.
      sum &+= Int128(amount)
      return nearestDouble(sum)
    }
    var (rankedSum, plain): (Int128, Int128) = (0, 0)
    for (rank, amount) in ranked.reversed().enumerated() where amount > 0 {
      rankedSum &+= Int128(rank + 1) &* Int128(amount)
      plain &+= Int128(amount)
    }
    (weighted, floored) = (Double(rankedSum), Double(plain))
    (customers, total) = (ranked.count, Double(sum))
    self.ranked = ranked.map(Double.init)
    negatives = ranked.reversed().prefix { $0 < 0 }.count
  }

  /// How many customers "the top fraction" are: rounded up, from 0 to all; a fraction outside 0 to 1 is brought inside.
  public func count(ofTop fraction: Double) -> Int {
    guard fraction > 0 else { return 0 }
    // The margin undoes the error of a product such as 0.07 × 100, which is a little above 7.
    let exact = min(fraction, 1) * Double(customers)
    return min(customers, max(1, Int((exact - 1e-9 * max(1, exact)).rounded(.up))))
  }

  /// The share of value held by the top fraction of customers; nil when the total is not positive.
  public func share(ofTop fraction: Double) -> Double? {
    guard total > 0 else { return nil }
    let count = count(ofTop: fraction)
    return count == 0 ? 0 : cumulative[count - 1] / total
  }

  /// The value of the last customer within the top fraction: whoever has at least this much belongs to it or is tied
  /// with its last member; nil when the fraction is not positive.
  public func threshold(ofTop fraction: Double) -> Double? {
    let count = count(ofTop: fraction)
    return count == 0 ? nil : ranked[count - 1]
  }

  /// The smallest number of customers who together bring a share of the value, and which fraction of all they are;
  /// nil when the total is not positive or the share is not between 0 and 1.
  public func customersNeeded(for share: Double) -> (count: Int, fraction: Double)? {
    guard total > 0, share >= 0, share <= 1 else { return nil }
    guard share > 0 else { return (0, 0) }
    // A share such as 0.8 is not exact in binary: allow its rounding, far below one minor unit.
    let goal = share * total * (1 - 1e-14)
    guard let index = cumulative.firstIndex(where: { $0 >= goal }) else { return (customers, 1) }
    return (index + 1, Double(index + 1) / Double(customers))
  }

  /// The Gini coefficient, from 0 (all equal) to (n − 1)/n (one customer has all): 2·Σ i·x ÷ (n·Σ x) − (n + 1)/n over
  /// the values in ascending order. nil when a value is negative or the total is not positive; see `giniFloored`.
  public var gini: Double? { negatives == 0 ? giniFloored : nil }

  /// The Gini coefficient with negative values counted as zero; whoever shows it says so and names `negatives`. nil
  /// when no value is positive.
  public var giniFloored: Double? {
    guard floored > 0 else { return nil }
    let n = Double(customers)
    return max(0, 2 * weighted / (n * floored) - (n + 1) / n)
  }

  /// So many points of the curve, evenly spread over the ranking from (0, 0) to (1, 1), both as fractions; fewer when
  /// there are fewer customers, none when the total is not positive or fewer than two are asked for.
  public func points(_ count: Int) -> [(customers: Double, value: Double)] {
    guard total > 0, count >= 2 else { return [] }
    return ranks(count, of: customers).map { rank in
      (Double(rank) / Double(customers), rank == 0 ? 0 : cumulative[rank - 1] / total)
    }
  }
}

/// So many different ranks from 0 to `last`, evenly spread, both ends in.
func ranks(_ count: Int, of last: Int) -> [Int] {
  guard count >= 2 else { return [] }
  guard last >= count else { return Array(0...max(0, last)) }
  return (0..<count).map { step in
    Int((Double(step) * Double(last) / Double(count - 1)).rounded())
  }
}

/// `Double(sum)`, by the processor's own conversion where the sum fits in 64 bits: many times faster.
func nearestDouble(_ sum: Int128) -> Double {
  let low = Int64(truncatingIfNeeded: sum)
  return Int128(low) == sum ? Double(low) : Double(sum)
}
