import Conditions
import Customers
import Kernel
import Tabular
import Web

/// Concentration: the page, the same for programs, and the customers behind it as a file.
package struct ConcentrationRoutes: Sendable {
  let concentrations: Concentrations
  let customers: Customers
  let decisions: Decisions

  package init(_ concentrations: Concentrations, customers: Customers, decisions: Decisions) {
    self.concentrations = concentrations
    self.customers = customers
    self.decisions = decisions
  }

  package static let path = "/portfolio/concentration"

  private static let inputs: [Route.Input] = [
    .init("window", "The days that count", choices: ["year", "all"]), .init("first", "The first day that counts", .day),
    .init("last", "The last day that counts", .day), .init("scenario", "Settings of a name, instead of the window"),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "How concentrated the business is, and on whom.",
        answer: .of(ConcentrationReport.self), inputs: Self.inputs,
        action: show),
      Route(
        .get, "/portfolio/concentration/customers.csv", .may(.export, .analysis),
        "Every customer of the analysis with value, rank and scores.", answer: .file("text/csv"), inputs: Self.inputs,
        action: export),
    ]
  }

  /// What the query asks for.
  package static func question(_ query: Fields) throws -> ConcentrationQuestion {
    if let name = query["scenario"], !name.isEmpty { return ConcentrationQuestion(try Scenario.named(name)) }
    let (first, last) = (try query.day("first"), try query.day("last"))
    guard (first == nil) == (last == nil) else {
      throw Problem(
        .invalid, field: first == nil ? "first" : "last", "Only one end of the window is given.",
        mend: "Give both days.")
    }
    if let first, let last {
      guard last >= first else {
        throw Problem(.invalid, field: "last", "The last day lies before the first.", mend: "Choose a later day.")
      }
      return ConcentrationQuestion(window: .span(Period(first: first, last: last)))
    }
    switch query["window"] ?? "" {
    case "", "year": return ConcentrationQuestion()
    case "all": return ConcentrationQuestion(window: .all)
    default: throw Problem(.invalid, field: "window", "There is no such window.", mend: "Use year or all.")
    }
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let question = try Self.question(visit.query)
    if visit.face == .json { return .json(try await concentrations.report(question, for: visit.actor)) }
    guard let answer = try await concentrations.answer(question, for: visit.actor) else {
      return .page(ConcentrationEmptyPage(question: question, visit: visit).html)
    }
    let top = Array(answer.entries.prefix(20))
    let names = try await customers.names(top.map(\.customer), for: visit.actor)
    let record = try await decisions.trackRecord(analysis: Self.path, for: visit.actor)
    return .page(ConcentrationPage(answer: answer, top: top, names: names, record: record, visit: visit).html)
  }

  @Sendable private func export(_ visit: Visit) async throws -> Answer {
    let answer = try await concentrations.answer(try Self.question(visit.query), for: visit.actor)
    let (entries, customers, actor) = (answer?.entries ?? [], customers, visit.actor)
    let currency = visit.viewer.format.currency
    let total = answer?.curve.total ?? 0
    return .download("concentration.csv", type: "text/csv; charset=utf-8") { sink in
      var sum: Int64 = 0
      var rank = 0
      for (number, chunk) in entries.chunks(of: 500).enumerated() {
        let names = try await customers.names(chunk.map(\.customer), for: actor)
        let bytes = try SafeCSVWriter.bytes(byteOrderMark: number == 0) { writer in
          if number == 0 { try writer.record(ConcentrationRoutes.header(currency)) }
          for entry in chunk {
            rank += 1
            sum = sum.addingReportingOverflow(entry.minor).partialValue
            writer.integer(Int64(rank))
            writer.integer(entry.customer.rawValue)
            writer.text(names[entry.customer] ?? "")
            writer.money(Money(minor: entry.minor, currency))
            writer.number(total > 0 ? Double(sum) / total : 0, decimals: 6)
            writer.integer(Int64(entry.orderDays))
            writer.day(entry.lastOrder)
            writer.text(entry.score.description)
            try writer.endRecord()
          }
        }
        try await sink.write(bytes)
      }
    }
  }

  private static func header(_ currency: Currency) -> [String] {
    [
      "rank", "customer", "name", "value_\(currency.code.lowercased())", "cumulative_share", "order_days", "last_order",
      "rfm",
    ]
  }
}
