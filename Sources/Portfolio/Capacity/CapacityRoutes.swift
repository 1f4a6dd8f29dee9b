import Customers
import Kernel
import Web

/// Capacity pools: what they are, how much of them was used, entering and taking back.
package struct CapacityRoutes: Sendable {
  let capacities: Capacities
  let contributions: Contributions
  let assumptions: Assumptions

  package init(_ capacities: Capacities, contributions: Contributions, assumptions: Assumptions) {
    self.capacities = capacities
    self.contributions = contributions
    self.assumptions = assumptions
  }

  package static let path = "/portfolio/capacity"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "Pools of paid time, what a minute costs and what is not used.",
        answer: .of(CapacitySheet.self),
        action: show),
      Route(
        .post, Self.path, .may(.edit, .analysis), "Enters a pool, or a new state of one.",
        answer: .of(CapacitySheet.self, 200, 201),
        inputs: [
          .init("name", "Its name", required: true),
          .init(
            "activities", "What draws from it; repeat it for several", required: true,
            choices: Capacity.Pool.timed.map(\.rawValue)),
          .init("paidMinutes", "Paid minutes of a month", required: true),
          .init("practicalShare", "The share that can be worked; 0.8 when left out"),
          .init("cost", "What it costs in a month, in money", required: true),
          .init("since", "From which day; today when left out", .day),
        ], action: enter),
      Route(
        .delete, "/portfolio/capacity/{id}", .may(.edit, .analysis),
        "Takes a pool back from a day on; what was entered stays on record.", answer: .of(CapacitySheet.self),
        inputs: [.init("since", "From which day; today when left out", .day)], action: takeBack),
    ]
  }

  /// The pools with what was used of them in the last 365 days.
  private func sheet(_ visit: Visit) async throws -> CapacitySheet {
    let history = try await capacities.history(for: visit.actor)
    let today = visit.viewer.today
    let set = try await assumptions.inForce(on: today, for: visit.actor)
    let answer = try await contributions.answer(.trailing(365), assumptions: set, for: visit.actor)
    return CapacitySheet(
      history, on: today, unused: answer?.costing.unused ?? [], window: answer?.window, entered: set.rated,
      currency: visit.viewer.format.currency)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let sheet = try await sheet(visit)
    return .both(visit, json: sheet) { CapacityPage(sheet: sheet, visit: visit, problem: nil).html }
  }

  @Sendable private func enter(_ visit: Visit) async throws -> Answer {
    do {
      let fields = visit.fields
      let format = visit.face == .json ? Format.standard.with(visit.viewer.format.currency) : visit.viewer.format
      let name = try fields.required("name")
      let share = fields["practicalShare"].flatMap { $0.isEmpty ? nil : $0 }
      let pool = try Capacity.Pool(
        activities: try Self.activities(fields.values(of: "activities")),
        paidMinutes: try format.readNumber(try fields.required("paidMinutes"), field: "paidMinutes"),
        practicalShare: try share.map { try format.readNumber($0, field: "practicalShare") }
          ?? Capacity.Pool.usualShare,
        minor: try format.readMoney(try fields.required("cost"), field: "cost").minor)
      try await capacities.enter(
        name, pool, since: try fields.day("since") ?? visit.viewer.today, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: Self.path, status: 201, json: try await sheet(visit),
        flash: Flash(.good, "Saved; what a minute costs now follows from it."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(
        CapacityPage(sheet: try await sheet(visit), visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  private static func activities(_ names: [String]) throws -> [CostActivity] {
    try names.filter { !$0.isEmpty }.map { name in
      guard let activity = CostActivity(rawValue: name), Capacity.Pool.timed.contains(activity) else {
        throw Problem(
          .invalid, field: "activities", "“\(name.prefix(40))” is no activity whose minutes are counted.",
          mend: "Choose from \(Capacity.Pool.timed.map(\.rawValue).joined(separator: ", ")).")
      }
      return activity
    }
  }

  @Sendable private func takeBack(_ visit: Visit) async throws -> Answer {
    let since = try visit.fields.day("since") ?? visit.query.day("since") ?? visit.viewer.today
    let taken = try await capacities.takeBack(visit.id(), since: since, by: visit.actor)
    return .changed(
      visit, to: Self.path, json: try await sheet(visit), flash: Flash(.good, "\(taken.name) was taken back."))
  }
}

/// The pools as pages and programs get them. Keys are added, never changed.
struct CapacitySheet: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let id: Int64
    let name: String
    let since: Day
    let activities: [CostActivity]
    let paidMinutes: Double?
    let practicalShare: Double?
    /// Of a month, in major units; none where it was taken back.
    let cost: Double?
    /// What a minute that can be worked costs.
    let minute: Double?
    let by: String
    let at: Instant
  }

  struct Use: Encodable, Sendable {
    let name: String
    let cost: Double
    let charged: Double
    let unused: Double
    let usedMinutes: Double
    let practicalMinutes: Double
    let usedShare: Double
  }

  let inForce: [Entry]
  let history: [Entry]
  let first: Day?
  let last: Day?
  /// In the last 365 days.
  let use: [Use]
  /// Activities in a pool whose minute has an entered price, which then counts.
  let pricedElsewhere: [CostActivity]

  init(
    _ history: [Capacity], on day: Day, unused: [UnusedCapacity], window: Period?, entered: Set<CostActivity>,
    currency: Currency
  ) {
    let scale = Double(currency.minorPerMajor)
    self.history = history.map { Entry($0, scale: scale) }
    let newest = Capacities.inForce(history, on: day).values.filter { $0.pool != nil }.sorted { $0.name < $1.name }
    inForce = newest.map { Entry($0, scale: scale) }
    (first, last) = (window?.from, window?.last)
    use = unused.map {
      Use(
        name: $0.pool.name, cost: Double($0.pool.minor) / scale, charged: Double($0.charged) / scale,
        unused: Double($0.minor) / scale, usedMinutes: $0.usedMinutes, practicalMinutes: $0.pool.practicalMinutes,
        usedShare: $0.usedShare)
    }
    pricedElsewhere = newest.flatMap { $0.pool?.activities ?? [] }.filter(entered.contains).sorted()
  }
}

extension CapacitySheet.Entry {
  init(_ entry: Capacity, scale: Double) {
    let pool = entry.pool
    self.init(
      id: entry.id.rawValue, name: entry.name, since: entry.since, activities: pool?.activities ?? [],
      paidMinutes: pool?.paidMinutes, practicalShare: pool?.practicalShare, cost: pool.map { Double($0.minor) / scale },
      minute: pool.map { $0.rate / scale }, by: entry.by, at: entry.at)
  }
}
