import Analytics
import Foundation
import Kernel

/// What customer equity becomes at other settings, so that nobody trusts a single figure (domain F4, F6).
///
/// What all customers are expected to bring is known month by month; another discount, another horizon or customers who
/// stay more or less than the model expects are other weights of the same months.
package struct ValueOutlook: Sendable, Equatable {
  /// Years from now to the end of each month.
  package let years: [Double]
  /// Expected of all customers within each month, not discounted, in major units.
  package let amounts: [Double]
  /// The discount rate as it is.
  package let discount: Double

  /// - Parameter contractMonths: what contracts are expected to bring, month by month.
  package init(_ schedule: PurchaseSchedule, contractMonths: [Double] = [], discount: Double) {
    let more = max(0, contractMonths.count - schedule.years.count)
    years = schedule.years + (0..<more).map { Double(schedule.years.count + $0 + 1) / 12 }
    var sums = schedule.amounts
    sums.add(contractMonths)
    amounts = sums
    self.discount = discount
  }

  /// The total at another discount, with so many times the customers staying a year as expected, up to some year.
  /// - Returns: nil for a rate that discounts nothing.
  package func total(discount: Double, staying factor: Double = 1, years limit: Double? = nil) -> Double? {
    guard discount > -1, factor > 0 else { return nil }
    let each = factor / (1 + discount)
    return zip(years, amounts).reduce(0) { sum, month in
      month.0 <= (limit ?? .infinity) + 1e-9 ? sum + month.1 * pow(each, month.0) : sum
    }
  }

  /// The total as it is.
  package var total: Double { total(discount: discount) ?? 0 }

  /// What the second year is expected to bring of the first: the model's own retention of a year.
  package var retention: Double? {
    guard (years.last ?? 0) >= 2 - 1e-9 else { return nil }
    func sum(_ from: Double, _ to: Double) -> Double {
      zip(years, amounts).reduce(0) { $1.0 > from + 1e-9 && $1.0 <= to + 1e-9 ? $0 + $1.1 : $0 }
    }
    let first = sum(0, 1)
    return first > 0 ? sum(1, 2) / first : nil
  }

  /// A line of the table: customers stay so many times as the model expects.
  package struct Row: Sendable, Equatable, Encodable {
    package let staying: Double
    /// The retention of a year that follows, where it can be told.
    package let retention: Double?
    /// By discount, in the order of `discounts`.
    package let totals: [Double]
  }

  /// Discount rates of the table, the present one among them.
  package var discounts: [Double] { Set([0.05, 0.10, 0.15, 0.20, 0.25, discount]).sorted() }

  /// Retention by discount. A line that would keep more than everybody is left out.
  package var table: [Row] {
    [0.8, 0.9, 0.95, 1, 1.05, 1.1].compactMap { factor in
      let retention = retention.map { $0 * factor }
      guard factor == 1 || (retention ?? 0) <= 1 else { return nil }
      return Row(
        staying: factor, retention: retention,
        totals: discounts.map { total(discount: $0, staying: factor) ?? 0 })
    }
  }
}
