import Customers
import Kernel
import Web

/// Customer equity over time: the page, and the same for programs.
package struct EquityRoutes: Sendable {
  let histories: EquityHistories
  let value: LifetimeValueRoutes
  let segments: Segments

  /// - Parameter value: reads what is asked of lifetime value.
  package init(_ histories: EquityHistories, value: LifetimeValueRoutes, segments: Segments) {
    self.histories = histories
    self.value = value
    self.segments = segments
  }

  /// What `by` says for the segments in use.
  static let inUse = "segments in use"

  private func segmentNames(for actor: Actor) async throws -> [ID<Customer>: String] {
    actor.may(.see, .segment) ? try await segments.names(for: actor) : [:]
  }

  /// What customers can be told apart by: the segments in use, then the traits of few values.
  private func ways(for actor: Actor) async throws -> [String] {
    (try await segmentNames(for: actor).isEmpty ? [] : [Self.inUse]) + (try await histories.traits(for: actor))
  }

  package static let path = "/portfolio/equity"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "What customers were worth quarter by quarter, and what they returned.",
        answer: .of(EquityHistoryReport.self, or: [String: [String]].self),
        inputs: [
          .init("by", "A trait whose values are shown apart, or: \(Self.inUse)"),
          .init(
            "model", "The model; the scorecard's choice when left out",
            choices: LifetimeValueRoutes.models.map(\.rawValue)),
        ], action: show)
    ]
  }

  package func answer(_ query: Fields, for actor: Actor, today: Day) async throws -> EquityHistory? {
    var question = EquityQuestion(value: try await value.question(query, for: actor, today: today))
    question.value.asOf = nil
    if let trait = query["by"], !trait.isEmpty {
      let traits = try await ways(for: actor)
      guard traits.contains(trait) else {
        throw Problem(
          .invalid, field: "by", "Customers cannot be told apart by that.",
          mend: traits.isEmpty ? "Bring in traits of customers first." : "Use \(Format.list(traits, or: true)).")
      }
      if trait == Self.inUse {
        question.segments = try await segmentNames(for: actor)
      } else {
        question.trait = trait
      }
    }
    return try await histories.answer(question, for: actor)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let history = try await answer(visit.query, for: visit.actor, today: visit.viewer.today)
    guard let history else {
      if visit.face == .json { return .json(["quarters": [String]()]) }
      return .page(NothingBoughtPage(title: "Customer equity", path: Self.path, visit: visit).html)
    }
    if visit.face == .json { return .json(EquityHistoryReport(history)) }
    let traits = try await ways(for: visit.actor)
    let record = try await value.decisions.trackRecord(analysis: Self.path, for: visit.actor)
    return .page(EquityPage(history: history, traits: traits, record: record, visit: visit).html)
  }
}
