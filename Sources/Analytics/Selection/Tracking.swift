import Foundation
import Kernel

/// Repeat purchases by the end of a week since the first day of a log: what came and what a model says.
public struct TrackingPoint: Sendable, Equatable, Codable {
  /// Weeks since the first day, from 1.
  public let week: Int
  public let actual: Double
  public let expected: Double

  /// Cumulative repeat purchases of the customers of `base`, week by week through `end`.
  ///
  /// - Parameter expected: expected purchases of a new customer within so many periods of the base's unit.
  public static func weekly(
    _ log: PurchaseLog, base: CustomerBase, through end: Day, expected: (Double) -> Double
  ) -> [TrackingPoint] {
    guard let first = base.firstDay.min() else { return [] }
    let days = Int(end.number - first)
    guard days >= 7 else { return [] }
    var births = [Double](repeating: 0, count: days + 1)
    for day in base.firstDay where day <= end.number { births[Int(day - first)] += 1 }
    var actual = [Double](repeating: 0, count: days + 1)
    for customer in base.customers {
      let orders = log.starts[Int(customer)]..<log.starts[Int(customer) + 1]
      for order in orders.dropFirst() where log.days[order] <= end.number {
        actual[Int(log.days[order] - first)] += 1
      }
    }
    let unit = base.histories.unit.days
    let single = (0...days).map { $0 == 0 ? 0 : expected(Double($0) / unit) }
    return (1...(days + 1) / 7).map { week in
      let last = week * 7 - 1
      return TrackingPoint(
        week: week, actual: actual[...last].reduce(0, +),
        expected: (0...last).reduce(0) { $0 + births[$1] * single[last - $1] })
    }
  }
}
