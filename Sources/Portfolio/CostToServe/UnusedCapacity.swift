import Kernel

/// What a pool cost beyond what was used of it. Its own line: never loaded on customers.
package struct UnusedCapacity: Sendable, Equatable {
  package let pool: CapacityPool
  package let usedMinutes: Double
  /// Charged to customers, in minor units.
  package let charged: Int64
  /// The pool's cost less what was charged; below zero when more was worked than the pool can do.
  package let minor: Int64

  init(_ pool: CapacityPool, rates: CostRates, rows: [CustomerContribution]) throws {
    let timed = rates.rates.compactMap { activity, rate in
      if case .timed(pool.name, _) = rate { activity } else { nil }
    }
    let activities = Set(timed + pool.activities).sorted()
    self.pool = pool
    usedMinutes = rows.reduce(0) { sum, row in
      activities.reduce(sum) { $0 + (row.costs[$1]?.minutes ?? 0) }
    }
    // By minutes at the pool's rate, not by the rows' amounts: those may hold direct costs too.
    charged = try Int64(nearestMinor: usedMinutes * pool.rate)
    minor = try pool.minor.minus(charged)
  }

  package var unusedMinutes: Double { pool.practicalMinutes - usedMinutes }
  /// The share of the minutes that can be worked; above 1 when more was worked.
  package var usedShare: Double { usedMinutes / pool.practicalMinutes }
}
