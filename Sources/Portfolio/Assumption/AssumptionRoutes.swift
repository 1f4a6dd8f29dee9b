import Kernel
import Web

/// The numbers people enter where the data have none.
package struct AssumptionRoutes: Sendable {
  let assumptions: Assumptions

  package init(_ assumptions: Assumptions) { self.assumptions = assumptions }

  package static let path = "/portfolio/assumptions"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "The numbers that were entered, and by whom.", answer: .of(Sheet.self),
        action: show),
      Route(
        .put, Self.path, .may(.edit, .analysis), "Enters numbers; an empty one is taken back, one left out stays.",
        answer: .of(Sheet.self),
        inputs: Assumption.Name.allCases.map { .init($0.rawValue, $0.title) } + [
          .init("since", "From which day", .day)
        ],
        action: enter),
    ]
  }

  struct Sheet: Encodable, Sendable {
    let inForce: [String: Double]
    let history: [Assumption]
  }

  private func sheet(_ visit: Visit) async throws -> Sheet {
    let set = try await assumptions.inForce(on: visit.viewer.today, for: visit.actor)
    return Sheet(
      inForce: Dictionary(
        set.values.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first }),
      history: try await assumptions.history(for: visit.actor))
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let sheet = try await sheet(visit)
    return .both(visit, json: sheet) { AssumptionPage(sheet: sheet, visit: visit, problem: nil).html }
  }

  @Sendable private func enter(_ visit: Visit) async throws -> Answer {
    do {
      var values: [Assumption.Name: Double?] = [:]
      for name in Assumption.Name.allCases {
        guard let text = visit.fields[name.rawValue] else { continue }
        let format = visit.face == .json ? Format.standard : visit.viewer.format
        values[name] = .some(text.isEmpty ? nil : try format.readNumber(text, field: name.rawValue))
      }
      let since = try visit.fields.day("since") ?? visit.viewer.today
      try await assumptions.enter(values, since: since, by: visit.actor)
      return .changed(
        visit, to: visit.fields["back"].flatMap { Address.isLocal($0) ? $0 : nil } ?? Self.path,
        json: try await sheet(visit),
        flash: Flash(.good, "Saved; every figure now uses them."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(AssumptionPage(sheet: try await sheet(visit), visit: visit, problem: problem).html, status: 422)
    }
  }
}

/// The form of the numbers, and what they were.
struct AssumptionPage {
  let sheet: AssumptionRoutes.Sheet
  let visit: Visit
  let problem: Problem?

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Assumptions", path: AssumptionRoutes.path, viewer: viewer,
      lead: "Numbers the data cannot give. Every figure that uses one says so; nothing is assumed until you enter it.",
      width: .narrow,
      body: """
        \(Form(
          action: AssumptionRoutes.path, method: .put, csrf: viewer.csrf, submit: "Save", rows: rows,
          values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []))
        <section><h2>What was entered</h2>\(history)</section>
        """)
  }

  private var rows: [Form.Row] {
    Assumption.Name.Group.allCases.flatMap { group in
      [Form.Row.section(group.title, hint: group.hint)]
        + Assumption.Name.allCases.filter { $0.group == group }.map { name in
          .field(
            Field(
              name.rawValue, name.title, .number, value: sheet.inForce[name.rawValue].map { shown($0) } ?? "",
              hint: HTML(words: name.hint), unit: name.isMoney ? visit.viewer.format.currency.code : nil))
        }
    }
  }

  private func shown(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private var history: ListTable<Assumption> {
    let viewer = visit.viewer
    return ListTable(
      "\(viewer.format.count(sheet.history.count, "entry", "entries")), the newest first", rows: sheet.history,
      columns: [
        .init("Number", onCard: .title) { "\(words: $0.name.title)" },
        .init("Value", isNumber: true, onCard: .fact) { entry in
          entry.value.map { "\(viewer.format.number($0, decimals: 4))" } ?? "taken back"
        },
        .init("From", onCard: .fact) { viewer.time($0.since) }, .init("By", onCard: .fact) { "\($0.by)" },
        .init("Entered") { viewer.time($0.at) },
      ],
      state: ListState(path: AssumptionRoutes.path),
      empty: EmptyState(
        "Nothing entered yet", reason: "Start with the gross margin and what an order costs you.", icon: "adjustments"))
  }
}
