import Kernel

/// What an activity costs customers alike, to stand in where a customer's own record is missing (domain F1).
struct AverageCosts {
  struct Cost {
    var minor = 0.0
    var minutes: Double?
    var customers = 0

    mutating func add(_ cost: (minor: Double, minutes: Double?)) {
      minor += cost.minor
      if let more = cost.minutes { minutes = (minutes ?? 0) + more }
      customers += 1
    }

    var mean: (minor: Double, minutes: Double?)? {
      customers > 0 ? (minor / Double(customers), minutes.map { $0 / Double(customers) }) : nil
    }
  }

  /// Activities that the rates can cost.
  let activities: [CostActivity]
  private var segments: [String: [CostActivity: Cost]] = [:]
  private var base: [CostActivity: Cost] = [:]

  init(_ customers: [ServedCustomer], rates: CostRates) {
    activities = rates.rates.keys.sorted() + (rates.costOfCapital == nil ? [] : [.credit])
    for served in customers {
      for activity in activities {
        guard let cost = served.measured(activity, rates) else { continue }
        base[activity, default: Cost()].add(cost)
        if let segment = served.segment { segments[segment, default: [:]][activity, default: Cost()].add(cost) }
      }
    }
  }

  /// The segment's mean, or the whole base's where nobody of the segment has a record; nil when nobody at all has.
  func average(_ activity: CostActivity, _ segment: String?) -> (minor: Double, minutes: Double?)? {
    segment.flatMap { segments[$0]?[activity]?.mean } ?? base[activity]?.mean
  }
}

extension ServedCustomer {
  /// What an activity cost by this customer's own record, unrounded; nil when the record is missing.
  func measured(_ activity: CostActivity, _ rates: CostRates) -> (minor: Double, minutes: Double?)? {
    if activity == .credit {
      guard let moneyDays, let capital = rates.costOfCapital else { return nil }
      return (moneyDays / 365 * capital, nil)
    }
    guard let count = counts[activity], let minor = rates.cost(activity, count) else { return nil }
    return (minor, rates.minutes(activity, count))
  }
}
