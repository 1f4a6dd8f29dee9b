import Foundation
import Kernel

/// The value of a customer under contract, who stays each year with one and the same chance (domain formula F4).
///
/// Source: Gupta and Lehmann, "Customers as assets", Journal of Interactive Marketing 17 (2003), 9-24.
public struct ContractualValue: Sendable, Equatable {
  /// The chance of staying another year, from 0 to 1.
  public let retention: Double
  /// Such as 0.15 for 15 % a year.
  public let annualDiscount: Double

  /// Throws unless retention is a share and the discount lies above -1 and is at most 10.
  public init(retention: Double, annualDiscount: Double) throws {
    guard (0...1).contains(retention) else {
      throw Problem(.invalid, field: "retention", "Retention is a share of a year.", mend: "Write 80 % as 0.8.")
    }
    guard annualDiscount.isFinite, annualDiscount > -1, annualDiscount <= 10 else {
      throw Problem(
        .invalid, field: "discount", "A discount rate is annual and lies between -1 and 10.",
        mend: "Write 15 % a year as 0.15.")
    }
    self.retention = retention
    self.annualDiscount = annualDiscount
  }

  /// Yearly payments of `margin`, the first in a year, without end: m·r ÷ (1 + d − r); nil when that has no limit.
  public func perpetual(margin: Double) -> Double? {
    let gap = 1 + annualDiscount - retention
    return gap > 0 ? margin * retention / gap : nil
  }

  /// What is expected in each of so many months of a margin of a year, before discounting.
  public func months(yearlyMargin: Double, count: Int) -> [Double] {
    (1...max(1, count)).map { yearlyMargin / 12 * pow(retention, Double($0) / 12) }
  }

  /// Monthly payments of a twelfth of a year's margin, each kept with the chance of having stayed so long, discounted.
  public func value(yearlyMargin: Double, months count: Int) -> Double {
    months(yearlyMargin: yearlyMargin, count: count).enumerated().reduce(0) { sum, month in
      sum + month.element * pow(1 + annualDiscount, -Double(month.offset + 1) / 12)
    }
  }
}
