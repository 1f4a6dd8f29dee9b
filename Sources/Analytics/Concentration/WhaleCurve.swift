import Kernel

/// Cumulative contribution from the best customer to the worst (domain F3). It rises to a hump and falls by what the
/// loss makers take back.
///
/// Shares are undefined, nil, when the total contribution is zero or negative; the money is always there.
public struct WhaleCurve: Sendable, Equatable {
  /// One point: the fraction of customers so far, their contribution in the unit given, and its share of the total.
  public struct Point: Sendable, Equatable {
    public let customers: Double
    public let contribution: Double
    public let share: Double?
  }

  /// Number of customers.
  public let customers: Int
  /// Sum of all contributions.
  public let total: Double
  /// Customers whose contribution is below zero, and the (negative) sum of theirs.
  public let lossMakers: Int
  public let loss: Double
  /// The largest cumulative contribution, and how many customers reach it (those with a contribution above zero).
  public let peak: Double
  public let peakCustomers: Int
  private let cumulative: [Double]

  /// - Throws: `Problem` when there is no contribution or one is not finite.
  public init(contributions: [Double]) throws {
    try requireRows("contributions", contributions.count)
    try contributions.requireFinite("contributions")
    let ranked = contributions.sorted(by: >)
    var (sum, below) = (CompensatedSum(), CompensatedSum())
    cumulative = ranked.map { value in
      sum.add(value)
      if value < 0 { below.add(value) }
      return sum.value
    }
    customers = ranked.count
    total = sum.value
    loss = below.value
    lossMakers = ranked.reversed().prefix { $0 < 0 }.count
    peakCustomers = ranked.prefix { $0 > 0 }.count
    peak = peakCustomers == 0 ? 0 : cumulative[peakCustomers - 1]
  }

  /// The curve of exact amounts in minor units of one currency.
  /// - Throws: `Problem` when there is no amount.
  public init(minor: [Int64]) throws {
    try requireRows("minor", minor.count)
    let ranked = minor.sorted(by: >)
    var (sum, below): (Int128, Int128) = (0, 0)
    cumulative = ranked.map { amount in
      sum &+= Int128(amount)
      if amount < 0 { below &+= Int128(amount) }
      return nearestDouble(sum)
    }
    (customers, total, loss) = (ranked.count, Double(sum), Double(below))
    lossMakers = ranked.reversed().prefix { $0 < 0 }.count
    peakCustomers = ranked.prefix { $0 > 0 }.count
    peak = peakCustomers == 0 ? 0 : cumulative[peakCustomers - 1]
  }

  /// The hump as a share of the total: 1.002 means that loss makers take back 0.2 % of it.
  public var peakShare: Double? { total > 0 ? peak / total : nil }

  /// What the loss makers destroy, as a share of the total: `peakShare − 1`.
  public var destroyedShare: Double? { total > 0 ? (peak - total) / total : nil }

  /// So many points evenly spread over the ranking, from nobody to everybody; none when fewer than two are asked for.
  public func points(_ count: Int) -> [Point] {
    ranks(count, of: customers).map { rank in
      let money = rank == 0 ? 0 : cumulative[rank - 1]
      return Point(
        customers: Double(rank) / Double(customers), contribution: money, share: total > 0 ? money / total : nil)
    }
  }
}
