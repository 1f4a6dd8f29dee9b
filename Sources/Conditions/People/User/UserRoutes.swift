import Kernel
import Web

/// The people who sign in.
package struct UserRoutes: Sendable {
  let users: Users
  let roles: Roles
  let teams: Teams

  package init(_ users: Users, roles: Roles, teams: Teams) {
    self.users = users
    self.roles = roles
    self.teams = teams
  }

  package var routes: [Route] {
    [
      Route(.get, "/users", .may(.see, .user), "Lists the people who sign in.", answer: .of([String: [User]].self)) {
        visit in
        if visit.face == .json { return .json(["rows": try await users.all(for: visit.actor)]) }
        return try await page(visit)
      },
      Route(
        .post, "/users", .may(.create, .user), "Lets somebody sign in.", answer: .of(User.self, 200, 201),
        inputs: [
          .init("name", "The name", required: true), .init("email", "The address", required: true),
          .init("password", "At least 12 bytes", required: true),
          .init("role", "The code of their role", required: true),
          .init("team", "The number of their team", .integer),
        ], action: create),
      Route(
        .get, "/users/{id}/rights", .may(.see, .user), "The role and the teams of a user.",
        answer: .of(UserRights.self), action: rights),
      Route(
        .put, "/users/{id}/rights", .may(.edit, .user), "Gives a user another role or other teams.",
        answer: .of(User.self),
        inputs: [
          .init("role", "The code of their role"), .init("teams", "The numbers of all their teams; may be repeated"),
          .init("team", "The team that customers they make belong to", .integer),
        ], action: setRights),
      Route(
        .put, "/users/{id}/password", .may(.edit, .user), "Gives a user a new password and ends their sessions.",
        answer: .of([String: Bool].self),
        inputs: [.init("password", "At least 12 bytes", required: true)], action: setPassword),
      Route(
        .post, "/users/{id}/disabling", .may(.edit, .user), "Takes a user's access away.",
        answer: .of([String: Bool].self, 200)
      ) { visit in
        try await users.setDisabled(true, visit.id(), by: visit.actor)
        return .changed(visit, to: "/users", json: ["disabled": true], flash: Flash(.good, "Access taken away."))
      },
      Route(
        .delete, "/users/{id}/disabling", .may(.edit, .user), "Gives a user's access back.",
        answer: .of([String: Bool].self)
      ) { visit in
        try await users.setDisabled(false, visit.id(), by: visit.actor)
        return .changed(visit, to: "/users", json: ["disabled": false], flash: Flash(.good, "Access given back."))
      },
    ]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await users.create(
        email: visit.fields["email"] ?? "", name: visit.fields["name"] ?? "", password: visit.fields["password"] ?? "",
        role: Role.Code(rawValue: try visit.fields.required("role")),
        team: try team(visit.fields["team"]), by: visit.actor)
      return .changed(
        visit, to: "/users", status: 201, json: made, flash: Flash(.good, "\(made.name) can sign in now."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return try await page(visit, problem)
    }
  }

  @Sendable private func setPassword(_ visit: Visit) async throws -> Answer {
    let id: ID<User> = try visit.id()
    do {
      try await users.setPassword(visit.fields["password"] ?? "", of: id, by: visit.actor)
      return .changed(visit, to: "/users", json: ["changed": true], flash: Flash(.good, "The password is changed."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return try await page(visit, problem, passwordOf: id)
    }
  }

  private func page(_ visit: Visit, _ problem: Problem? = nil, passwordOf: ID<User>? = nil) async throws -> Answer {
    let page = UserListPage(
      users: try await users.all(for: visit.actor), roles: try await roles.giveable(by: visit.actor),
      teams: try await teams.names(), joined: try await teams.memberships(for: visit.actor), visit: visit,
      problem: problem, passwordOf: passwordOf)
    return .page(page.html, status: problem?.kind.status ?? 200)
  }

  private func team(_ text: String?) throws -> ID<Team>? {
    guard let text, !text.isEmpty else { return nil }
    guard let id = ID<Team>(text: text) else {
      throw Problem(.invalid, field: "team", "This is not the number of a team.", mend: "Choose one of the list.")
    }
    return id
  }

  @Sendable private func rights(_ visit: Visit) async throws -> Answer {
    try await rights(visit, problem: nil)
  }

  private func rights(_ visit: Visit, problem: Problem?) async throws -> Answer {
    try visit.actor.require(.see, .user, reach: .all)
    let user = try await users.find(visit.id())
    let joined = try await teams.memberships(for: visit.actor)[user.id] ?? []
    if visit.face == .json { return .json(UserRights(user: user, teams: joined)) }
    let page = UserRightsPage(
      user: user, roles: try await roles.giveable(by: visit.actor), teams: try await teams.names(), joined: joined,
      visit: visit, problem: problem)
    return .page(page.html, status: problem?.kind.status ?? 200)
  }

  /// A user with the teams they are in.
  struct UserRights: Encodable, Sendable {
    let user: User
    let teams: [ID<Team>]

    private enum Key: CodingKey { case teams }

    func encode(to encoder: any Encoder) throws {
      try user.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(teams, forKey: .teams)
    }
  }

  @Sendable private func setRights(_ visit: Visit) async throws -> Answer {
    let id: ID<User> = try visit.id()
    do {
      let sent = visit.fields.values(of: "teams")
      let chosen = try sent.filter { !$0.isEmpty }.compactMap { try team($0) }
      let user = try await users.setRights(
        of: id, role: visit.fields["role"].flatMap { $0.isEmpty ? nil : Role.Code(rawValue: $0) },
        teams: sent.isEmpty ? nil : chosen, main: try team(visit.fields["team"]), by: visit.actor)
      return .changed(
        visit, to: "/users", json: user, flash: Flash(.good, "Saved. It holds from \(user.name)'s next click on."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return try await rights(visit, problem: problem)
    }
  }
}

/// The list of people who sign in, and the forms to add one or give one a new password.
struct UserListPage {
  let users: [User]
  /// Those who looks may give.
  let roles: [Role]
  let teams: [(id: ID<Team>, name: String)]
  let joined: [ID<User>: [ID<Team>]]
  let visit: Visit
  var problem: Problem?
  var passwordOf: ID<User>?

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "People", path: "/users", viewer: viewer, lead: "Who signs in here.",
      actions: HTML("\(LinkButton("Invite somebody", "/invitations/new", weight: .primary, icon: "user-plus"))"),
      body: """
        \(ListTable(
          "\(viewer.format.count(users.count, "person", "people"))", rows: users,
          columns: [
            .init("Name", onCard: .title) { "<a href=\"/users/\($0.id)/access\">\($0.name)</a>" },
            .init("E-mail", onCard: .fact) { "\($0.email)" },
            .init("Role", onCard: .fact) { role($0) }, .init("Teams", onCard: .fact) { "\(teamNames($0))" },
            .init("Since") { viewer.time($0.createdAt) },
            .init("Access", onCard: .fact) { mayEdit ? access($0).html : HTML() },
          ],
          state: ListState(path: "/users"), empty: EmptyState("Nobody", reason: "Add the first person.")))
        \(passwordForm)\(mayAdd ? "<section><h2>Add somebody</h2>\(addForm)</section>" : HTML())
        """)
  }

  private var mayEdit: Bool { visit.actor.reach(.edit, .user) == .all }
  private var mayAdd: Bool { visit.actor.reach(.create, .user) == .all }

  private func role(_ user: User) -> HTML {
    let word = roles.first { $0.code == user.role }?.name ?? user.role.rawValue
    return mayEdit ? "<a href=\"/users/\(user.id)/rights\">\(words: word)</a>" : "\(words: word)"
  }

  private func teamNames(_ user: User) -> String {
    let names = (joined[user.id] ?? []).compactMap { id in teams.first { $0.id == id }?.name }
    return names.joined(separator: ", ")
  }

  private func access(_ user: User) -> PostButton {
    let path = "/users/\(user.id)/disabling"
    return user.disabledAt == nil
      ? PostButton("Take access away", action: path, csrf: visit.viewer.csrf, weight: .quiet)
      : PostButton("Give access back", action: path, csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
  }

  private var passwordForm: HTML {
    guard let own = users.first(where: { $0.id == passwordOf }) else { return HTML() }
    return """
      <section><h2>New password for \(own.name)</h2>\(Form(
        action: "/users/\(own.id)/password", method: .put, csrf: visit.viewer.csrf, submit: "Change the password",
        fields: [
          Field("password", "New password", .newPassword, hint: "At least 12 characters; a sentence is good. You sign in again afterwards.")
        ], problems: passwordOf == nil ? [] : problem.map { [$0] } ?? []))</section>
      """
  }

  private var addForm: Form {
    Form(
      action: "/users", csrf: visit.viewer.csrf, submit: "Add",
      fields: [
        Field("name", "Name", .text, isRequired: true), Field("email", "E-mail", .email, isRequired: true),
        Field(
          "password", "Password", .newPassword, hint: "At least 12 characters; a sentence is good.", isRequired: true),
        Field(
          "role", "Role", .select(roles.map { Field.Option($0.code.rawValue, $0.name) }), value: "sales",
          isRequired: true),
        Field(
          "team", "Team", .select([Field.Option("", "None")] + teams.map { Field.Option("\($0.id)", $0.name) })),
      ], values: passwordOf == nil ? visit.fields.dictionary.filter { $0.key != "password" } : [:],
      problems: passwordOf == nil ? problem.map { [$0] } ?? [] : [])
  }
}
