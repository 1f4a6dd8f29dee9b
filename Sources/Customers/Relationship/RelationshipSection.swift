import Kernel
import Web

/// How a customer stands to others, on its page.
package struct RelationshipSection: Part {
  /// As many as are shown there; the others have a page of their own.
  package static let most = 8

  let page: Page<Relationship>
  let customer: Customer
  /// Where a browser goes after a change.
  let path: String
  let visit: Visit

  package init(_ page: Page<Relationship>, of customer: Customer, path: String, visit: Visit) {
    self.page = page
    self.customer = customer
    self.path = path
    self.visit = visit
  }

  private var mayEdit: Bool { visit.actor.may(.edit, .customer) }
  private var action: String { "/customers/\(customer.id)/relationships" }

  package var html: HTML {
    guard !page.rows.isEmpty || mayEdit else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">Relationships</h2>\
      \(when: page.rows.isEmpty, "<p class=\"text-secondary\">Who supplies it, advises it, brought it to us?</p>")\
      <ul class="vc-people">\(page.rows.html(row))</ul>\
      \(when: page.next != nil, "<p><a href=\"\(action)\">All relationships</a></p>")\(when: mayEdit, add)</section>
      """
  }

  private func row(_ one: Relationship) -> HTML {
    let format = visit.viewer.format
    let days = [
      one.since.map { "since \(format.day($0))".translated }, one.until.map { "until \(format.day($0))".translated },
      one.note.isEmpty ? nil : one.note,
    ].compactMap { $0 }
    return """
      <li\(when: !one.isRunning, " class=\"vc-past\"")><div><span class="text-secondary">\(words: one.kind.word)</span> \
      <a href="/customers/\(one.other)">\(one.otherName)</a>\
      \(when: !days.isEmpty, "<div class=\"text-secondary\">\(days.joined(separator: ", "))</div>")</div>\
      \(when: mayEdit, RelationshipTurn(one: one, back: path, csrf: visit.viewer.csrf).html)</li>
      """
  }

  private var add: HTML {
    "<p>\(LinkButton("Add a relationship", Address.path("\(action)/new", [("back", path)]), icon: "plus"))</p>"
  }
}

/// The button that ends a relationship, or takes its end back.
private struct RelationshipTurn: Part {
  let one: Relationship
  let back: String
  let csrf: String

  var html: HTML {
    let path = "/customers/\(one.customer)/relationships/\(one.id)"
    return PostButton(
      one.isRunning ? "End" : "Reopen", action: one.isRunning ? path : "\(path)/end", csrf: csrf, method: .delete,
      weight: .quiet, fields: [("back", back)]
    ).html
  }
}

/// All of a customer, page by page.
struct RelationshipListPage: Part {
  let page: Page<Relationship>
  let customer: Customer
  let visit: Visit

  private var path: String { "/customers/\(customer.id)" }

  var html: HTML {
    let (name, viewer) = (customer.shownName(to: visit.actor), visit.viewer)
    return Shell.page(
      title: "Relationships of \(name)", path: "/customers", viewer: viewer, crumbs: [Crumb(name, path)],
      lead: "How it stands to other customers; each is told on the page of the other, too.",
      actions: visit.actor.may(.edit, .customer)
        ? LinkButton(
          "Add a relationship", Address.path("\(path)/relationships/new", [("back", "\(path)/relationships")]),
          weight: .primary, icon: "plus"
        ).html : HTML(),
      body: table.html)
  }

  private var table: ListTable<Relationship> {
    let (viewer, back) = (visit.viewer, "\(path)/relationships")
    let mayEdit = visit.actor.may(.edit, .customer)
    let count = viewer.format.count(page.rows.count, "relationship", "relationships")
    return ListTable(
      "\(count), those that run first", rows: page.rows,
      columns: [
        .init("This customer", onCard: .fact) { "\(words: $0.kind.word)" },
        .init("The other customer", onCard: .title) { "<a href=\"/customers/\($0.other)\">\($0.otherName)</a>" },
        .init("Since", onCard: .fact) { row -> HTML in row.since.map { viewer.time($0) } ?? HTML() },
        .init("Until", onCard: .fact) { row -> HTML in row.until.map { viewer.time($0) } ?? HTML() },
        .init("Note") { "\($0.note)" }, .init("From") { "\($0.by)" },
        .init("") { row -> HTML in
          mayEdit ? RelationshipTurn(one: row, back: back, csrf: viewer.csrf).html : HTML()
        },
      ],
      state: ListState(path: back, next: page.next),
      empty: EmptyState("No relationships yet", reason: "Who supplies it, advises it, brought it to us?", icon: "users")
    )
  }
}

/// The form for a relationship of a customer.
struct RelationshipForm: Part {
  let customer: Customer
  let visit: Visit
  var values: [String: String] = [:]
  var problem: Problem?

  private var path: String { "/customers/\(customer.id)" }

  var html: HTML {
    let name = customer.shownName(to: visit.actor)
    return Shell.page(
      title: "A relationship of \(name)", path: "/customers", viewer: visit.viewer, crumbs: [Crumb(name, path)],
      body: Form(
        action: "\(path)/relationships", csrf: visit.viewer.csrf, submit: "Add the relationship",
        fields: [
          Field(
            "kind", "This customer", .select(Relationship.Kind.allCases.map { .init($0.rawValue, $0.word) }),
            isRequired: true),
          Field(
            "other", "The other customer", .record("customer", title: nil), hint: "By name or number.",
            isRequired: true),
          Field("since", "Since", .day), Field("note", "Note", .text),
          Field("back", "", .hidden, value: visit.query["back"] ?? ""),
        ], values: values, problems: problem.map { [$0] } ?? [], cancel: path
      ).html)
  }
}
