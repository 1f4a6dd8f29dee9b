import Kernel
import Records
import Web

/// Rules: what the house does by itself.
package struct RuleRoutes: Sendable {
  package static let path = "/rules"

  let rules: Rules

  package init(_ rules: Rules) { self.rules = rules }

  private var inputs: [Route.Input] {
    [
      .init("name", "What it is called", required: true),
      .init("noun", "What it is about", required: true, choices: rules.catalogues.all.map(\.noun.rawValue)),
      .init("occasion", "What it waits for", required: true, choices: Rule.Occasion.allCases.map(\.rawValue)),
      .init("fields", "For a change: the fields that count; any when left out", .list),
      .init("dayField", "For a day: the field that names it"),
      .init("days", "For a day: how many days after it, before it when negative", .integer, in: Rule.Draft.days),
      .init("filter", "The conditions, as a list's filter is written"),
      .init(
        "acts",
        "What it does, at most \(Rule.Draft.mostActs): objects with kind (\(RuleAct.Kind.allCases.map(\.rawValue).joined(separator: ", "))), and text, field, value, days, to (owner, maker or a user's number), webhook as the kind needs them",
        .objects, required: true),
    ]
  }

  private var version: Route.Input {
    .init("version", "The version, unless If-Match names it", .integer, in: 1...Int64.max)
  }

  package var routes: [Route] { keeping + working }

  private var keeping: [Route] {
    [
      Route(.get, Self.path, .may(.see, .rule), "Lists the rules.", answer: .of([String: [Rule]].self)) { visit in
        let all = try await rules.all(for: visit.actor)
        if visit.face == .json { return .json(["rows": all]) }
        return .page(
          RuleListPage(
            rules: all, activity: try await rules.activity(for: visit.actor),
            sheet: try await rules.sheet(for: visit.actor), visit: visit
          ).html)
      },
      Route(.get, "/rules/new", .may(.create, .rule), "The form for a new rule.", isInAPI: false, action: begin),
      Route(
        .post, Self.path, .may(.create, .rule), "Makes a rule.", answer: .of(Rule.self, 200, 201), inputs: inputs,
        action: create),
      Route(.get, "/rules/{id}", .may(.see, .rule), "One rule.", answer: .of(Rule.self), action: show),
      Route(.get, "/rules/{id}/edit", .may(.edit, .rule), "The form to change a rule.", isInAPI: false) { visit in
        let rule = try await rules.find(visit.id(), .edit, for: visit.actor)
        return try await form(rule, rule.typed, visit)
      },
      Route(
        .put, "/rules/{id}", .may(.edit, .rule), "Changes a rule of one's own; send the version it was read at.",
        answer: .of(Rule.self), inputs: inputs + [version], action: edit),
      Route(
        .delete, "/rules/{id}", .may(.delete, .rule), "Removes a rule and its log.", answer: .of([String: Bool].self)
      ) { visit in
        let gone = try await rules.delete(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: ["deleted": true], flash: Flash(.good, "“\(gone.name)” is gone."))
      },
    ]
  }

  private var working: [Route] {
    [
      Route(
        .post, "/rules/{id}/pause", .may(.edit, .rule), "Lets a rule rest.", answer: .of(Rule.self, 200),
        inputs: [.init("reason", "Why")]
      ) { visit in
        let paused = try await rules.pause(visit.id(), reason: visit.fields["reason"] ?? "", by: visit.actor)
        return .changed(visit, to: "/rules/\(paused.id)", json: paused, flash: Flash(.good, "The rule rests."))
      },
      Route(
        .delete, "/rules/{id}/pause", .may(.edit, .rule), "Lets a rule go on, from now.", answer: .of(Rule.self)
      ) { visit in
        let active = try await rules.resume(visit.id(), by: visit.actor)
        return .changed(visit, to: "/rules/\(active.id)", json: active, flash: Flash(.good, "The rule goes on."))
      },
      Route(
        .get, "/rules/{id}/runs", .may(.see, .rule), "What a rule did, newest first.", answer: .of(RunList.self),
        inputs: [
          .init("state", "Only those in this state", choices: RuleRun.State.allCases.map(\.rawValue)),
          .init("before", "Runs before this number", .integer, in: 1...Int64.max),
          .init("size", "Rows of a page; 50 when left out", .integer, in: 1...200),
        ], action: runs),
      Route(
        .get, "/rules/{id}/trial", .may(.see, .rule), "What a rule would have done over the last thirty days.",
        answer: .of(RuleTrial.self)
      ) { visit in
        let rule = try await rules.find(visit.id(), for: visit.actor)
        let trial = try await rules.trial(of: try rule.draft(), for: visit.actor)
        if visit.face == .json { return .json(trial) }
        return try await form(rule, rule.typed, visit, trial: trial)
      },
      Route(
        .post, "/rules/trials", .may(.create, .rule), "What a rule would have done that is not made yet.",
        answer: .of(RuleTrial.self, 200), inputs: inputs
      ) { visit in
        let draft = try draft(visit)
        let trial = try await rules.trial(of: draft, for: visit.actor)
        if visit.face == .json { return .json(trial) }
        return try await form(nil, typed(visit), visit, trial: trial)
      },
    ]
  }

  struct RunList: Encodable, Sendable {
    let rows: [Rules.Shown]
    let next: String?
  }

  @Sendable private func runs(_ visit: Visit) async throws -> Answer {
    let id: ID<Rule> = try visit.id()
    guard visit.face == .json else { return .redirect(to: "/rules/\(id)") }
    let page = try await rules.runs(
      of: id, state: try Self.state(visit.query["state"]),
      before: try visit.query.integer("before", in: 1...Int64.max),
      size: Int(try visit.query.integer("size", in: 1...200) ?? 50), for: visit.actor)
    return .json(RunList(rows: page.rows, next: page.next))
  }

  private static func state(_ text: String?) throws -> RuleRun.State? {
    guard let text, !text.isEmpty else { return nil }
    guard let state = RuleRun.State(rawValue: text) else {
      throw Problem(
        .invalid, field: "state", "“\(text.prefix(40))” is no state of a run.",
        mend: "Use \(Format.list(RuleRun.State.allCases.map(\.rawValue), or: true)).")
    }
    return state
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let rule = try await rules.find(visit.id(), for: visit.actor)
    if visit.face == .json { return Answer.json(rule).tagged(rule.version) }
    let state = visit.query["state"].flatMap(RuleRun.State.init(rawValue:))
    let runs = try await rules.runs(
      of: rule.id, state: state, before: try visit.query.integer("after", in: 1...Int64.max), for: visit.actor)
    return .page(
      RulePage(
        rule: rule, runs: runs, days: try await rules.days(of: rule.id, for: visit.actor), state: state,
        sheet: try await rules.sheet(for: visit.actor), visit: visit
      ).html)
  }

  @Sendable private func begin(_ visit: Visit) async throws -> Answer {
    guard visit.query["noun"] != nil else {
      return .page(RuleBeginning(sheet: try await rules.sheet(for: visit.actor), visit: visit).html)
    }
    return try await form(nil, visit.query, visit)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let draft = try draft(visit)
      if isTrial(visit) { return try await tried(nil, draft, visit) }
      let made = try await rules.create(draft, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/rules/\(made.id)", status: 201, json: made,
        flash: Flash(.good, "It looks at what happens from now on."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .notAllowed].contains(problem.kind) {
      return try await form(nil, typed(visit), visit, problem: problem)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<Rule> = try visit.id()
    let before = try await rules.find(id, .edit, for: visit.actor)
    do {
      let draft = try draft(visit)
      if isTrial(visit) { return try await tried(before, draft, visit) }
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the rule was read at.")
      }
      let after = try await rules.edit(id, draft, version: version, by: visit.actor)
      return .changed(visit, to: "/rules/\(id)", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem
      where visit.face == .html && [.invalid, .conflict, .notAllowed].contains(problem.kind)
    {
      return try await form(before, typed(visit), visit, problem: problem)
    }
  }

  private func isTrial(_ visit: Visit) -> Bool { visit.face == .html && visit.fields["try"] == "1" }

  private func tried(_ rule: Rule?, _ draft: Rule.Draft, _ visit: Visit) async throws -> Answer {
    let trial = try await rules.trial(of: draft, for: visit.actor)
    return try await form(rule, typed(visit), visit, trial: trial)
  }

  private func draft(_ visit: Visit) throws -> Rule.Draft {
    try Rule.Draft(
      visit.fields, acts: visit.face == .json ? try RuleAct.acts(visit.body) : try RuleAct.acts(visit.fields))
  }

  /// What was typed, with the ticked boxes of one name together.
  private func typed(_ visit: Visit) -> Fields {
    var typed = visit.fields
    typed.add("fields", visit.fields.values(of: "fields").joined(separator: ","))
    return typed
  }

  private func form(
    _ rule: Rule?, _ values: Fields, _ visit: Visit, trial: RuleTrial? = nil, problem: Problem? = nil
  ) async throws -> Answer {
    let sheet = try await rules.sheet(for: visit.actor)
    let noun = try rule?.noun ?? rules.catalogues.named(values["noun"] ?? "").noun
    guard let catalogue = sheet.catalogue(noun) else {
      throw Problem(.notAllowed, field: "noun", "You may not see these records.", mend: "Choose another kind.")
    }
    guard let occasion = Rule.Occasion(rawValue: values["occasion"] ?? "") else {
      throw Problem(.invalid, field: "occasion", "What it waits for is missing.", mend: "Begin at /rules/new.")
    }
    let part = try trial.map { trial -> HTML in
      let draft = try visit.fields["name"] == nil ? rule?.draft() : draft(visit)
      return draft.map { RuleTrialPart(trial: trial, draft: $0, sheet: sheet, viewer: visit.viewer).html } ?? HTML()
    }
    let shown = problem.map { Self.named($0, among: values) }
    return .page(
      RuleForm(
        rule: rule, values: values, catalogue: catalogue, occasion: occasion, sheet: sheet, visit: visit,
        trial: part ?? HTML(), problem: shown
      ).html, status: problem?.kind.status ?? 200)
  }

  /// A refusal of an act, at the fields of the form that hold it.
  private static func named(_ problem: Problem, among values: Fields) -> Problem {
    guard let field = problem.field, let acts = try? RuleAct.acts(values) else { return problem }
    var numbers: [RuleAct.Kind: Int] = [:]
    for (place, act) in acts.enumerated() {
      numbers[act.kind, default: 0] += 1
      guard field.hasPrefix("acts[\(place)]") else { continue }
      let part = act.kind == .set ? "field" : act.kind == .webhook ? "webhook" : "text"
      return Problem(
        problem.kind, field: "\(act.kind.rawValue)\(numbers[act.kind] ?? 1)\(part)", problem.message, mend: problem.mend
      )
    }
    return problem
  }
}
