import Customers
import Kernel
import Store
import Web

/// Takes decisions from analyses, for pages, programs and the command line alike: the figure as it stands, and the
/// forecasts that go with it.
package struct Deciding: Sendable {
  /// The settings of today that a measure is counted under, to be kept with a forecast.
  package typealias Settings = @Sendable (Measure, Actor) async throws -> [String: String]

  package let decisions: Decisions
  package let judging: Judging
  let analyses: [DecidableAnalysis]
  let customers: Customers
  let settings: Settings

  package init(
    _ decisions: Decisions, judging: Judging, analyses: [DecidableAnalysis], customers: Customers,
    settings: @escaping Settings = { _, _ in [:] }
  ) {
    self.decisions = decisions
    self.judging = judging
    self.analyses = analyses
    self.customers = customers
    self.settings = settings
  }

  /// Which day it is for somebody's decisions, by the purchases they may see.
  package func day(for actor: Actor) async throws -> ReviewClock {
    let lastDay = actor.may(.see, .purchase) ? try await judging.ledgers.current(for: actor).lastDay : nil
    return ReviewClock(today: try await judging.companies.today(), lastDay: lastDay)
  }

  /// The analysis and the figure that fields name; the first figure with a value when none is named.
  package func figure(_ fields: Fields, for actor: Actor) async throws -> (DecidableAnalysis, Figure) {
    let path = fields["analysis"] ?? ""
    guard let analysis = analyses.first(where: { $0.path == path }) else {
      throw Problem(
        .invalid, field: "analysis", "Nothing can be decided there.",
        mend: "Start from one of \(analyses.map(\.path).joined(separator: ", ")).")
    }
    let figures = try await analysis.figures(actor, fields)
    let id = fields["figure"].flatMap { $0.isEmpty ? nil : $0 } ?? figures.first { $0.value != nil }?.id
    guard let figure = figures.first(where: { $0.id == id }) else {
      throw Problem(
        .invalid, field: "figure", "That analysis has no such figure.",
        mend: "Choose one of \(figures.map(\.id).joined(separator: ", ")).")
    }
    return (analysis, figure)
  }

  /// What an analysis expects up to a review. What takes everybody's purchases is offered to those who see them all.
  package func offers(
    of analysis: DecidableAnalysis, _ fields: Fields, until review: Day, for actor: Actor
  ) async throws -> [Forecast.Offer] {
    guard let window = try await day(for: actor).window(until: review) else { return [] }
    let seesAll = actor.reach(.see, .customer) == .all
    return try await analysis.forecasts(actor, fields, window).filter { seesAll || !$0.measure.needsEverybody }
  }

  /// Takes a decision as its fields say. `forecast` names what it is judged by; without `chosen` and without a name it is
  /// everything the analysis offers.
  package func take(
    _ fields: Fields, format: Format, by actor: Actor, once: Once = .unchecked
  ) async throws -> Decision {
    let (analysis, figure) = try await figure(fields, for: actor)
    let draft = try Decision.Draft(fields, figure: figure, format: format, today: try await day(for: actor).day)
    let offers = try await offers(of: analysis, fields, until: draft.reviewDay, for: actor)
    let names = fields.values(of: "forecast").filter { !$0.isEmpty && $0 != "none" }
    let isChosen = !fields.values(of: "forecast").isEmpty || fields["chosen"] == "1"
    if fields["chosen"] != "1", let unknown = names.first(where: { name in !offers.contains { $0.key == name } }) {
      throw Problem(
        .invalid, field: "forecast", "This analysis does not offer the forecast “\(unknown.prefix(60))”.",
        mend: offers.isEmpty
          ? "It offers none up to this review; leave it out."
          : "Use one of \(offers.map(\.key).joined(separator: ", ")), or none.")
    }
    return try await decisions.take(
      draft, on: analysis.path, figure: figure,
      expecting: isChosen ? offers.filter { names.contains($0.key) } : offers, by: actor, once: once)
  }

  /// Adds a forecast of somebody's own to a decision: a measure, of whom, and how much.
  package func expect(
    _ fields: Fields, of id: ID<Decision>, format: Format, by actor: Actor
  ) async throws -> Decision {
    let decision = try await decisions.find(id, for: actor)
    let clock = try await day(for: actor)
    guard let lastDay = clock.lastDay, let window = clock.window(until: decision.reviewDay) else {
      throw Problem(
        .conflict, field: "decision", "No days are left between the data and the review.",
        mend: "Take a new decision with a later review.")
    }
    guard let measure = Measure(rawValue: try fields.required("measure")) else {
      throw Problem(
        .invalid, field: "measure", "There is no such measure.",
        mend: "Use one of \(Measure.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    guard !measure.needsEverybody || actor.reach(.see, .customer) == .all else {
      throw Problem(
        .notAllowed, field: "measure", "\(measure.title) takes the right to see all customers.",
        mend: "Choose a measure of the customers alone.")
    }
    let unit = measure.unit(format.currency)
    func number(_ name: String) throws -> Double? {
      try Decision.Draft.number(fields[name], field: name, unit: unit, format: format)
    }
    guard let value = try number("value") else {
      throw Problem(.invalid, field: "value", "The number that is expected is missing.", mend: "Enter it.")
    }
    let (low, high) = (try number("low"), try number("high"))
    guard (low == nil) == (high == nil), (low ?? value) <= value, value <= (high ?? value) else {
      throw Problem(
        .invalid, field: low == nil ? "low" : "high", "The interval does not hold the number.",
        mend: "Give both ends, one on each side of it, or neither.")
    }
    let group =
      measure == .totalSales ? FrozenGroup.Draft.company : try await group(fields, decision, lastDay, for: actor)
    return try await decisions.expect(
      Forecast.Offer(
        measure, of: group, value: value, interval: low.flatMap { low in high.map { (low, $0) } }, window: window,
        asOf: lastDay, method: "declared", explanation: "Expected by \(actor.name).", grade: .declared,
        settings: try await settings(measure, actor)), of: id, by: actor)
  }

  /// Whom a forecast of one's own is about: everybody who has bought, a group of the decision, or a list.
  private func group(
    _ fields: Fields, _ decision: Decision, _ lastDay: Day, for actor: Actor
  ) async throws -> FrozenGroup.Draft {
    switch fields["group"] ?? "all" {
    case "", "all":
      return FrozenGroup.Draft(.all, "all customers", try await judging.ledgers.current(for: actor).customers)
    case "list": return try await list(fields, for: actor)
    case let text:
      guard let group = decision.forecasts.map(\.group).first(where: { "\($0.id)" == text }) else {
        throw Problem(
          .invalid, field: "group", "There are no such customers.",
          mend: "Use all, list, or the number of a group of this decision.")
      }
      return FrozenGroup.Draft(group.kind, group.name, try await decisions.members(of: group.id, for: actor))
    }
  }

  private func list(_ fields: Fields, for actor: Actor) async throws -> FrozenGroup.Draft {
    let name = try Text.line(fields["name"] ?? "", field: "name", limit: 120, required: false)
    let typed = fields.values(of: "customers").flatMap { text in
      text.unicodeScalars.split { [9, 10, 13, 44, 59].contains($0.value) }.map { String($0).trimmingSpaces }
    }.filter { !$0.isEmpty }
    guard !typed.isEmpty else {
      throw Problem(
        .invalid, field: "customers", "The list is empty.", mend: "Write the customers' numbers, one a line.")
    }
    let keys = Dictionary(
      try await customers.externalKeys(for: actor).map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let found = try typed.map { key in
      guard let customer = keys[key] else {
        throw Problem(
          .invalid, field: "customers", "There is no customer “\(key.prefix(40))”.",
          mend: "Write the numbers their feed knows them by.")
      }
      return customer
    }
    return FrozenGroup.Draft(
      .list, name.isEmpty ? "a list" : name, try await customers.accounts(of: found, for: actor))
  }
}
