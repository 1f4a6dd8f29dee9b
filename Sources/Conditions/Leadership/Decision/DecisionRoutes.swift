import Kernel
import Web

/// An analysis that decisions can be taken from: it hands over its figures as they stand now.
package struct DecidableAnalysis: Sendable {
  /// The address of its page.
  package let path: String
  package let title: String
  /// Gets who asks and what the page was asked for, such as its window.
  package let figures: @Sendable (Actor, Fields) async throws -> [Figure]

  package init(
    path: String, title: String, figures: @escaping @Sendable (Actor, Fields) async throws -> [Figure]
  ) {
    self.path = path
    self.title = title
    self.figures = figures
  }
}

/// Decisions: taking one from an analysis, the list, judging one, taking one back.
package struct DecisionRoutes: Sendable {
  let decisions: Decisions
  let users: Users
  let analyses: [DecidableAnalysis]

  package init(_ decisions: Decisions, users: Users, analyses: [DecidableAnalysis]) {
    self.decisions = decisions
    self.users = users
    self.analyses = analyses
  }

  package var routes: [Route] {
    [
      Route(
        .get, "/decisions", .may(.see, .decision), "Lists decisions, those to be reviewed soonest first.",
        inputs: [.init("analysis", "Only those taken on this page")]
      ) { visit in
        let all = try await decisions.list(analysis: visit.query["analysis"], for: visit.actor)
        return .both(visit, json: ["rows": all]) { DecisionListPage(decisions: all, visit: visit).html }
      },
      Route(
        .get, "/decisions/new", .may(.create, .decision), "The form to decide from a figure.", isInAPI: false,
        action: form),
      Route(
        .post, "/decisions", .may(.create, .decision), "Takes a decision from a figure of an analysis.",
        inputs: [
          .init("analysis", "The address of the analysis", required: true),
          .init("figure", "The figure", required: true),
          .init("title", "What is decided", required: true), .init("choice", "What is chosen", required: true),
          .init("option", "A way that was open; may be repeated"), .init("reason", "Why", required: true),
          .init("owner", "The user who sees to it", .integer), .init("due", "When it is to be done", .day),
          .init("review", "When it is judged", .day, required: true),
          .init("expected", "What the figure is expected to be then", .number),
          .init("cost", "What it costs, in the company's currency", .number),
          .init("window", "The window of the analysis, as its page takes it"), .init("first", "Its first day", .day),
          .init("last", "Its last day", .day),
        ], action: take),
      Route(.get, "/decisions/{id}", .may(.see, .decision), "One decision.") { visit in
        let decision = try await decisions.find(visit.id(), for: visit.actor)
        return .both(visit, json: decision) { DecisionPage(decision: decision, visit: visit).html }
      },
      Route(
        .post, "/decisions/{id}/review", .may(.edit, .decision), "Judges a decision.",
        inputs: [.init("actual", "What the figure came to", .number), .init("note", "What was learned")],
        action: review),
      Route(
        .post, "/decisions/{id}/withdrawal", .may(.delete, .decision), "Takes a decision back.",
        inputs: [.init("reason", "Why", required: true)], action: withdraw),
    ]
  }

  private func figure(_ fields: Fields, _ actor: Actor) async throws -> (DecidableAnalysis, Figure) {
    guard let analysis = analyses.first(where: { $0.path == fields["analysis"] }) else {
      throw Problem(.invalid, field: "analysis", "Nothing can be decided there.", mend: "Start from an analysis.")
    }
    let figures = try await analysis.figures(actor, fields)
    let id = fields["figure"].flatMap { $0.isEmpty ? nil : $0 } ?? figures.first { $0.value != nil }?.id
    guard let figure = figures.first(where: { $0.id == id }) else {
      throw Problem(.invalid, field: "figure", "That analysis has no such figure.", mend: "Choose one of its figures.")
    }
    return (analysis, figure)
  }

  @Sendable private func form(_ visit: Visit) async throws -> Answer {
    let (analysis, figure) = try await figure(visit.query, visit.actor)
    return .page(
      DecisionForm(analysis: analysis, figure: figure, users: try await users.active(), visit: visit).html)
  }

  @Sendable private func take(_ visit: Visit) async throws -> Answer {
    let (analysis, figure) = try await figure(visit.fields, visit.actor)
    do {
      let draft = try Decision.Draft(
        visit.fields, figure: figure, format: visit.face == .json ? .standard : visit.viewer.format, today: visit.today)
      let made = try await decisions.take(
        draft, on: analysis.path, figure: figure, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/decisions/\(made.id)", status: 201, json: made,
        flash: Flash(.good, "Decided. The review is on \(visit.viewer.format.day(made.reviewDay))."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let people = try await users.active()
      return .page(
        DecisionForm(analysis: analysis, figure: figure, users: people, visit: visit, problem: problem).html,
        status: 422)
    }
  }

  @Sendable private func review(_ visit: Visit) async throws -> Answer {
    let decision = try await decisions.find(visit.id(), for: visit.actor)
    do {
      let actual = try Decision.Draft.number(
        visit.fields["actual"], field: "actual", unit: decision.figure.unit,
        format: visit.face == .json ? .standard : visit.viewer.format)
      let after = try await decisions.review(
        decision.id, actual: actual, note: visit.fields["note"] ?? "", by: visit.actor)
      return .changed(visit, to: "/decisions/\(after.id)", json: after, flash: Flash(.good, "Reviewed."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(DecisionPage(decision: decision, visit: visit, problem: problem).html, status: 422)
    }
  }

  @Sendable private func withdraw(_ visit: Visit) async throws -> Answer {
    let decision = try await decisions.find(visit.id(), for: visit.actor)
    do {
      let after = try await decisions.withdraw(
        decision.id, reason: visit.fields["reason"] ?? "", by: visit.actor)
      return .changed(visit, to: "/decisions/\(after.id)", json: after, flash: Flash(.note, "Taken back."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(DecisionPage(decision: decision, visit: visit, problem: problem).html, status: 422)
    }
  }
}
