import Conditions
import Customers
import Kernel

extension Contribution {
  /// What some customers left together, in major units; nil while it is unknown of one of them.
  package func major(of members: Set<ID<Customer>>) -> Double? {
    var minor: Int64 = 0
    for row in costing.rows where members.contains(row.customer) {
      guard let contribution = row.contribution else { return nil }
      minor = minor.addingReportingOverflow(contribution).partialValue
    }
    return major(minor)
  }
}

extension Portfolio {
  /// The headings of the board with most customers, as groups that forecasts are about.
  package func largestGroups(_ count: Int) -> [FrozenGroup.Draft] {
    var members: [String: [ID<Customer>]] = [:]
    for assignment in strategies.assignments {
      if let heading = Self.heading(of: assignment) { members[heading, default: []].append(assignment.customer) }
    }
    return members.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(count).map { heading, those in
      FrozenGroup.Draft(.strategy, "customers under \(StrategyHeading(rawValue: heading)?.title ?? heading)", those)
    }
  }
}

extension Forecast.Offer {
  /// The same under further settings.
  package func under(_ more: [String: String]) -> Forecast.Offer {
    Forecast.Offer(
      measure, of: group, value: value, interval: low.flatMap { low in high.map { (low, $0) } }, cover: cover ?? 0.9,
      window: window, asOf: asOf, method: method, explanation: explanation, grade: grade,
      settings: settings.merging(more) { _, new in new })
  }
}
