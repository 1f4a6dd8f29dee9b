import Kernel
import Web

/// Decisions: taking one from an analysis, the list and how they turned out, what is expected, judging, taking one back.
package struct DecisionRoutes: Sendable {
  let deciding: Deciding
  let users: Users

  package init(_ deciding: Deciding, users: Users) {
    self.deciding = deciding
    self.users = users
  }

  private var decisions: Decisions { deciding.decisions }

  private static let takeInputs: [Route.Input] = [
    .init("analysis", "The address of the analysis", required: true), .init("figure", "The figure", required: true),
    .init("title", "What is decided", required: true), .init("choice", "What is chosen", required: true),
    .init("option", "A way that was open; may be repeated"), .init("reason", "Why", required: true),
    .init("owner", "The user who sees to it", .integer), .init("due", "When it is to be done", .day),
    .init("review", "When it is judged", .day, required: true),
    .init("expected", "What the figure is expected to be then", .number),
    .init("cost", "What it costs, in the company's currency", .number),
    .init("forecast", "A forecast of the analysis to keep; may be repeated; all when left out, or none"),
  ]

  /// What the page of an analysis can be asked for.
  private static let settings: [Route.Input] = [
    .init("window", "The window of the analysis, as its page takes it"), .init("first", "Its first day", .day),
    .init("last", "Its last day", .day), .init("scenario", "Settings of a name, where the analysis takes one"),
    .init("model", "The model, where the analysis takes one"), .init("asOf", "The last day that counts", .day),
  ]

  private static let expectInputs: [Route.Input] = [
    .init("measure", "What is expected", required: true, choices: Measure.allCases.map(\.rawValue)),
    .init("value", "How much", .number, required: true), .init("low", "The low end of the interval", .number),
    .init("high", "The high end of the interval", .number),
    .init("group", "Of whom: all, list, or the number of a group of this decision"),
    .init("customers", "The customers of a list, by the numbers their feed knows them by; may be repeated"),
    .init("name", "What the list is called"),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/decisions", .may(.see, .decision),
        "Lists decisions, those to be reviewed soonest first, and how past ones turned out.",
        answer: .of(DecisionList.self),
        inputs: [.init("analysis", "Only those taken on this page")], action: list),
      Route(
        .get, "/decisions/new", .may(.create, .decision), "The form to decide from a figure.", isInAPI: false,
        action: form),
      Route(
        .get, "/decisions/forecasts", .may(.see, .decision), "What an analysis expects up to a review.",
        answer: .of([String: [OfferRow]].self),
        inputs: [
          .init("analysis", "The address of the analysis", required: true),
          .init("review", "The day of the review; three months from now when left out", .day),
        ] + Self.settings, action: offers),
      Route(
        .post, "/decisions", .may(.create, .decision), "Takes a decision from a figure of an analysis.",
        answer: .of(Decision.self, 200, 201),
        inputs: Self.takeInputs + Self.settings, action: take),
      Route(
        .post, "/decisions/judgements", .may(.edit, .decision), "Judges now whatever the data can judge.",
        answer: .of([String: Int].self, 200)
      ) { visit in
        let made = try await deciding.judging.run()
        let words = made == 0 ? "There is nothing new to judge." : "\(made) forecasts were judged."
        return .changed(visit, to: "/decisions", json: ["judgements": made], flash: Flash(.good, words))
      },
      Route(
        .get, "/decisions/{id}", .may(.see, .decision), "One decision: what was expected and what came.",
        answer: .of(Decision.self)
      ) { visit in
        try await deciding.judging.run()
        return try await page(try await decisions.find(visit.id(), for: visit.actor), visit)
      },
      Route(
        .post, "/decisions/{id}/forecasts", .may(.edit, .decision), "Adds what a person expects.",
        answer: .of(Decision.self, 200, 201),
        inputs: Self.expectInputs, action: expect),
      Route(
        .post, "/decisions/{id}/review", .may(.edit, .decision), "Reviews a decision: what was learned.",
        answer: .of(Decision.self, 200),
        inputs: [.init("actual", "What the figure came to", .number), .init("note", "What was learned")],
        action: review),
      Route(
        .post, "/decisions/{id}/withdrawal", .may(.delete, .decision), "Takes a decision back.",
        answer: .of(Decision.self, 200),
        inputs: [.init("reason", "Why", required: true)], action: withdraw),
    ]
  }

  private func page(
    _ decision: Decision, _ visit: Visit, problem: Problem? = nil, status: Int = 200
  ) async throws -> Answer {
    let clock = try await deciding.day(for: visit.actor)
    return .both(visit, status: status, json: decision) {
      DecisionPage(decision: decision, clock: clock, visit: visit, problem: problem).html
    }
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    try await deciding.judging.run()
    let analysis = visit.query["analysis"].flatMap { $0.isEmpty ? nil : $0 }
    let all = try await decisions.list(analysis: analysis, for: visit.actor)
    let record = try await decisions.trackRecord(analysis: analysis, for: visit.actor)
    if visit.face == .json { return .json(DecisionList(rows: all, record: record)) }
    let clock = try await deciding.day(for: visit.actor)
    return .page(DecisionListPage(decisions: all, record: record, clock: clock, visit: visit).html)
  }

  /// Programs write numbers one way, in the company's currency.
  private static func plain(_ visit: Visit) -> Format { Format.standard.with(visit.viewer.format.currency) }

  @Sendable private func offers(_ visit: Visit) async throws -> Answer {
    guard visit.face == .json else {
      return .redirect(to: Address.path("/decisions/new", visit.query.all.map { ($0.name, $0.value) }))
    }
    let (analysis, _) = try await deciding.figure(visit.query, for: visit.actor)
    let clock = try await deciding.day(for: visit.actor)
    let review = try visit.query.day("review") ?? clock.day.adding(months: 3)
    let offers = try await deciding.offers(of: analysis, visit.query, until: review, for: visit.actor)
    return .json(["rows": offers.map(OfferRow.init)])
  }

  /// The form, with what the analysis expects up to the review that is asked for.
  private func form(
    _ asked: Fields, _ visit: Visit, problem: Problem? = nil, status: Int = 200
  ) async throws -> Answer {
    let (analysis, figure) = try await deciding.figure(asked, for: visit.actor)
    let clock = try await deciding.day(for: visit.actor)
    let typed = asked["review"].flatMap { Day($0) }
    let review = typed.flatMap { $0 > clock.day ? $0 : nil } ?? clock.day.adding(months: 3)
    let offers = try await deciding.offers(of: analysis, asked, until: review, for: visit.actor)
    let users = try await users.active()
    return .page(
      DecisionForm(
        analysis: analysis, figure: figure, offers: offers, review: review, clock: clock, asked: asked, users: users,
        visit: visit, problem: problem
      ).html, status: status)
  }

  @Sendable private func form(_ visit: Visit) async throws -> Answer { try await form(visit.query, visit) }

  @Sendable private func take(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await deciding.take(
        visit.fields, format: visit.face == .json ? DecisionRoutes.plain(visit) : visit.viewer.format, by: visit.actor,
        once: try visit.once())
      return .changed(
        visit, to: "/decisions/\(made.id)", status: 201, json: made,
        flash: Flash(.good, "Decided. The review is on \(visit.viewer.format.day(made.reviewDay))."))
    } catch let problem as Problem
      where visit.face == .html && problem.kind == .invalid && !["analysis", "figure"].contains(problem.field)
    {
      return try await form(visit.fields, visit, problem: problem, status: 422)
    }
  }

  @Sendable private func expect(_ visit: Visit) async throws -> Answer {
    let id: ID<Decision> = try visit.id()
    do {
      let after = try await deciding.expect(
        visit.fields, of: id, format: visit.face == .json ? DecisionRoutes.plain(visit) : visit.viewer.format,
        by: visit.actor)
      return .changed(
        visit, to: "/decisions/\(id)", status: 201, json: after,
        flash: Flash(.good, "Your forecast is kept and will be judged with the others."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let decision = try await decisions.find(id, for: visit.actor)
      return try await page(decision, visit, problem: problem, status: problem.kind.status)
    }
  }

  @Sendable private func review(_ visit: Visit) async throws -> Answer {
    let decision = try await decisions.find(visit.id(), for: visit.actor)
    do {
      let actual = try Decision.Draft.number(
        visit.fields["actual"], field: "actual", unit: decision.figure.unit,
        format: visit.face == .json ? DecisionRoutes.plain(visit) : visit.viewer.format)
      let after = try await decisions.review(
        decision.id, actual: actual, note: visit.fields["note"] ?? "", by: visit.actor)
      return .changed(visit, to: "/decisions/\(after.id)", json: after, flash: Flash(.good, "Reviewed."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return try await page(decision, visit, problem: problem, status: 422)
    }
  }

  @Sendable private func withdraw(_ visit: Visit) async throws -> Answer {
    let decision = try await decisions.find(visit.id(), for: visit.actor)
    do {
      let after = try await decisions.withdraw(
        decision.id, reason: visit.fields["reason"] ?? "", by: visit.actor)
      return .changed(visit, to: "/decisions/\(after.id)", json: after, flash: Flash(.note, "Taken back."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return try await page(decision, visit, problem: problem, status: 422)
    }
  }
}
