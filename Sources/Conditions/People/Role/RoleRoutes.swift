import Customers
import Kernel
import Web

/// Roles: the list, copying one, its rights, its rules on fields, who has it.
package struct RoleRoutes: Sendable {
  /// The fields that rules can be made on, with their words, for a choice on the page.
  package typealias KnownFields = @Sendable (Actor) async throws -> [(field: Actor.FieldName, word: String)]

  let roles: Roles
  let users: Users
  let known: KnownFields

  package init(_ roles: Roles, users: Users, known: @escaping KnownFields) {
    self.roles = roles
    self.users = users
    self.known = known
  }

  private static let nouns = Actor.Noun.allCases.map(\.rawValue)

  package var routes: [Route] {
    [
      Route(
        .get, "/roles", .may(.see, .role), "The roles and how many people have each.",
        answer: .of([String: [Roles.Holding]].self)
      ) { visit in
        let all = try await roles.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { RoleListPage(roles: all, visit: visit).html }
      },
      Route(
        .post, "/roles", .may(.create, .role), "Makes a role with the rights of another.", answer: .of(Role.self),
        inputs: [
          .init("name", "Its name", required: true),
          .init("from", "The code of the role it starts from", required: true),
        ], action: copy),
      Route(.get, "/roles/{code}", .may(.see, .role), "One role with its rights and rules.", answer: .of(Role.self)) {
        visit in
        let role = try await roles.find(code(visit), for: visit.actor)
        return try await page(role, visit).tagged(role.version)
      },
      Route(
        .put, "/roles/{code}", .may(.edit, .role), "Changes a role; a map that is sent replaces the one that stands.",
        answer: .of(Role.self),
        inputs: [
          .init("name", "Its name"), .init("note", "What it is for"),
          .init("seesPersonalData", "Whether names, addresses and texts are seen", .flag),
          .init("grants", "How far each right reaches: customer.see to own, team or all", .map),
          .init("fields", "Rules on fields: customer.email to hidden or readOnly", .map),
          .init("version", "The version it was read at", .integer),
        ]
      ) { visit in
        try await change(visit) { role in try Role.Draft(visit.fields, over: role) }
      },
      Route(
        .delete, "/roles/{code}", .may(.delete, .role), "Deletes a role that nobody has.",
        answer: .of([String: Bool].self)
      ) { visit in
        do {
          try await roles.delete(code(visit), by: visit.actor)
          return .changed(visit, to: "/roles", json: ["deleted": true], flash: Flash(.good, "The role is gone."))
        } catch let problem as Problem where visit.face == .html && problem.kind == .conflict {
          return try await page(try await roles.find(code(visit), for: visit.actor), visit, problem)
        }
      },
    ] + parts
  }

  /// One right, one rule.
  private var parts: [Route] {
    [
      Route(
        .post, "/roles/{code}/grants", .may(.edit, .role), "Gives a role one right.", answer: .of(Role.self),
        inputs: [
          .init("noun", "The kind of record", required: true, choices: Self.nouns),
          .init("verb", "What may be done", required: true, choices: Actor.Verb.allCases.map(\.rawValue)),
          .init("reach", "How far", required: true, choices: Actor.Reach.allCases.map(\.rawValue)),
        ]
      ) { visit in
        let noun = try Role.Draft.noun(try visit.fields.required("noun"))
        let verb = try Role.Draft.verb(try visit.fields.required("verb"))
        let reach = try Role.Draft.reach(try visit.fields.required("reach"))
        return try await change(visit) { $0.draft { $0.set(verb, noun, reach) } }
      },
      Route(
        .delete, "/roles/{code}/grants/{right}", .may(.edit, .role), "Takes one right away: customer.see.",
        answer: .of(Role.self)
      ) { visit in
        let parts = (visit.parameters["right"] ?? "").split(separator: ".").map(String.init)
        guard parts.count == 2 else { throw Problem(.notFound, "There is no such right.", mend: "Write customer.see.") }
        let (noun, verb) = (try Role.Draft.noun(parts[0]), try Role.Draft.verb(parts[1]))
        return try await change(visit) { $0.draft { $0.set(verb, noun, nil) } }
      },
      Route(
        .post, "/roles/{code}/fields", .may(.edit, .role), "Makes a rule on a field.", answer: .of(Role.self),
        inputs: [
          .init("field", "The field, such as customer.email", required: true),
          .init("access", "What is left of it", required: true, choices: Actor.FieldAccess.allCases.map(\.rawValue)),
        ]
      ) { visit in
        let field = try Actor.FieldName(text: try visit.fields.required("field"))
        let access = try Role.Draft.access(try visit.fields.required("access"))
        return try await change(visit) { $0.draft { $0.fields[field] = access } }
      },
      Route(
        .delete, "/roles/{code}/fields/{field}", .may(.edit, .role), "Takes a rule on a field away.",
        answer: .of(Role.self)
      ) { visit in
        let field = try Actor.FieldName(text: visit.parameters["field"] ?? "")
        return try await change(visit) { $0.draft { $0.fields[field] = nil } }
      },
    ]
  }

  private func code(_ visit: Visit) throws -> Role.Code { Role.Code(rawValue: visit.parameters["code"] ?? "") }

  private func page(_ role: Role, _ visit: Visit, _ problem: Problem? = nil) async throws -> Answer {
    if visit.face == .json { return .json(role) }
    let holders = visit.actor.reach(.see, .user) == .all ? try await users.all(for: visit.actor) : []
    let page = RolePage(
      role: role, holders: holders.filter { $0.role == role.code }, known: try await known(visit.actor), visit: visit,
      problem: problem)
    return .page(page.html, status: problem?.kind.status ?? 200)
  }

  private func change(
    _ visit: Visit, _ change: @escaping @Sendable (Role) throws -> Role.Draft
  ) async throws -> Answer {
    let code = try code(visit)
    do {
      let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max)
      let role = try await roles.edit(code, version: version, by: visit.actor, change)
      return .changed(visit, to: "/roles/\(code)", json: role, flash: Flash(.good, "Saved. It holds from now on."))
        .tagged(role.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return try await page(try await roles.find(code, for: visit.actor), visit, problem)
    }
  }

  @Sendable private func copy(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await roles.copy(
        Role.Code(rawValue: try visit.fields.required("from")), name: visit.fields["name"] ?? "", by: visit.actor,
        once: try visit.once())
      return .changed(
        visit, to: "/roles/\(made.code)", status: 201, json: made, flash: Flash(.good, "\(made.name) was made."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let all = try await roles.all(for: visit.actor)
      return .page(RoleListPage(roles: all, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }
}

extension Role {
  /// The same with a change.
  fileprivate func draft(_ change: (inout Draft) -> Void) -> Draft {
    var draft = Draft(self)
    change(&draft)
    return draft
  }
}
