import Kernel
import Portfolio
import Web

/// The whole first stage in one answer: concentration and, where it is asked for, the portfolio run.
package struct PortfolioOverview: Encodable, Sendable {
  let concentration: ConcentrationReport
  let portfolio: PortfolioReport?
  let figures: [Figure]

  package func encode(to encoder: any Encoder) throws {
    try concentration.encode(to: encoder)
    try portfolio?.encode(to: encoder)
  }

  /// The figures as a person reads them in a terminal.
  package func text(_ format: Format) -> String {
    guard !figures.isEmpty else {
      return "Nobody bought anything in these days. Bring in purchases: valuechain import FILE"
    }
    let rows = figures.map { figure in
      [figure.title, format.value(figure), format.interval(figure) ?? "", figure.grade.rawValue, figure.method]
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }.joined(separator: "  ")
    }
    let groups = (portfolio?.groupLines ?? []).map { "  \($0)" }
    return (table + (groups.isEmpty ? [] : ["", "Strategies"] + groups)).joined(separator: "\n")
  }
}

extension Modules {
  package func portfolioReport(
    scenario name: String?, all: Bool, for actor: Actor
  ) async throws -> PortfolioOverview {
    let scenario = try name.map { try Scenario.named($0) }
    let asked = scenario.map { ConcentrationQuestion($0) } ?? ConcentrationQuestion(window: all ? .all : .trailing(365))
    let concentration = try await concentrations.report(asked, for: actor)
    var figures = try await concentrations.answer(asked, for: actor)?.figures ?? []
    guard scenario == nil || scenario?.portfolio != nil else {
      return PortfolioOverview(concentration: concentration, portfolio: nil, figures: figures)
    }
    var question = try await portfolios.question(scenario: name, for: actor)
    if scenario == nil, all { question.window = .all }
    let portfolio = try await portfolios.run(question, for: actor)
    figures += (portfolio?.contribution.figures ?? []) + (portfolio?.equity?.figures ?? [])
    return PortfolioOverview(
      concentration: concentration, portfolio: try portfolio.map { try PortfolioReport($0) }, figures: figures)
  }
}

extension PortfolioOverview: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    let report = shapes.members(of: PortfolioReport.self)
    return shapes.merged([ConcentrationReport.self], report.properties)
  }
}
