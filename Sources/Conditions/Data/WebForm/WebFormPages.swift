import Customers
import Kernel
import Web

/// The forms of the company's site.
struct WebFormListPage {
  let forms: [WebForm]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Forms", path: WebFormRoutes.path, viewer: viewer,
      lead: "What visitors of your site fill in comes here as customers.",
      actions: LinkButton("New form", "/forms/new", weight: .primary, icon: "plus").html,
      body: ListTable(
        "\(viewer.format.count(forms.count, "form", "forms"))", rows: forms,
        columns: [
          .init("Name", onCard: .title) { "<a href=\"\(url: "/forms/\($0.id)")\">\($0.name)</a>" },
          .init("Heading", onCard: .fact) { "\(words: $0.title)" },
          .init("State", onCard: .fact) { $0.isOpen ? Badge("Open", .good).html : Badge("Closed").html },
          .init("Made", onCard: .fact) { viewer.time($0.createdAt) },
        ],
        state: ListState(path: WebFormRoutes.path),
        empty: EmptyState(
          "No forms", reason: "A form on your site makes a customer of whoever fills it in, with their consent.",
          icon: "forms", action: LinkButton("Make the first one", "/forms/new", weight: .primary).html)
      ).html)
  }
}

/// One form: where it stands, how to embed it, what came in.
struct WebFormPage {
  let form: WebForm
  let page: Page<WebFormSubmission>
  let people: [User]
  let visit: Visit

  private var path: String { "/forms/\(form.id)" }
  private var csrf: String { visit.viewer.csrf }

  var html: HTML {
    Shell.page(
      title: form.name, path: WebFormRoutes.path, viewer: visit.viewer, crumbs: [Crumb("Forms", WebFormRoutes.path)],
      lead: lead, actions: actions, body: "\(table.html)\(embedding)\(removal)")
  }

  private var lead: HTML {
    let names = form.owners.compactMap { number in people.first { $0.id.rawValue == number }?.name }
    let goal = names.isEmpty ? "nobody in particular" : names.joined(separator: ", ")
    return form.isOpen
      ? "Open at <a href=\"\(url: form.path)\">\(form.path)</a>; what comes in goes to \(goal)."
      : "Closed, \(visit.viewer.time(form.closedAt ?? visit.now))."
  }

  private var actions: HTML {
    let turn =
      form.isOpen
      ? PostButton("Close", action: "\(path)/closure", csrf: csrf, icon: "lock")
      : PostButton(
        "Open again", action: "\(path)/closure", csrf: csrf, method: .delete, weight: .primary, icon: "lock-open")
    return "\(turn)\(LinkButton("Change", "\(path)/edit", icon: "pencil"))"
  }

  private var table: ListTable<WebFormSubmission> {
    let viewer = visit.viewer
    return ListTable(
      "The newest \(viewer.format.count(page.rows.count, "submission", "submissions"))", rows: page.rows,
      columns: [
        .init("Who", onCard: .title) { "\(who($0))" }, .init("When", onCard: .fact) { viewer.time($0.at) },
        .init("Message", onCard: .fact) { "<span class=\"text-break\">\(words: $0.message)</span>" },
        .init("Consent", onCard: .fact) { "\($0.consentVersion.map { "Text \($0)" } ?? "none")" },
        .init("State", onCard: .fact) { state($0) }, .init("", onCard: .fact) { acts($0) },
      ],
      state: ListState(path: path, next: page.next),
      empty: EmptyState("Nothing came in yet", reason: "Put the address of the form on your site.", icon: "inbox"))
  }

  private func who(_ row: WebFormSubmission) -> HTML {
    let name = [row.company, row.person, row.email].first { !$0.isEmpty } ?? "Number \(row.id)"
    guard let customer = row.customer else { return "\(name)" }
    let link: HTML = "<a href=\"\(url: "/customers/\(customer)")\">\(name)</a>"
    guard let contact = row.contact else { return link }
    let person = row.person.isEmpty ? "Contact" : row.person
    return "\(link), <a href=\"\(url: "/contacts/\(contact)")\">\(person)</a>"
  }

  private func state(_ row: WebFormSubmission) -> HTML {
    Badge(row.state.word, row.state == .suspected ? .watch : row.state == .made ? .good : .note).html
  }

  private func acts(_ row: WebFormSubmission) -> HTML {
    guard row.state == .suspected else { return HTML() }
    let own = "\(path)/submissions/\(row.id)"
    return """
      <div class="vc-actions flex-nowrap">\(PostButton("Take in", action: "\(own)/acceptance", csrf: csrf, weight: .quiet))\
      \(PostButton("Remove", action: own, csrf: csrf, method: .delete, weight: .quiet))</div>
      """
  }

  private var embedding: HTML {
    let fields = form.asks.map { asked in
      let needed = asked.isRequired ? " required" : ""
      switch asked.question {
      case .consent:
        return "  <label><input type=\"checkbox\" name=\"consent\" value=\"1\"\(needed)> \(form.consent)</label>"
      case .message: return "  <label>\(asked.question.word) <textarea name=\"message\"\(needed)></textarea></label>"
      default: return "  <label>\(asked.question.word) <input name=\"\(asked.question.rawValue)\"\(needed)></label>"
      }
    }
    let code =
      (["<form method=\"post\" action=\"https://YOUR-HOST\(form.path)\">"] + fields
      + ["  <button>Send</button>", "</form>"]).joined(separator: "\n")
    return """
      <section class="mt-4"><h2>On your own site</h2><p>Link to <code>\(form.path)</code>, or put this into a page of \
      \(words: form.origins.isEmpty ? "a site you name under Change" : form.origins.joined(separator: ", ")). Programs post the \
      same fields as JSON to <code>/api/v1\(form.path)</code>.</p>
      <pre class="vc-api-code"><code>\(code)</code></pre></section>
      """
  }

  private var removal: HTML {
    """
    <p class="text-secondary mt-3">What comes in is kept until it is removed; a customer that came of it stays. A form \
    takes \(visit.viewer.format.count(WebForm.mostPerDay, "submission", "submissions")) a day and ten a minute from one address.</p>
    """
  }
}

/// The form for a form.
struct WebFormForm {
  let form: WebForm?
  let people: [User]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let path = form.map { "/forms/\($0.id)" } ?? WebFormRoutes.path
    return Shell.page(
      title: form.map { "Change \($0.name)" } ?? "New form", path: WebFormRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Forms", WebFormRoutes.path)], lead: "An e-mail address is always asked for.", width: .narrow,
      body: Form(
        action: path, method: form == nil ? .post : .put, csrf: visit.viewer.csrf, submit: form == nil ? "Add" : "Save",
        rows: rows, values: values, problems: problem.map { [$0] } ?? [], cancel: path
      ).html)
  }

  private var questions: [Field.Option] {
    WebForm.Question.allCases.filter { $0 != .email }.map { .init($0.rawValue, $0.word) }
  }

  private var rows: [Form.Row] {
    let asks = form?.asks ?? [.init(.person, isRequired: true), .init(.message, isRequired: false)]
    func names(_ all: [WebForm.Asked]) -> String { all.map(\.question.rawValue).joined(separator: ",") }
    return [
      .field(Field("name", "Name here", value: form?.name ?? "", isRequired: true)),
      .section("What visitors see"),
      .field(Field("title", "Heading", value: form?.title ?? "", isRequired: true)),
      .field(Field("intro", "Under the heading", .lines(3), value: form?.intro ?? "")),
      .field(Field("asks", "Asks for", .checkboxes(questions), value: names(asks))),
      .field(Field("required", "Must be filled in", .checkboxes(questions), value: names(asks.filter(\.isRequired)))),
      .field(Field("thanks", "Said afterwards", .lines(2), value: form?.thanks ?? "")),
      .section("Consent", hint: "Each consent is kept with the text that was shown."),
      .field(Field("purpose", "Purpose", value: form?.purpose ?? "", placeholder: "newsletter")),
      .field(Field("consent", "Text", .lines(3), value: form?.consent ?? "")),
      .section("Who gets it"),
      .field(
        Field(
          "kind", "A company that comes in is",
          .select(Customer.Kind.allCases.map { .init($0.rawValue, $0.word) }),
          value: form?.kind.rawValue ?? Customer.Kind.organisation.rawValue, isRequired: true)),
      .field(
        Field(
          "owners", "By turns", .checkboxes(people.map { .init("\($0.id)", $0.name) }),
          value: (form?.owners ?? []).map(String.init).joined(separator: ","))),
      .field(Field("tag", "Tag", value: form?.tag ?? "")),
      .section("On your own site"),
      .field(
        Field(
          "origins", "Sites that may embed it", .lines(2), value: (form?.origins ?? []).joined(separator: "\n"),
          hint: "One a line, such as <code>https://www.example.com</code>.")),
      .field(
        Field(
          "thanksPath", "Goes on to", value: form?.thanksPath ?? "",
          hint: "A path of that site, such as <code>/thanks</code>.")),
      .field(Field("team", "", .hidden, value: form?.team.map(String.init) ?? "")),
      .field(Field("version", "", .hidden, value: form.map { String($0.version) } ?? "")),
    ]
  }

  private var values: [String: String] {
    guard problem != nil else { return [:] }
    var typed = visit.fields.dictionary
    for name in ["asks", "required", "owners"] { typed[name] = visit.fields.values(of: name).joined(separator: ",") }
    return typed
  }
}
