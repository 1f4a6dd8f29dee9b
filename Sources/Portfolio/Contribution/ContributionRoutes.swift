import Conditions
import Customers
import Kernel
import Tabular
import Web

/// Contribution: who earns after the cost of serving, where the margin goes, and every customer as a file.
package struct ContributionRoutes: Sendable {
  let contributions: Contributions
  let assumptions: Assumptions
  let customers: Customers
  let segments: Segments
  let decisions: Decisions

  package init(
    _ contributions: Contributions, assumptions: Assumptions, customers: Customers, segments: Segments,
    decisions: Decisions
  ) {
    self.contributions = contributions
    self.assumptions = assumptions
    self.customers = customers
    self.segments = segments
    self.decisions = decisions
  }

  package static let path = "/portfolio/contribution"

  private static let inputs: [Route.Input] = [
    .init("window", "The days that count", choices: ["year", "all"]), .init("first", "The first day that counts", .day),
    .init("last", "The last day that counts", .day),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "What customers earn after the cost of serving them.",
        answer: .of(ContributionReport.self, or: [String: Int].self),
        inputs: Self.inputs + [.init("segment", "The segment whose margin walk the page draws", .integer)],
        action: show),
      Route(
        .get, "/portfolio/contribution/customers.csv", .may(.export, .analysis),
        "Every customer from sales to contribution.", answer: .file("text/csv"), inputs: Self.inputs, action: export),
    ]
  }

  package func answer(_ query: Fields, for actor: Actor, today: Day) async throws -> Contribution? {
    let question = try ConcentrationRoutes.question(query)
    let set = try await assumptions.inForce(on: today, for: actor)
    return try await contributions.answer(question.window, assumptions: set, for: actor)
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let answer = try await answer(visit.query, for: visit.actor, today: visit.viewer.today)
    guard let answer else {
      if visit.face == .json { return .json(["customers": 0]) }
      return .page(NothingBoughtPage(title: "Contribution", path: Self.path, visit: visit).html)
    }
    let set = try await assumptions.inForce(on: visit.viewer.today, for: visit.actor)
    let history = try await contributions.history(assumptions: set, for: visit.actor)
    let walks = try await walks(answer, visit)
    if visit.face == .json { return .json(ContributionReport(answer, history: history, walks: walks)) }
    let shown = Array(answer.ranked.prefix(10)) + Array(answer.losing.suffix(20))
    let names = try await customers.names(shown.map(\.customer), for: visit.actor)
    let record = try await decisions.trackRecord(analysis: Self.path, for: visit.actor)
    return .page(
      ContributionPage(
        answer: answer, history: history, walks: walks, names: names, record: record, visit: visit
      ).html)
  }

  /// The walks of the segments in use, and which of them is asked for; nil for those who may not see segments.
  private func walks(_ answer: Contribution, _ visit: Visit) async throws -> SegmentWalks? {
    guard visit.actor.may(.see, .segment) else { return nil }
    let walks = try await segments.walks(answer, for: visit.actor)
    let asked: ID<Segment>? = try visit.query.integer("segment", in: 1...Int64.max).map { ID($0) }
    guard asked == nil || walks.rows.contains(where: { $0.segment == asked }) else {
      throw Problem(
        .notFound, field: "segment", "The segmentation in use has no such segment.", mend: "Choose one of the list.")
    }
    return walks.showing(asked)
  }

  private static let header =
    ["customer", "name", "net_sales", "gross_margin", "cost_to_serve"]
    + CostActivity.allCases.map { "cost_\($0.rawValue)" } + ["contribution", "grade"]

  @Sendable private func export(_ visit: Visit) async throws -> Answer {
    let answer = try await answer(visit.query, for: visit.actor, today: visit.viewer.today)
    let (customers, actor, currency) = (customers, visit.actor, visit.viewer.format.currency)
    let rows = answer?.ranked ?? []
    return .download("contribution.csv", type: "text/csv; charset=utf-8") { sink in
      for (number, chunk) in (rows.isEmpty ? [[]] : rows.chunks(of: 500)).enumerated() {
        let names = try await customers.names(chunk.map(\.customer), for: actor)
        let bytes = try SafeCSVWriter.bytes(byteOrderMark: number == 0) { writer in
          if number == 0 { try writer.record(ContributionRoutes.header) }
          for row in chunk {
            writer.integer(row.customer.rawValue)
            writer.text(names[row.customer] ?? "")
            let activities = CostActivity.allCases.map { row.costs[$0]?.minor }
            for minor in [row.sales.net, row.grossMargin, row.costToServe] + activities + [row.contribution] {
              if let minor { writer.money(Money(minor: minor, currency)) } else { writer.empty() }
            }
            writer.text(row.grade.rawValue)
            try writer.endRecord()
          }
        }
        try await sink.write(bytes)
      }
    }
  }
}
