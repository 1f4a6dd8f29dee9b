import Kernel

/// What each referrer above a buyer earns on a sale: a rate for each level, nearest first (domain F19).
public struct CommissionRates: Sendable, Equatable {
  /// From the referrer upwards, as shares of the net amount paid.
  public let rates: [Double]

  /// - Parameters:
  ///   - rates: one for each level, 1 to 3 of them.
  ///   - grossMarginRate: of what is sold; together the rates may take 40 % of it.
  /// - Throws: `Problem` when there are no or too many levels, a rate is negative, or the rates take too much.
  public init(rates: [Double], grossMarginRate: Double) throws {
    try rates.requireFinite("rates")
    guard (1...3).contains(rates.count), rates.allSatisfy({ $0 >= 0 }) else {
      throw Problem(.invalid, field: "rates", "There are not 1 to 3 rates of zero or more.", mend: "Give one rate.")
    }
    guard rates.reduce(0, +) <= 0.4 * grossMarginRate + 1e-12 else {
      throw Problem(
        .invalid, field: "rates", "The rates together take more than 40 % of the gross margin.",
        mend: "Lower the rates or leave out a level.")
    }
    self.rates = rates
  }

  /// Commission in minor units for each level that has a referrer, rounded half to even; the same magnitude with the
  /// opposite sign for a refund.
  /// - Parameter net: paid amount in minor units without tax and shipping; negative for a refund.
  public func commissions(net: Int64, levels: Int) -> [Int64] {
    rates.prefix(max(0, levels)).map { rate in
      Int64(exactly: (Double(net) * rate).rounded(.toNearestOrEven)) ?? 0
    }
  }
}
