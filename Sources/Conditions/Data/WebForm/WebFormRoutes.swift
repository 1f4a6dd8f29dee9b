import Customers
import Kernel
import Web

/// Forms of the company's site: for the people who keep them, and for the visitors who fill them in.
package struct WebFormRoutes: Sendable {
  package static let path = "/forms"

  let forms: WebForms
  let submissions: WebFormSubmissions
  let users: Users

  package init(
    _ forms: WebForms, submissions: WebFormSubmissions, users: Users
  ) {
    self.forms = forms
    self.submissions = submissions
    self.users = users
  }

  private static let inputs: [Route.Input] = [
    .init("name", "What it is called here", required: true), .init("title", "Its heading", required: true),
    .init("intro", "What stands under the heading"),
    .init("asks", "What it asks", .list, choices: WebForm.Question.allCases.map(\.rawValue)),
    .init("required", "What must be filled in", .list, choices: WebForm.Question.allCases.map(\.rawValue)),
    .init("kind", "What a company that comes in is", required: true, choices: Customer.Kind.allCases.map(\.rawValue)),
    .init("owners", "Who gets what comes in, by turns: numbers of users", .list),
    .init("team", "The team that gets it", .integer, in: 1...Int64.max), .init("tag", "A tag for what comes in"),
    .init("thanks", "What is said afterwards"), .init("thanksPath", "Where the embedding site goes on to: /thanks"),
    .init("origins", "The sites that may embed it", .list),
    .init("purpose", "What people agree to be written to for"), .init("consent", "The text they agree to"),
  ]

  package var routes: [Route] { keeping + incoming + open }

  private var keeping: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .form), "Lists the forms of the company's site.",
        answer: .of([String: [WebForm]].self)
      ) { visit in
        let all = try await forms.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { WebFormListPage(forms: all, visit: visit).html }
      },
      Route(.get, "/forms/new", .may(.create, .form), "The form for a new form.", isInAPI: false) { visit in
        .page(WebFormForm(form: nil, people: try await users.active(), visit: visit).html)
      },
      Route(
        .post, Self.path, .may(.create, .form), "Makes a form.", answer: .of(WebForm.self, 200, 201),
        inputs: Self.inputs,
        action: create),
      Route(.get, "/forms/{id}", .may(.see, .form), "One form.", answer: .of(WebForm.self), action: show),
      Route(.get, "/forms/{id}/edit", .may(.edit, .form), "The form to change a form.", isInAPI: false) { visit in
        let form = try await forms.find(visit.id(), .edit, for: visit.actor)
        return .page(WebFormForm(form: form, people: try await users.active(), visit: visit).html)
      },
      Route(
        .put, "/forms/{id}", .may(.edit, .form), "Changes a form; send the version it was read at.",
        answer: .of(WebForm.self),
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer, in: 1...Int64.max)],
        action: edit),
      Route(.post, "/forms/{id}/closure", .may(.edit, .form), "Takes nothing more in.", answer: .of(WebForm.self, 200))
      {
        visit in
        let closed = try await forms.close(visit.id(), by: visit.actor)
        return .changed(visit, to: "/forms/\(closed.id)", json: closed, flash: Flash(.good, "The form is closed."))
      },
      Route(.delete, "/forms/{id}/closure", .may(.edit, .form), "Opens a form again.", answer: .of(WebForm.self)) {
        visit in
        let open = try await forms.reopen(visit.id(), by: visit.actor)
        return .changed(visit, to: "/forms/\(open.id)", json: open, flash: Flash(.good, "The form is open again."))
      },
    ]
  }

  private var incoming: [Route] {
    [
      Route(
        .get, "/forms/{id}/submissions", .may(.see, .form), "What came in, newest first.",
        answer: .of(SubmissionList.self),
        inputs: [
          .init("state", "Only those in this state", choices: WebFormSubmission.State.allCases.map(\.rawValue)),
          .init("before", "Submissions before this number", .integer, in: 1...Int64.max),
          .init("size", "Rows of a page; 50 when left out", .integer, in: 1...200),
        ], action: list),
      Route(
        .post, "/forms/{id}/submissions/{submission}/acceptance", .may(.edit, .form),
        "Takes in after all what was kept aside.", answer: .of(WebFormSubmission.self, 200)
      ) { visit in
        let id: ID<WebForm> = try visit.id()
        let taken = try await submissions.accept(visit.id("submission"), of: id, by: visit.actor)
        return .changed(visit, to: "/forms/\(id)", json: taken, flash: Flash(.good, "It was taken in."))
      },
      Route(
        .delete, "/forms/{id}/submissions/{submission}", .may(.delete, .form), "Removes what came in.",
        answer: .of([String: Bool].self)
      ) { visit in
        let id: ID<WebForm> = try visit.id()
        try await submissions.delete(visit.id("submission"), of: id, by: visit.actor)
        return .changed(visit, to: "/forms/\(id)", json: ["deleted": true], flash: Flash(.good, "Removed."))
      },
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let form = try await forms.find(visit.id(), for: visit.actor)
    if visit.face == .json { return Answer.json(form).tagged(form.version) }
    let before = try visit.query.integer("after", in: 1...Int64.max)
    let page = try await submissions.list(of: form.id, before: before, for: visit.actor)
    let people = try await users.active()
    return .page(WebFormPage(form: form, page: page, people: people, visit: visit).html)
  }

  struct SubmissionList: Encodable, Sendable {
    let rows: [WebFormSubmission]
    let next: String?
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let id: ID<WebForm> = try visit.id()
    guard visit.face == .json else { return .redirect(to: "/forms/\(id)") }
    let state = try visit.query["state"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
      guard let state = WebFormSubmission.State(rawValue: text) else {
        throw Problem(
          .invalid, field: "state", "“\(text.prefix(40))” is no state of a submission.",
          mend: "Use \(Format.list(WebFormSubmission.State.allCases.map(\.rawValue), or: true)).")
      }
      return state
    }
    let page = try await submissions.list(
      of: id, state: state, before: try visit.query.integer("before", in: 1...Int64.max),
      size: Int(try visit.query.integer("size", in: 1...200) ?? 50), for: visit.actor)
    return .json(SubmissionList(rows: page.rows, next: page.next))
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await forms.create(try draft(visit), by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/forms/\(made.id)", status: 201, json: made,
        flash: Flash(.good, "The form is open; its address stands below."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let page = WebFormForm(form: nil, people: try await users.active(), visit: visit, problem: problem)
      return .page(page.html, status: 422)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<WebForm> = try visit.id()
    let before = try await forms.find(id, .edit, for: visit.actor)
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the form was read at.")
      }
      let after = try await forms.edit(id, try draft(visit), version: version, by: visit.actor)
      return .changed(visit, to: "/forms/\(id)", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let page = WebFormForm(form: before, people: try await users.active(), visit: visit, problem: problem)
      return .page(page.html, status: problem.kind.status)
    }
  }

  private func draft(_ visit: Visit) throws -> WebForm.Draft {
    let fields = visit.fields
    func lines(_ name: String) -> [String] {
      fields.values(of: name).flatMap { $0.utf8.split { $0 == 10 || $0 == 13 || $0 == 32 || $0 == 44 } }
        .map { String(decoding: $0, as: UTF8.self) }
    }
    return try WebForm.Draft(
      name: fields["name"] ?? "", title: fields["title"] ?? "", intro: fields["intro"] ?? "", asks: lines("asks"),
      required: lines("required"), kind: fields["kind"] ?? Customer.Kind.organisation.rawValue, owners: lines("owners"),
      team: fields["team"] ?? "", tag: fields["tag"] ?? "", thanks: fields["thanks"] ?? "",
      thanksPath: fields["thanksPath"] ?? "", origins: lines("origins"), purpose: fields["purpose"] ?? "",
      consent: fields["consent"] ?? "")
  }
}
