import Analytics
import Kernel

/// When a customer without a contract counts as lapsed.
package enum LapseRule: Sendable, Equatable, Codable {
  /// By its own rhythm or its segment's (F26): silent for more than three usual gaps, or a year.
  case rhythm
  /// The last purchase was on this day or before.
  case lastPurchase(onOrBefore: Day)
  /// Silent for more than so many days.
  case silence(days: Int)

  /// nil when there is no purchase, or no rhythm to judge by.
  package func standing(
    lastPurchase: Day?, rhythm: PurchaseRhythm.State? = nil, asOf: Day
  ) -> StrategyFacts.Standing? {
    guard let lastPurchase else { return nil }
    switch self {
    case .rhythm:
      return switch rhythm {
      case nil, .unknown: asOf.days(since: lastPurchase) > 365 ? .lapsed : nil
      case .lapsed: .lapsed
      case .onTime, .atRisk: .active
      }
    case .lastPurchase(let border): return lastPurchase <= border ? .lapsed : .active
    case .silence(let days): return asOf.days(since: lastPurchase) > days ? .lapsed : .active
    }
  }
}
