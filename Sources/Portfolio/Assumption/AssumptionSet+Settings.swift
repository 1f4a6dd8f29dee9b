import Kernel

/// The assumptions as they are kept with a forecast, so that what came is counted at the same rates.
extension AssumptionSet {
  /// Names with their values: `assumption.margin` is 0.3, `pool.Service` its activities, minutes, share and cost.
  package var settings: [String: String] {
    var kept: [String: String] = [:]
    for (name, value) in values { kept["assumption.\(name.rawValue)"] = "\(value)" }
    for (name, pool) in pools {
      let activities = pool.activities.map(\.rawValue).joined(separator: " ")
      kept["pool.\(name)"] = "\(activities);\(pool.paidMinutes);\(pool.practicalShare);\(pool.minor)"
    }
    return kept
  }

  /// - Parameter settings: what is not of an assumption is passed over.
  package init(settings: [String: String]) {
    var values: [Assumption.Name: Double] = [:]
    var pools: [String: Capacity.Pool] = [:]
    for (key, text) in settings {
      let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let name = String(parts[1])
      if parts[0] == "assumption", let known = Assumption.Name(rawValue: name), let value = Double(text) {
        values[known] = value
      }
      if parts[0] == "pool", let pool = Capacity.Pool(setting: text) { pools[name] = pool }
    }
    self.init(values, pools: pools)
  }
}

extension Capacity.Pool {
  fileprivate init?(setting: String) {
    let cells = setting.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
    guard cells.count == 4, let minutes = Double(cells[1]), let share = Double(cells[2]), let minor = Int64(cells[3])
    else { return nil }
    let activities = cells[0].split(separator: " ").compactMap { CostActivity(rawValue: String($0)) }
    let pool = try? Capacity.Pool(
      activities: activities, paidMinutes: minutes, practicalShare: share, minor: minor)
    guard let pool else { return nil }
    self = pool
  }
}
