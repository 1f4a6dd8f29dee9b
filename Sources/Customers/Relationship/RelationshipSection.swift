import Kernel
import Web

/// How a customer stands to others, on its page.
package struct RelationshipSection: Part {
  let rows: [Relationship]
  let customer: Customer
  /// Where a browser goes after a change.
  let path: String
  let visit: Visit

  package init(_ rows: [Relationship], of customer: Customer, path: String, visit: Visit) {
    self.rows = rows
    self.customer = customer
    self.path = path
    self.visit = visit
  }

  private var mayEdit: Bool { visit.actor.may(.edit, .customer) }
  private var action: String { "/customers/\(customer.id)/relationships" }

  package var html: HTML {
    guard !rows.isEmpty || mayEdit else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">Relationships</h2>\
      \(when: rows.isEmpty, "<p class=\"text-secondary\">Who supplies it, advises it, brought it to us?</p>")\
      <ul class="vc-people">\(rows.html(row))</ul>\(when: mayEdit, form)</section>
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
      \(when: mayEdit, turn(one))</li>
      """
  }

  private func turn(_ one: Relationship) -> HTML {
    let end = "\(action)/\(one.id)"
    return one.isRunning
      ? PostButton(
        "End", action: end, csrf: visit.viewer.csrf, method: .delete, weight: .quiet, fields: [("back", path)]
      ).html
      : PostButton(
        "Reopen", action: "\(end)/end", csrf: visit.viewer.csrf, method: .delete, weight: .quiet,
        fields: [("back", path)]
      ).html
  }

  private var form: HTML {
    "<p>\(LinkButton("Add a relationship", Address.path("\(action)/new", [("back", path)]), icon: "plus"))</p>"
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
            "other", "The other customer", .text,
            hint: "Its number in the feed, or the number at the end of its address.", isRequired: true),
          Field("since", "Since", .day), Field("note", "Note", .text),
          Field("back", "", .hidden, value: visit.query["back"] ?? ""),
        ], values: values, problems: problem.map { [$0] } ?? [], cancel: path
      ).html)
  }
}
