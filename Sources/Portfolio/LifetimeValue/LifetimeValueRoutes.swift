import Analytics
import Conditions
import Customers
import Kernel
import Tabular
import Web

/// Lifetime value: the page, the same for programs, and every customer as a file.
package struct LifetimeValueRoutes: Sendable {
  let equities: CustomerEquities
  let assumptions: Assumptions
  let customers: Customers
  let decisions: Decisions

  package init(_ equities: CustomerEquities, assumptions: Assumptions, customers: Customers, decisions: Decisions) {
    self.equities = equities
    self.assumptions = assumptions
    self.customers = customers
    self.decisions = decisions
  }

  package static let path = "/portfolio/value"
  package static let volumePath = "/portfolio/value/volume"
  /// The models that forecast single customers from purchases alone.
  static let models: [ModelName] = [.bgNBD, .mbgNBD, .bgCNBD, .mbgCNBD, .paretoNBD, .nbd]

  private static let inputs: [Route.Input] = [
    .init("model", "The model; the scorecard's choice when left out", choices: models.map(\.rawValue)),
    .init("asOf", "The last day that counts", .day),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "What customers are expected to be worth.",
        answer: .of(CustomerEquityReport.self, or: [String: Int].self), inputs: Self.inputs,
        action: show),
      Route(
        .get, Self.volumePath, .may(.see, .analysis),
        "Customers whom past sales put among the best fifth and expected value does not.",
        answer: .of([String: [CustomerEquityReport.Row]].self), inputs: Self.inputs,
        action: showVolume),
      Route(
        .get, "/portfolio/value/customers.csv", .may(.export, .analysis), "Every customer with its lifetime value.",
        answer: .file("text/csv"),
        inputs: Self.inputs, action: export),
    ]
  }

  /// What the query asks for, under the assumptions in force.
  package func question(_ query: Fields, for actor: Actor, today: Day) async throws -> LifetimeValueQuestion {
    var question = try await assumptions.inForce(on: today, for: actor).lifetimeValue
    question.asOf = try query.day("asOf")
    // Every week up to there is walked through.
    if let asOf = question.asOf, asOf > today.adding(days: 366) {
      throw Problem(
        .invalid, field: "asOf", "\(asOf) is more than a year ahead.", mend: "Choose a day the data can tell of.")
    }
    if let name = query["model"], !name.isEmpty {
      guard let model = ModelName(rawValue: name), Self.models.contains(model) else {
        throw Problem(
          .invalid, field: "model", "There is no such model.",
          mend: "Use \(Format.list(Self.models.map(\.rawValue), or: true)).")
      }
      question.model = model
    }
    return question
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let question = try await question(visit.query, for: visit.actor, today: visit.viewer.today)
    guard let equity = try await equities.answer(question, for: visit.actor) else {
      if visit.face == .json { return .json(["customers": 0]) }
      return .page(
        NothingBoughtPage(title: "Lifetime value", path: Self.path, visit: visit).html)
    }
    if visit.face == .json { return .json(CustomerEquityReport(equity)) }
    let shown = Array(equity.entries.prefix(20)) + Array(equity.highVolumeLowValue.prefix(10))
    let names = try await customers.names(shown.map(\.customer), for: visit.actor)
    let record = try await decisions.trackRecord(analysis: Self.path, for: visit.actor)
    return .page(LifetimeValuePage(equity: equity, names: names, record: record, visit: visit).html)
  }

  @Sendable private func showVolume(_ visit: Visit) async throws -> Answer {
    let question = try await question(visit.query, for: visit.actor, today: visit.viewer.today)
    guard let equity = try await equities.answer(question, for: visit.actor) else {
      if visit.face == .json { return .json(["rows": [CustomerEquityReport.Row]()]) }
      return .page(NothingBoughtPage(title: "High volume, low value", path: Self.path, visit: visit).html)
    }
    let rows = equity.highVolumeLowValue
    let scale = Double(equity.currency.minorPerMajor)
    if visit.face == .json { return .json(["rows": rows.map { CustomerEquityReport.Row($0, scale: scale) }]) }
    let shown = Array(rows.prefix(500))
    let names = try await customers.names(shown.map(\.customer), for: visit.actor)
    return .page(VolumePage(equity: equity, rows: shown, names: names, visit: visit).html)
  }

  @Sendable private func export(_ visit: Visit) async throws -> Answer {
    let question = try await question(visit.query, for: visit.actor, today: visit.viewer.today)
    let entries = try await equities.answer(question, for: visit.actor)?.entries ?? []
    let (customers, actor) = (customers, visit.actor)
    let currency = visit.viewer.format.currency
    return .download("lifetime-value.csv", type: "text/csv; charset=utf-8") { sink in
      for (number, chunk) in (entries.isEmpty ? [[]] : entries.chunks(of: 500)).enumerated() {
        let names = try await customers.names(chunk.map(\.customer), for: actor)
        let bytes = try SafeCSVWriter.bytes(byteOrderMark: number == 0) { writer in
          if number == 0 { try writer.record(LifetimeValueRoutes.header(currency)) }
          for entry in chunk {
            writer.integer(entry.customer.rawValue)
            writer.text(names[entry.customer] ?? "")
            writer.integer(Int64(entry.repeats))
            writer.day(entry.lastOrder)
            writer.money(Money(minor: entry.pastMinor, currency))
            for cell in [
              entry.alive, entry.expectedOrders, entry.expectedLow, entry.expectedHigh, entry.value, entry.low,
              entry.high, entry.margin?.rate,
            ] {
              if let cell { writer.number(cell) } else { writer.empty() }
            }
            writer.text(entry.margin?.source.rawValue ?? "")
            writer.text(entry.isContractual ? "contract" : "purchases")
            try writer.endRecord()
          }
        }
        try await sink.write(bytes)
      }
    }
  }

  private static func header(_ currency: Currency) -> [String] {
    [
      "customer", "name", "repeat_orders", "last_order", "past_\(currency.code.lowercased())", "p_alive",
      "expected_orders", "expected_low", "expected_high", "clv", "clv_low", "clv_high", "margin", "margin_from",
      "value_from",
    ]
  }
}

/// The page of an analysis of purchases while there are none.
struct NothingBoughtPage {
  let title: String
  let path: String
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: title, path: path, viewer: visit.viewer,
      body: EmptyState(
        "No purchases yet", reason: "A file of purchases, one row for each order or line, is all this page needs.",
        icon: "chart-pie",
        action: LinkButton("Import purchases", "/imports/new", weight: .primary, icon: "upload").html
      ).html)
  }
}
