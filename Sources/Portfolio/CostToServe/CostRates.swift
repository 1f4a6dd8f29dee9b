import Kernel

/// People or machines that serve customers, and what they can do in the window.
package struct CapacityPool: Sendable, Equatable, Codable {
  package let name: String
  /// What the pool cost in the window, in minor units.
  package let minor: Int64
  package let paidMinutes: Double
  /// The part of the paid minutes that can be worked.
  package let practicalShare: Double
  /// Who draws from it whatever price its minutes are charged at.
  package let activities: [CostActivity]

  package init(
    name: String, minor: Int64, paidMinutes: Double, practicalShare: Double = 0.8, activities: [CostActivity] = []
  ) {
    self.name = name
    self.minor = minor
    self.paidMinutes = paidMinutes
    self.practicalShare = practicalShare
    self.activities = activities
  }

  package var practicalMinutes: Double { paidMinutes * practicalShare }
  /// Minor units a minute.
  package var rate: Double { Double(minor) / practicalMinutes }
}

/// What one unit of an activity costs.
package enum ActivityRate: Sendable, Equatable, Codable {
  /// Minor units a piece; 4 is 0.04 of a currency with two decimals.
  case perPiece(Double)
  /// Minor units a minute.
  case perMinute(Double)
  /// The minutes counted, or so many for each piece, at the capacity rate of a pool.
  case timed(pool: String, minutesPerPiece: Double?)
}

/// The entered prices of serving: nothing here has a built-in value except the share of paid time that can be worked.
package struct CostRates: Sendable, Equatable, Codable {
  package let rates: [CostActivity: ActivityRate]
  package let pools: [CapacityPool]
  /// A year, such as 0.08; nil: credit is not costed.
  package let costOfCapital: Double?
  /// Gross margin as a share of net revenue where the cost of goods is unknown; nil: gross margin stays missing there.
  package let defaultMargin: Double?
  /// Above this share of assumed cost to serve the ranking is cautioned and nobody is ended.
  package let assumedLimit: Double
  /// What a piece takes of people's time, where nobody counted minutes.
  package let minutesPerPiece: [CostActivity: Double]

  /// - Throws: `Problem` naming the rate or pool that cannot be used.
  package init(
    rates: [CostActivity: ActivityRate] = [:], pools: [CapacityPool] = [], costOfCapital: Double? = nil,
    defaultMargin: Double? = nil, assumedLimit: Double = 0.2, minutesPerPiece: [CostActivity: Double] = [:]
  ) throws {
    self.rates = rates
    self.pools = pools
    self.costOfCapital = costOfCapital
    self.defaultMargin = defaultMargin
    self.assumedLimit = assumedLimit
    self.minutesPerPiece = minutesPerPiece
    try requirePools()
    for activity in rates.keys.sorted() { try requireRate(activity) }
    guard costOfCapital.map({ (0...10).contains($0) }) ?? true else {
      throw Problem(
        .invalid, field: "costOfCapital", "The cost of capital is out of range.", mend: "Enter a share a year: 0.08.")
    }
    guard minutesPerPiece.values.allSatisfy({ (0...1e6).contains($0) }) else {
      throw Problem(.invalid, field: "minutes", "The minutes of a piece are out of range.", mend: "Enter 0 or more.")
    }
    guard defaultMargin.map({ (-1...1).contains($0) }) ?? true, (0...1).contains(assumedLimit) else {
      throw Problem(
        .invalid, field: "defaultMargin", "The margin or the limit is not a share.", mend: "Enter 0.25 for 25 %.")
    }
  }

  /// Whether there is anything to cost with.
  package var isEmpty: Bool { rates.isEmpty && costOfCapital == nil }

  package func pool(_ name: String) -> CapacityPool? { pools.first { $0.name == name } }

  /// Minutes that an activity takes, where they are known.
  package func minutes(_ activity: CostActivity, _ count: DriverCount) -> Double? {
    if let minutes = count.minutes { return minutes }
    if let each = minutesPerPiece[activity] { return count.pieces.map { $0 * each } }
    guard case .timed(_, let each?)? = rates[activity] else { return nil }
    return count.pieces.map { $0 * each }
  }

  /// Unrounded minor units; nil when the activity has no rate or the count is not in the rate's unit.
  package func cost(_ activity: CostActivity, _ count: DriverCount) -> Double? {
    switch rates[activity] {
    case nil: nil
    case .perPiece(let each): count.pieces.map { $0 * each }
    case .perMinute(let each): count.minutes.map { $0 * each }
    case .timed(let name, _):
      minutes(activity, count).flatMap { minutes in pool(name).map { minutes * $0.rate } }
    }
  }

  private func requirePools() throws {
    for (place, pool) in pools.enumerated() {
      let isUsable =
        (0...Money.limit).contains(pool.minor) && pool.practicalMinutes > 0 && pool.paidMinutes.isFinite
        && pool.practicalShare <= 1
      guard isUsable, pools.prefix(place).allSatisfy({ $0.name != pool.name }) else {
        throw Problem(
          .invalid, field: "pools", "The pool “\(pool.name)” has no cost, no minutes, or stands there twice.",
          mend: "Give every pool its own name, a cost of zero or more, and paid minutes above zero.")
      }
    }
  }

  private func requireRate(_ activity: CostActivity) throws {
    let isUsable =
      switch rates[activity] {
      case nil: true
      case .perPiece(let each), .perMinute(let each): (0...1e12).contains(each)
      case .timed(let name, let each): pool(name) != nil && each.map { (0...1e9).contains($0) } ?? true
      }
    guard isUsable, CostActivity.counted.contains(activity) else {
      throw Problem(
        .invalid, field: activity.rawValue, "The rate of “\(activity.word)” cannot be used.",
        mend: "Enter an amount of zero or more, or minutes and a pool that exists.")
    }
  }
}
