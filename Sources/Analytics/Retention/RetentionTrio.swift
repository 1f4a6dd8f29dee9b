import Kernel

/// How much of a base was kept from one period to the next: by heads, by sales and by contribution, with net and gross
/// revenue retention (domain F27).
///
/// The base is everybody with at least one order in the first period; kept is whoever of the base also orders in the
/// second. An order of zero value keeps a customer. Every ratio whose denominator is not positive is nil.
public struct RetentionTrio: Sendable, Equatable {
  /// Customers with an order in the first period, and those of them with one in the second.
  public let base: Int
  public let kept: Int
  /// Sales of the base in the first period, of those kept in the first, and of the base in the second.
  public let baseSales: Double
  public let keptSales: Double
  public let laterSales: Double
  /// Later sales with each customer's capped at its own first-period sales.
  public let cappedSales: Double
  /// First-period contribution of the base and of those kept; nil when contribution is unknown.
  public let baseContribution: Double?
  public let keptContribution: Double?

  /// One row for each customer in every column.
  /// - Parameters:
  ///   - firstOrders: orders in the first period.
  ///   - secondOrders: orders in the second period.
  ///   - firstSales: sales of the first period, net of returns.
  ///   - secondSales: sales of the second period, net of returns.
  ///   - firstContribution: contribution of the first period; nil when costs are unknown.
  /// - Throws: `Problem` when the columns differ in length, a number is not finite, or orders are negative.
  public init(
    firstOrders: [Int], secondOrders: [Int], firstSales: [Double], secondSales: [Double],
    firstContribution: [Double]? = nil
  ) throws {
    let count = firstOrders.count
    try requireSameCount("secondOrders", secondOrders.count, as: count)
    try requireSameCount("firstSales", firstSales.count, as: count)
    try requireSameCount("secondSales", secondSales.count, as: count)
    try requireSameCount("firstContribution", firstContribution?.count ?? count, as: count)
    try firstSales.requireFinite("firstSales")
    try secondSales.requireFinite("secondSales")
    try firstContribution?.requireFinite("firstContribution")
    guard firstOrders.allSatisfy({ $0 >= 0 }), secondOrders.allSatisfy({ $0 >= 0 }) else {
      throw Problem(
        .invalid, field: "firstOrders", "A number of orders is negative.", mend: "Count orders, not returns.")
    }
    let before = firstOrders.indices.filter { firstOrders[$0] > 0 }
    let stayed = before.filter { secondOrders[$0] > 0 }
    func sum(_ rows: [Int], _ value: (Int) -> Double) -> Double {
      var sum = CompensatedSum()
      for row in rows { sum.add(value(row)) }
      return sum.value
    }
    (base, kept) = (before.count, stayed.count)
    baseSales = sum(before) { firstSales[$0] }
    keptSales = sum(stayed) { firstSales[$0] }
    laterSales = sum(before) { secondSales[$0] }
    cappedSales = sum(before) { min(firstSales[$0], secondSales[$0]) }
    baseContribution = firstContribution.map { column in sum(before) { column[$0] } }
    keptContribution = firstContribution.map { column in sum(stayed) { column[$0] } }
  }

  /// The share of customers kept.
  public var raw: Double? { base > 0 ? Double(kept) / Double(base) : nil }

  /// The share kept, each customer weighted by its first-period sales.
  public var salesAdjusted: Double? { baseSales > 0 ? keptSales / baseSales : nil }

  /// The share kept, each customer weighted by its first-period contribution.
  public var profitAdjusted: Double? {
    guard let baseContribution, let keptContribution, baseContribution > 0 else { return nil }
    return keptContribution / baseContribution
  }

  /// Second-period sales of the base over its first-period sales; growth counts, so it may exceed 1.
  public var netRevenue: Double? { baseSales > 0 ? laterSales / baseSales : nil }

  /// As `netRevenue`, but nobody counts for more than in the first period.
  public var grossRevenue: Double? { baseSales > 0 ? cappedSales / baseSales : nil }

  /// Periods that a customer is expected to stay if everybody left at the raw rate for ever: 1 ÷ (1 − raw); nil when
  /// nobody left.
  public var expectedTenure: Double? {
    guard let raw, raw < 1 else { return nil }
    return 1 / (1 - raw)
  }

  /// Wilson's interval of the raw rate; nil without a base.
  public func rawInterval(level: Double = 0.95) throws -> ConfidenceInterval? {
    base > 0 ? try .wilson(successes: kept, trials: base, level: level) : nil
  }
}
