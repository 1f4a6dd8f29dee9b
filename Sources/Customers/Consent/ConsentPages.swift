import Kernel
import Web

/// How many people may be contacted for what, by channel.
struct ConsentOverviewPage {
  let counts: [PurposeCount]
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Consents", path: ConsentRoutes.path, viewer: visit.viewer,
      lead: "For what, and by what, people may be contacted. What nobody asked counts as no.",
      actions: visit.actor.may(.create, .consent)
        ? LinkButton("Add a purpose", "/purposes/new", weight: .primary, icon: "plus").html : HTML(),
      body: "\(chart)\(table)")
  }

  private var chart: HTML {
    guard counts.contains(where: { $0.people > 0 }) else { return HTML() }
    let most = counts.max { ($0.allowed.values.max() ?? 0) < ($1.allowed.values.max() ?? 0) }
    let title =
      most.map {
        "\(format.count($0.allowed.values.max() ?? 0, "person", "people")) may be contacted for \($0.purpose.name)"
      }
      ?? "Who may be contacted"
    return Chart(
      id: "consents", title: title, note: "People with a valid yes, by purpose and channel.",
      kind: .bars(
        Chart.Bars(
          labels: counts.map(\.purpose.name),
          series: Consent.Channel.allCases.map { channel in
            Chart.Series(channel.word, counts.map { Double($0.allowed(channel)) })
          }, unit: .count, title: "People", isHorizontal: counts.count > 4)), format: format
    ).html
  }

  private var table: ListTable<PurposeCount> {
    let format = format
    return ListTable(
      "\(format.count(counts.count, "purpose", "purposes"))", rows: counts,
      columns: [
        .init("Purpose", onCard: .title) { "<a href=\"/purposes/\($0.purpose.id)\">\($0.purpose.name)</a>" },
        .init("Rests on", onCard: .fact) { "\(words: $0.purpose.basis.word)" },
        .init("On record", isNumber: true, onCard: .fact, hint: "People who said anything about it") {
          "\(format.count($0.people))"
        },
      ]
        + Consent.Channel.allCases.map { channel in
          .init(channel.word, isNumber: true, onCard: .fact) { row in
            row.allowed(channel) == 0
              ? "0"
              : """
              <a href="\(url: "/purposes/\(row.purpose.id)/people?channel=\(channel.rawValue)")">\
              \(format.count(row.allowed(channel)))</a>
              """
          }
        },
      state: ListState(path: ConsentRoutes.path),
      empty: EmptyState(
        "No purpose yet",
        reason:
          "Say what you want to contact people for, such as a newsletter; then what they said can be written down.",
        icon: "shield-check",
        action: LinkButton("Add a purpose", "/purposes/new", weight: .primary, icon: "plus").html))
  }
}

/// What may be used of one person, as a card on their page.
struct ConsentCard: Part {
  let sheet: ConsentSheet
  let path: String
  let visit: Visit

  var html: HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">What may be used</h2>\
    \(when: sheet.lines.isEmpty, """
      <p class="text-secondary">No purpose is set up. <a href="/consents">Add one</a>, then write down what they said.</p>
      """)\
    \(when: !sheet.lines.isEmpty, "<ul class=\"vc-people\">\(sheet.lines.html(line))</ul>")\
    \(when: !sheet.lines.isEmpty, "<p>\(LinkButton("Why, and write down a consent", path, icon: "shield-check"))</p>")\
    </section>
    """
  }

  private func line(_ line: ConsentSheet.Line) -> HTML {
    let allowed = zip(line.channels, line.answers).filter { $0.1.isAllowed }.map { $0.0.word }
    let words = allowed.isEmpty ? "by nothing" : "by \(allowed.joined(separator: ", ").lowercased())"
    return """
      <li><div>\(line.purpose.name)<div class="text-secondary">\(words: words)</div></div>\
      \(Badge(allowed.isEmpty ? "No" : "Yes", allowed.isEmpty ? .watch : .good))</li>
      """
  }
}

/// What may be used of one person and why not, what they said, and the form to write down more.
struct ConsentPage {
  let person: Consent.Person
  let name: String
  let home: String
  let sheet: ConsentSheet
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let crumb = home.hasPrefix("/contacts") ? Crumb("Contacts", "/contacts") : Crumb("Customers", "/customers")
    return Shell.page(
      title: "Consents of \(name)", path: ConsentRoutes.path, viewer: visit.viewer,
      crumbs: [crumb, Crumb(name, home)],
      lead: "Every letter, message and call asks here first. What nobody asked counts as no.",
      body: "\(matrix)\(form)\(history)")
  }

  private var matrix: HTML {
    guard !sheet.lines.isEmpty else {
      return EmptyState(
        "No purpose yet", reason: "Say first what you want to contact people for.", icon: "shield-check",
        action: LinkButton("Add a purpose", "/purposes/new", weight: .primary, icon: "plus").html
      ).html
    }
    return """
      <div class="vc-consent">\(sheet.lines.html { line in """
        <section class="vc-card"><h2 class="vc-card-title"><a href="/purposes/\(line.purpose.id)">\(line.purpose.name)</a></h2>\
        <ul class="vc-people">\(zip(line.channels, line.answers).html { channel, answer in """
          <li><div>\(words: channel.word)<div class="text-secondary">\(answer.reason)</div></div>\
          \(Badge(answer.isAllowed ? "May" : "May not", answer.isAllowed ? .good : .watch))</li>
          """ })</ul></section>
        """ })</div>
      """
  }

  private var form: HTML {
    guard visit.actor.may(.create, .consent), !sheet.lines.isEmpty else { return HTML() }
    return """
      <section class="vc-card" id="record"><h2 class="vc-card-title">Write down what they said</h2>\(Form(
        action: ConsentRoutes.path, csrf: visit.viewer.csrf, submit: "Write it down", fields: fields, values: values,
        problems: problem.map { [$0] } ?? []))</section>
      """
  }

  private var values: [String: String] {
    var values = visit.fields.dictionary
    let channels = visit.fields.values(of: "channel")
    if !channels.isEmpty { values["channel"] = channels.joined(separator: ",") }
    return values
  }

  private var fields: [Field] {
    let whose =
      switch person {
      case .contact(let id): Field("contact", "", .hidden, value: "\(id)")
      case .customer(let id): Field("customer", "", .hidden, value: "\(id)")
      }
    return [
      whose,
      Field(
        "purpose", "Purpose", .select(sheet.lines.map { Field.Option("\($0.purpose.id)", $0.purpose.name) }),
        isRequired: true),
      Field(
        "channel", "By", .checkboxes(Consent.Channel.allCases.map { Field.Option($0.rawValue, $0.word) }),
        isRequired: true),
      Field(
        "state", "They said", .radio(Consent.State.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: "given", isRequired: true),
      Field(
        "source", "Where they said it", .text, hint: "A form, a letter, a call: what you could show.", isRequired: true),
      Field(
        "basis", "Rests on",
        .select(
          [Field.Option("", "As the purpose says")] + Consent.Basis.allCases.map { Field.Option($0.rawValue, $0.word) })
      ),
      Field("day", "When", .day, hint: "Now, unless you say otherwise."),
      Field("expires", "Holds until", .day), Field("note", "Note", .text),
    ]
  }

  private var history: HTML {
    let (viewer, names) = (
      visit.viewer, Dictionary(sheet.lines.map { ($0.purpose.id, $0.purpose.name) }, uniquingKeysWith: { a, _ in a })
    )
    return """
      <section><h2>What they said</h2>\(ListTable(
        "\(viewer.format.count(sheet.history.count, "entry", "entries")), the newest first", rows: sheet.history,
        columns: [
          .init("When", onCard: .title) { viewer.time($0.at) },
          .init("Purpose", onCard: .fact) { "\(names[$0.purpose])" },
          .init("By") { "\(words: $0.channel.word)" },
          .init("Said", onCard: .fact) { Badge($0.state.word, $0.state == .given ? .good : .watch).html },
          .init("Rests on") { "\(words: $0.basis.word)" },
          .init("Until") { row -> HTML in row.expires.map { viewer.time($0) } ?? HTML() },
          .init("Text") { row -> HTML in
            row.text.map { "<a href=\"/purposes/\(row.purpose)\">version \($0)</a>" } ?? HTML()
          },
          .init("Where") { "\($0.source)" }, .init("Note") { "\($0.note)" }, .init("Written by") { "\($0.by)" },
        ],
        state: ListState(path: "\(home)/consents"),
        empty: EmptyState("Nothing on record", reason: "So they may not be contacted for any purpose.", icon: "shield")))\
      </section>
      """
  }
}

/// The form for a purpose.
struct PurposeForm {
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Add a purpose", path: ConsentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Consents", ConsentRoutes.path)], width: .narrow,
      body: Form(
        action: "/purposes", csrf: visit.viewer.csrf, submit: "Add",
        fields: [
          Field("name", "Name", .text, isRequired: true, placeholder: "Newsletter", isFocused: true),
          Field("note", "What it is for", .text),
          Field(
            "basis", "Rests on", .select(Consent.Basis.allCases.map { Field.Option($0.rawValue, $0.word) }),
            value: Consent.Basis.consent.rawValue),
          Field("months", "A yes holds for", .whole, hint: "For good when left empty.", unit: "months"),
          Field("text", "The text people agree to", .lines(4)),
        ], values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: ConsentRoutes.path
      ).html)
  }
}

/// One purpose: what it rests on, and the versions of its text.
struct PurposePage {
  let purpose: ConsentPurpose
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let viewer = visit.viewer
    let holds = purpose.months.map { "; a yes holds for \(viewer.format.count($0, "month", "months"))" } ?? ""
    return Shell.page(
      title: purpose.name, path: ConsentRoutes.path, viewer: viewer, crumbs: [Crumb("Consents", ConsentRoutes.path)],
      lead:
        "\(purpose.note)\(when: !purpose.note.isEmpty, ". ")Rests on: \(words: purpose.basis.word.lowercased())\(holds).",
      width: .narrow, body: "\(people)\(texts)\(form)\(change)")
  }

  /// The way to those who may be contacted, by channel.
  private var people: HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">Who may be contacted</h2><div class="vc-actions">\
    \(Consent.Channel.allCases.html {
      LinkButton($0.word, "/purposes/\(purpose.id)/people?channel=\($0.rawValue)", icon: "users").html
    })</div></section>
    """
  }

  private var change: HTML {
    guard visit.actor.may(.edit, .consent) else { return HTML() }
    let values = visit.method == .put ? visit.fields.dictionary : [:]
    return """
      <section><h2>Name and use</h2>\(Form(
        action: "/purposes/\(purpose.id)", method: .put, csrf: visit.viewer.csrf, submit: "Save",
        fields: [
          Field("name", "Name", .text, value: purpose.name, isRequired: true),
          Field("note", "What it is for", .text, value: purpose.note),
          Field(
            "months", "A yes holds for", .whole, value: purpose.months.map { "\($0)" } ?? "",
            hint: "For good when left empty; what was said until now stays.", unit: "months"),
        ], values: values, problems: visit.method == .put ? problem.map { [$0] } ?? [] : []))</section>
      """
  }

  private var texts: HTML {
    guard !purpose.texts.isEmpty else {
      return EmptyState(
        "No text yet", reason: "Write what people agree to, so that each yes is kept with the words it was said to.",
        icon: "file-text"
      ).html
    }
    return purpose.texts.html { text in
      """
      <section class="vc-card"><h2 class="vc-card-title">Version \(text.number)</h2><p class="vc-lines">\(text.text)</p>\
      <p class="text-secondary">\(visit.viewer.time(text.at)) by \(text.by)</p></section>
      """
    }
  }

  private var form: HTML {
    guard visit.actor.may(.edit, .consent) else { return HTML() }
    return """
      <section><h2>Another version</h2>\(Form(
        action: "/purposes/\(purpose.id)/texts", csrf: visit.viewer.csrf, submit: "Put into force",
        fields: [Field("text", "The text people agree to", .lines(4), isRequired: true)],
        values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
      """
  }
}

/// Who may be contacted for a purpose by a channel.
struct ReachablePage {
  let purpose: ConsentPurpose
  let channel: Consent.Channel
  let page: Page<ReachablePerson>
  let visit: Visit

  private var path: String { "/purposes/\(purpose.id)/people" }

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "\(purpose.name): \(channel.word.translated)", path: ConsentRoutes.path, viewer: viewer,
      crumbs: [Crumb("Consents", ConsentRoutes.path), Crumb(purpose.name, "/purposes/\(purpose.id)")],
      lead: "Who may be contacted for this, by this. Whoever is not here may not.",
      body: ListTable(
        "\(viewer.format.count(page.rows.count, "person", "people"))", rows: page.rows,
        columns: [
          .init("Name", onCard: .title) { person in
            "<a href=\"\(url: person.path)\">\(person.name ?? "\(person.kind.rawValue.sentenceCased) \(person.id)")</a>"
          },
          .init("Address", onCard: .fact) { "\($0.address)" },
          .init("Until", onCard: .fact) { person in
            person.expires.map { "\(viewer.format.day($0))" } ?? "<span class=\"vc-none\">for good</span>"
          },
        ],
        state: ListState(path: path, parameters: [("channel", channel.rawValue)], next: page.next),
        empty: EmptyState(
          "Nobody may be contacted so", reason: "Nobody you may see has said yes to this, or it is over.",
          icon: "shield-check", action: LinkButton("Back to the purpose", "/purposes/\(purpose.id)").html)
      ).html)
  }
}
