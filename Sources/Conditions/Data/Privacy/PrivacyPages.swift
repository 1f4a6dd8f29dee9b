import Kernel
import Store
import Web

/// What people asked about their data, and the form to write it down.
struct PrivacyPage {
  let requests: [PrivacyRequest]
  let visit: Visit
  /// Whom somebody came for, from the page of that person.
  var person: Person?
  /// Who was found by the words that were asked for; nil when none were.
  var people: [Person]?
  var problem: Problem?

  private var viewer: Viewer { visit.viewer }
  private var open: [PrivacyRequest] { requests.filter { $0.outcome == nil } }

  var html: HTML {
    Shell.page(
      title: "Privacy", path: "/privacy", viewer: viewer, lead: lead,
      actions: LinkButton("The data map", "/privacy/map", icon: "map").html,
      body: "\(about)\(find)\(table.html)\(forms)")
  }

  private var lead: HTML {
    let late = open.filter { $0.isLate(visit.today) }.count
    if late > 0 { return "\(viewer.format.count(late, "request is", "requests are")) late." }
    guard let next = open.first else { return "Nobody waits for an answer about their data." }
    return
      "\(viewer.format.count(open.count, "request waits", "requests wait")), the next is due \(viewer.time(next.due))."
  }

  private var table: ListTable<PrivacyRequest> {
    ListTable(
      "\(viewer.format.count(requests.count, "request", "requests")), those that wait first", rows: requests,
      columns: [
        .init("Asked", onCard: .title) { "<a href=\"/privacy/requests/\($0.id)\">\(words: $0.kind.word)</a>" },
        .init("By", onCard: .fact) { "\($0.askedBy)" }, .init("Received") { viewer.time($0.received) },
        .init("Due", onCard: .fact) { $0.outcome == nil ? viewer.time($0.due) : "" },
        .init("How it stands", onCard: .fact) { PrivacyMark($0, today: visit.today).html },
      ],
      state: ListState(path: "/privacy"),
      empty: EmptyState(
        "Nobody asked yet", reason: "Write down here what somebody asks about their data; the clock runs from then.",
        icon: "shield-lock"))
  }

  /// What can be done for the person somebody came for.
  private var about: HTML {
    guard let person else { return HTML() }
    let fields = [(name: "kind", value: person.kind.rawValue), (name: "person", value: "\(person.id)")]
    let preview = Address.path("/privacy/erasures/preview", fields.map { ($0.name, $0.value) })
    let gather = PostButton("Gather their data", action: "/privacy/exports", csrf: viewer.csrf, fields: fields).html
    return """
      <section class="vc-card"><h2>\(person.name)</h2>\
      <p>Here as \(words: person.kind.word) \("\(person.id)")\(person.email.map { ", \($0)" as HTML })</p>\
      <div class="vc-actions">\(when: visit.actor.may(.export, .privacy), gather)\
      \(when: visit.actor.may(.delete, .privacy), LinkButton("Look at what would go", preview, weight: .danger).html)</div>\
      </section>
      """
  }

  private var forms: HTML {
    guard visit.actor.may(.create, .privacy) else { return HTML() }
    return "<section class=\"vc-card\"><h2>Write down a request</h2>\(ask)</section>"
  }

  /// Finds whoever it is about.
  private var find: HTML {
    guard person == nil else { return HTML() }
    return """
      <section class="vc-card"><h2>What is held about somebody</h2>\
      <p>It can be gathered into a file, or erased. The page of a person leads here as well.</p>\
      <form class="vc-find" method="get" action="/privacy" role="search"><label class="visually-hidden" for="q">Name, \
      address or number</label><input class="form-control" type="search" id="q" name="q" value="\(visit.query["q"] ?? "")" \
      placeholder="Name, address or number" autocomplete="off" required><button class="btn" type="submit">Find them</button>\
      </form>\(found)</section>
      """
  }

  private var found: HTML {
    guard let people else { return HTML() }
    guard !people.isEmpty else { return "<p class=\"vc-hint\" role=\"status\">Nobody of that name is known.</p>" }
    return """
      <ul class="vc-people-found">\(people.html { one in
        let address = Address.path("/privacy", [("kind", one.kind.rawValue), ("person", "\(one.id)")])
        return """
          <li><a href="\(url: address)">\(one.name)</a> <span class="text-secondary">\(words: one.kind.word) \("\(one.id)")\
          \(one.email.map { ", \($0)" as HTML })</span></li>
          """
      })</ul>
      """
  }

  private static let kinds = PersonKind.allCases.map { Field.Option($0.rawValue, $0.word) }

  private var ask: Form {
    Form(
      action: "/privacy/requests", csrf: viewer.csrf, submit: "Write it down",
      fields: [
        Field(
          "kind", "What was asked", .select(PrivacyRequest.Kind.allCases.map { .init($0.rawValue, $0.word) }),
          isRequired: true),
        Field(
          "askedBy", "Who asked", .text, value: person?.name ?? "", hint: "And how they can be answered.",
          isRequired: true),
        Field("received", "Received", .day, value: "\(visit.today)", isRequired: true),
        Field(
          "personKind", "Whom it is about", .select([.init("", "Not known yet")] + PrivacyPage.kinds),
          value: person?.kind.rawValue ?? ""),
        Field(
          "person", "Their number", .whole, value: person.map { "\($0.id)" } ?? "",
          hint: "It stands in the address of their page."),
        Field("note", "In words", .lines(3)),
      ],
      values: problem == nil ? [:] : visit.fields.dictionary, problems: problem.map { [$0] } ?? [])
  }
}

/// How a request stands, in a word.
struct PrivacyMark: Part {
  let request: PrivacyRequest
  let today: Day

  init(_ request: PrivacyRequest, today: Day) {
    self.request = request
    self.today = today
  }

  var html: HTML {
    switch request.outcome {
    case .done: return Badge("Answered", .good).html
    case .refused: return Badge("Refused", .neutral).html
    case .none: break
    }
    let left = request.due.days(since: today)
    if left < 0 { return Badge("\(-left) \(left == -1 ? "day" : "days") late", .bad).html }
    return Badge("\(left) \(left == 1 ? "day" : "days") left", left <= 7 ? .watch : .note).html
  }
}

/// One request and how it was answered.
struct PrivacyRequestPage {
  let request: PrivacyRequest
  let visit: Visit
  var problem: Problem?

  private var viewer: Viewer { visit.viewer }
  private var path: String { "/privacy/requests/\(request.id)/answer" }

  var html: HTML {
    Shell.page(
      title: request.kind.word, path: "/privacy", viewer: viewer, crumbs: [Crumb("Privacy", "/privacy")],
      lead: "\(PrivacyMark(request, today: visit.today)) asked by \(request.askedBy), due \(viewer.time(request.due)).",
      width: .narrow, body: "\(facts)\(acts)\(answer)")
  }

  private var facts: HTML {
    """
    <section class="vc-card"><dl class="vc-facts"><div><dt>Received</dt><dd>\(viewer.time(request.received))</dd></div>\
    <div><dt>Written down by</dt><dd>\(request.by), \(viewer.time(request.createdAt))</dd></div>\
    \(request.person.map { "<div><dt>About</dt><dd>\(words: request.personKind?.word) \("\($0)")</dd></div>" as HTML })\
    \(when: !request.note.isEmpty, "<div><dt>In words</dt><dd>\(request.note)</dd></div>")</dl></section>
    """
  }

  private var acts: HTML {
    guard let kind = request.personKind, let person = request.person, request.outcome == nil else { return HTML() }
    let fields = [(name: "kind", value: kind.rawValue), (name: "person", value: "\(person)")]
    let preview = Address.path("/privacy/erasures/preview", [("kind", kind.rawValue), ("person", "\(person)")])
    let mayExport = visit.actor.may(.export, .privacy)
    let mayErase = visit.actor.may(.delete, .privacy) && request.kind == .deletion
    return """
      <div class="vc-actions">\(mayExport
        ? PostButton("Gather their data", action: "/privacy/exports", csrf: viewer.csrf, fields: fields).html : HTML())\
      \(mayErase ? LinkButton("Look at what would go", preview, weight: .danger).html : HTML())</div>
      """
  }

  private var answer: HTML {
    if let outcome = request.outcome {
      return """
        <section class="vc-card"><h2>\(words: outcome == .done ? "Answered" : "Refused") \
        \(request.answeredAt.map { viewer.time($0) })</h2><p>\(request.answer)</p>\
        \(PostButton("Open it again", action: path, csrf: viewer.csrf, method: .delete, weight: .quiet))</section>
        """
    }
    guard visit.actor.may(.edit, .privacy) else { return HTML() }
    return """
      <section class="vc-card"><h2>Answer it</h2>\(Form(
        action: path, csrf: viewer.csrf, submit: "Write the answer down",
        fields: [
          Field(
            "outcome", "How it ended",
            .radio([.init("done", "Done"), .init("refused", "Refused", hint: "The law asks for the reason.")]),
            value: "done", isRequired: true),
          Field("note", "What was done, or why not", .lines(3)),
        ],
        values: problem == nil ? [:] : visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
      """
  }
}
