import Kernel
import Web

/// What was said and seen, the newest first.
struct ObservationListPage {
  let page: Page<Observation>
  let counts: [Observation.Kind: Int]
  let names: [ID<Customer>: String]
  let question: ObservationQuestion
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    let (name, viewer) = (question.customer.flatMap { names[$0] }, visit.viewer)
    let customer = question.customer.map { "\($0)" } ?? ""
    return Shell.page(
      title: name.map { "Observations of \($0)" } ?? "Observations", path: ObservationRoutes.path, viewer: viewer,
      crumbs: question.customer.map { [Crumb(name ?? "Customer", "/customers/\($0)")] } ?? [],
      lead:
        "What no order tells: who is named as a reference, who brings whom, ideas, rivals, what is spent elsewhere.",
      actions: visit.actor.may(.create, .observation)
        ? LinkButton(
          "Enter one", Address.path("/observations/new", [("customer", customer)]), weight: .primary, icon: "plus"
        ).html : HTML(),
      body: "\(chart)\(table)")
  }

  private var chart: HTML {
    let present = Observation.Kind.allCases.filter { counts[$0] != nil }
    guard !present.isEmpty else { return HTML() }
    return Chart(
      id: "observations", title: "\(format.count(counts.values.reduce(0, +), "observation", "observations")) by kind",
      note: "Detectors of significance and the rules of the core strategies rest on them; see Significant customers.",
      kind: .bars(
        Chart.Bars(
          labels: present.map(\.word), series: [Chart.Series("Observations", present.map { Double(counts[$0] ?? 0) })],
          unit: .count, title: "Observations", isHorizontal: true)), format: format
    ).html
  }

  private var parameters: [(String, String)] {
    [("customer", question.customer.map { "\($0)" } ?? ""), ("kind", question.kind?.rawValue ?? "")]
  }

  private var chips: [ListState.Chip] {
    var chips: [ListState.Chip] = []
    if let id = question.customer {
      chips.append(.init("of \(names[id] ?? "one customer")", without: Address.path("/observations", [parameters[1]])))
    }
    if let kind = question.kind {
      chips.append(.init(kind.word.lowercased(), without: Address.path("/observations", [parameters[0]])))
    }
    return chips
  }

  private var filters: HTML {
    let (chosen, customer) = (question.kind, question.customer)
    return """
      <form class="vc-find" method="get" action="/observations">\
      \(customer.map { Form.hidden("customer", "\($0)") })\
      <label class="visually-hidden" for="kind">Kind</label><select class="form-select" id="kind" name="kind">\
      <option value="">All kinds</option>\
      \(Observation.Kind.allCases.html { """
        <option value="\($0.rawValue)"\(when: $0 == chosen, " selected")>\(words: $0.word)</option>
        """ })</select><button class="btn" type="submit">Show</button></form>
      """
  }

  private var table: ListTable<Observation> {
    let (viewer, names, format, csrf) = (visit.viewer, names, format, visit.viewer.csrf)
    let mayDelete = visit.actor.may(.delete, .observation)
    return ListTable(
      "\(format.count(page.rows.count, "observation", "observations")), the newest first", rows: page.rows,
      columns: [
        .init("Customer", onCard: .title) {
          "<a href=\"/customers/\($0.customer)\">\(names[$0.customer] ?? "Customer")</a>"
        },
        .init("Day", onCard: .fact) { viewer.time($0.day) },
        .init("What", onCard: .fact) { "\(words: $0.kind.word)" },
        .init("Other side", onCard: .fact) { row -> HTML in
          row.otherCustomer.map { "<a href=\"/customers/\($0)\">\(names[$0] ?? row.other)</a>" } ?? "\(row.other)"
        },
        .init("Amount", isNumber: true, onCard: .fact) { row -> HTML in
          row.minor.map { "\(format.exactMoney(Money(minor: $0, format.currency)))" } ?? HTML()
        },
        .init("Score", isNumber: true) { row -> HTML in row.score.map { "\($0)" } ?? HTML() },
        .init("Note") { "\($0.note)" }, .init("From") { "\($0.source ?? $0.by)" },
        .init("") { row -> HTML in
          mayDelete
            ? PostButton(
              "Take back", action: "/observations/\(row.id)", csrf: csrf, method: .delete, weight: .quiet
            ).html : HTML()
        },
      ],
      state: ListState(path: "/observations", parameters: parameters, next: page.next, chips: chips),
      empty: EmptyState(
        "Nothing observed yet", reason: "Enter what people know, or import a file of it.", icon: "eye",
        action: """
          \(LinkButton("Enter one", "/observations/new", weight: .primary, icon: "plus")) \
          \(LinkButton("Import a file", "/imports/new?subject=observations", icon: "upload"))
          """), filters: filters)
  }
}

/// The form for an observation.
struct ObservationForm {
  let visit: Visit
  let values: [String: String]
  var problem: Problem?

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Enter an observation", path: ObservationRoutes.path, viewer: viewer,
      crumbs: [Crumb("Observations", ObservationRoutes.path)], width: .narrow,
      body: """
        \(Form(
          action: ObservationRoutes.path, csrf: viewer.csrf, submit: "Keep", fields: fields, values: values,
          problems: problem.map { [$0] } ?? [], cancel: ObservationRoutes.path))
        <section class="vc-card"><h2 class="vc-card-title">What the fields mean</h2><dl class="vc-facts">\
        \(Observation.Kind.allCases.html { "<div><dt>\(words: $0.word)</dt><dd>\(words: $0.meaning)</dd></div>" })</dl></section>
        """)
  }

  private var fields: [Field] {
    [
      Field(
        "customer", "Customer", .record("customer", title: nil), hint: "By name, or by its number in the feed.",
        isRequired: true,
        isFocused: values["customer"]?.isEmpty ?? true),
      Field(
        "kind", "What it is", .select(Observation.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
        isRequired: true),
      Field("day", "Day", .day, value: visit.viewer.today.description),
      Field("other", "Other side", .text, hint: "A customer, a rival, the idea or change, the item that is rated."),
      Field("amount", "Amount", .money(visit.viewer.format.currency)),
      Field("score", "Score", .whole, hint: "1 to 5; of an idea or a quote 1 for yes, 0 for no."),
      Field("note", "Note", .text),
    ]
  }
}
