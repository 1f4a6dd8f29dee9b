import Kernel
import Web

/// How customers stand to each other: those of one, a new one, the end of one.
package struct RelationshipRoutes: Sendable {
  let relationships: Relationships
  let customers: Customers

  package init(_ relationships: Relationships, customers: Customers) {
    self.relationships = relationships
    self.customers = customers
  }

  private static let path = "/customers/{id}/relationships"

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .customer), "How a customer stands to others, told from its side.",
        answer: .of(Sheet.self),
        inputs: [
          .init("after", "Where the page begins"), .init("size", "Rows of a page, 1 to 200", .integer, in: 1...200),
        ], action: list),
      Route(
        .get, Self.path + "/new", .may(.edit, .customer), "The form for a relationship.", isInAPI: false
      ) { visit in
        let customer = try await customers.find(visit.id(), to: .edit, for: visit.actor)
        return .page(RelationshipForm(customer: customer, visit: visit).html)
      },
      Route(
        .post, Self.path, .may(.edit, .customer), "Says how a customer stands to another.",
        answer: .of(Relationship.self, 200, 201),
        inputs: [
          .init(
            "kind", "What it is to the other", required: true,
            choices: Relationship.Kind.allCases.map(\.rawValue)),
          .init("other", "The other customer: its number, or its name in a feed", required: true),
          .init("since", "Since when", .day), .init("note", "A sentence"),
          .init("back", "Where a browser goes then"),
        ], action: create),
      Route(
        .delete, Self.path + "/{relationship}", .may(.edit, .customer), "Ends a relationship; the row stays.",
        answer: .of(Relationship.self),
        inputs: [.init("day", "The last day; today when left out", .day), .init("back", "Where a browser goes then")],
        action: end),
      Route(
        .delete, Self.path + "/{relationship}/end", .may(.edit, .customer), "Takes the end of a relationship back.",
        answer: .of(Relationship.self), inputs: [.init("back", "Where a browser goes then")]
      ) { visit in
        let id: ID<Customer> = try visit.id()
        let after = try await relationships.reopen(try visit.id("relationship"), of: id, by: visit.actor)
        return .changed(visit, to: back(visit, id), json: after, flash: Flash(.good, "It runs again."))
      },
    ]
  }

  struct Sheet: Encodable, Sendable {
    let rows: [Relationship]
    let next: String?
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    let after = visit.query["after"].flatMap { $0.isEmpty ? nil : $0 }
    let size = Int(try visit.query.integer("size", in: 1...200) ?? 50)
    let page = try await relationships.list(of: id, after: after, size: size, for: visit.actor)
    guard visit.face == .html else { return .json(Sheet(rows: page.rows, next: page.next)) }
    let customer = try await customers.find(id, for: visit.actor)
    return .page(RelationshipListPage(page: page, customer: customer, visit: visit).html)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      return try await add(visit)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let customer = try await customers.find(visit.id(), to: .edit, for: visit.actor)
      return .page(
        RelationshipForm(customer: customer, visit: visit, values: visit.fields.dictionary, problem: problem).html,
        status: problem.kind.status)
    }
  }

  private func add(_ visit: Visit) async throws -> Answer {
    let id: ID<Customer> = try visit.id()
    let text = try visit.fields.required("other")
    let other = try await customers.named(text, field: "other", for: visit.actor)
    let draft = try Relationship.Draft(
      try .read(try visit.fields.required("kind")), to: other.id, since: try visit.fields.day("since"),
      note: visit.fields["note"] ?? "")
    let made = try await relationships.create(draft, of: id, by: visit.actor, once: try visit.once())
    return .changed(
      visit, to: back(visit, id), status: 201, json: made, flash: Flash(.good, "The relationship was added."))
  }

  @Sendable private func end(_ visit: Visit) async throws -> Answer {
    let (id, relationship): (ID<Customer>, ID<Relationship>) = (try visit.id(), try visit.id("relationship"))
    let day = try visit.fields.day("day") ?? visit.viewer.today
    let after = try await relationships.end(relationship, of: id, on: day, by: visit.actor)
    let undo = PostButton(
      "Undo", action: "/customers/\(id)/relationships/\(relationship)/end", csrf: visit.viewer.csrf, method: .delete)
    return .changed(
      visit, to: back(visit, id), json: after, flash: Flash(.good, "The relationship has ended.", undo: undo))
  }

  private func back(_ visit: Visit, _ customer: ID<Customer>) -> String {
    visit.fields["back"].flatMap { Address.isLocal($0) ? $0 : nil } ?? "/customers/\(customer)"
  }
}
