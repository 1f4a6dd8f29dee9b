import Customers
import Kernel
import Tabular
import Web

/// Assignments: what is handed on about every customer as rows and as a file, and the page of one customer.
package struct AssignmentRoutes: Sendable {
  let portfolios: Portfolios
  let customers: Customers
  let versions: Versions

  package init(_ portfolios: Portfolios, customers: Customers, versions: Versions) {
    self.portfolios = portfolios
    self.customers = customers
    self.versions = versions
  }

  package static let path = "/portfolio/assignments"
  static func page(of customer: ID<Customer>) -> String { "/portfolio/customers/\(customer)" }

  private static let scenario: Route.Input = .init("scenario", "Settings of a name, instead of the numbers in force")

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "What is handed on about every customer, as rows.",
        answer: .of(AssignmentListAnswer.self),
        inputs: AssignmentQuestion.inputs + [Self.scenario], action: list),
      Route(
        .get, "/portfolio/assignments.csv", .may(.export, .analysis),
        "Every customer with value, significance and strategy, as a file.", answer: .file("text/csv"),
        inputs: AssignmentQuestion.inputs + [Self.scenario], action: export),
      Route(
        .get, "/portfolio/customers/{id}", .may(.see, .analysis),
        "One customer in the portfolio: its strategy with every test of the rules, and what people said.",
        answer: .of(CustomerStandingAnswer.self)
      ) { visit in try await show(visit.id(), visit) },
    ]
  }

  private func book(_ visit: Visit) async throws -> AssignmentBook? {
    let scenario = visit.query["scenario"].flatMap { $0.isEmpty ? nil : $0 }
    let question = try await portfolios.question(scenario: scenario, for: visit.actor)
    return try await portfolios.book(question, for: visit.actor)
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let question = try AssignmentQuestion(visit.query)
    guard let book = try await book(visit) else {
      let found = AssignmentQuestion.Found(page: Page(rows: [], next: nil), total: 0)
      return .both(visit, json: AssignmentListAnswer(nil, found, names: [:])) {
        NothingBoughtPage(title: "Assignments", path: Self.path, visit: visit).html
      }
    }
    let found = try question.find(in: book.rows)
    let names = try await customers.names(found.page.rows.map(\.customer), for: visit.actor)
    return .both(visit, json: AssignmentListAnswer(book, found, names: names)) {
      AssignmentListPage(book: book, found: found, question: question, names: names, visit: visit).html
    }
  }

  @Sendable private func export(_ visit: Visit) async throws -> Answer {
    let book = try await book(visit)
    let rows = try AssignmentQuestion(visit.query).select(book?.rows ?? [])
    return AssignmentFile(book: book, rows: rows).download("portfolio.csv")
  }

  /// The page of a customer, with what was refused where a form was sent.
  func show(_ id: ID<Customer>, _ visit: Visit, problem: Problem? = nil) async throws -> Answer {
    let customer = try await customers.find(id, for: visit.actor)
    let standing = try await standing(of: customer, for: visit.actor)
    if visit.face == .json {
      guard let standing else {
        throw Problem(
          .notFound, "\(customer.name) bought nothing in the days that count, so nothing is said of it.",
          mend: "Look at a longer window, or at the party it counts with.")
      }
      return .json(CustomerStandingAnswer(standing))
    }
    guard let standing else {
      return .page(CustomerWithoutStandingPage(customer: customer, visit: visit).html)
    }
    return .page(
      CustomerStandingPage(standing: standing, visit: visit, problem: problem).html,
      status: problem?.kind.status ?? 200)
  }

  /// nil when the portfolio does not know the customer.
  func standing(of customer: Customer, for actor: Actor) async throws -> CustomerStanding? {
    let question = try await portfolios.question(scenario: nil, for: actor)
    guard let portfolio = try await portfolios.run(question, for: actor),
      let book = try await portfolios.book(question, for: actor),
      let assignment = portfolio.strategies.assignments.first(where: { $0.customer == customer.id }),
      let row = book.rows.first(where: { $0.customer == customer.id })
    else { return nil }
    return try CustomerStanding(
      customer: customer, portfolio: portfolio, book: book, assignment: assignment, row: row,
      overrides: try await portfolios.overrides.history(for: actor).filter { $0.customer == customer.id },
      endings: try await portfolios.endings.history(for: actor).filter { $0.customer == customer.id },
      versions: try await versions.rows(of: customer.id, for: actor))
  }
}

/// Assignments as a file that no spreadsheet runs.
struct AssignmentFile: Sendable {
  let book: AssignmentBook?
  let rows: [PortfolioAssignment]

  private static let header = [
    "customer", "contribution", "clv", "clv_low", "clv_high", "grade", "significant_as", "strategy", "runner_up",
    "undecided_between", "missing", "name", "segment", "sales", "value_percentile", "spend_ceiling", "distance",
    "rules_say", "overruled_by", "ending",
  ]

  func download(_ name: String) -> Answer {
    let (book, rows) = (book, rows)
    return .download(name, type: "text/csv; charset=utf-8") { sink in
      for (number, chunk) in (rows.isEmpty ? [[]] : rows.chunks(of: 500)).enumerated() {
        let bytes = try SafeCSVWriter.bytes(byteOrderMark: number == 0) { writer in
          if number == 0 { try writer.record(AssignmentFile.header) }
          guard let book else { return }
          for row in chunk { try AssignmentFile.write(row, of: book, to: &writer) }
        }
        try await sink.write(bytes)
      }
    }
  }

  private static func write(
    _ row: PortfolioAssignment, of book: AssignmentBook, to writer: inout SafeCSVWriter
  ) throws {
    writer.text(row.externalID)
    writer.money(row.contribution, book.currency)
    for value in [row.value, row.low, row.high] { writer.number(known: value) }
    writer.text(row.grade.rawValue)
    writer.text(row.standingKinds.map(\.kind.rawValue).joined(separator: " "))
    writer.text(row.heading.rawValue)
    writer.text(row.runnerUp?.rawValue ?? "")
    writer.text(row.between.map(\.rawValue).joined(separator: " "))
    writer.text((row.missing.isEmpty ? row.unknown : row.missing).map(\.rawValue).joined(separator: " "))
    writer.text(row.name ?? "")
    writer.text(row.segment ?? "")
    writer.money(row.sales, book.currency)
    for value in [row.percentile, row.ceiling, row.distance] { writer.number(known: value, decimals: 4) }
    writer.text(row.ruled?.rawValue ?? "")
    writer.text(row.override?.by ?? "")
    writer.text(row.ending?.rawValue ?? "")
    try writer.endRecord()
  }
}

extension SafeCSVWriter {
  fileprivate mutating func number(known value: Double?, decimals: Int = 2) {
    if let value { number(value, decimals: decimals) } else { empty() }
  }

  fileprivate mutating func money(_ minor: Int64?, _ currency: Currency) {
    if let minor { money(Money(minor: minor, currency)) } else { empty() }
  }
}
