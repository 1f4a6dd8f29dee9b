import Kernel
import Web

/// The people who sign in.
package struct UserRoutes: Sendable {
  let users: Users

  package init(_ users: Users) { self.users = users }

  package var routes: [Route] {
    [
      Route(.get, "/users", .may(.see, .user), "Lists the people who sign in.") { visit in
        let all = try await users.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { UserListPage(users: all, visit: visit).html }
      },
      Route(
        .post, "/users", .may(.create, .user), "Lets somebody sign in.",
        inputs: [
          .init("name", "The name", required: true), .init("email", "The address", required: true),
          .init("password", "At least 12 bytes", required: true),
        ], action: create),
      Route(
        .put, "/users/{id}/password", .may(.edit, .user), "Gives a user a new password and ends their sessions.",
        inputs: [.init("password", "At least 12 bytes", required: true)], action: setPassword),
      Route(.post, "/users/{id}/disabling", .may(.edit, .user), "Takes a user's access away.") { visit in
        try await users.setDisabled(true, visit.id(), by: visit.actor)
        return .changed(visit, to: "/users", json: ["disabled": true], flash: Flash(.good, "Access taken away."))
      },
      Route(.delete, "/users/{id}/disabling", .may(.edit, .user), "Gives a user's access back.") { visit in
        try await users.setDisabled(false, visit.id(), by: visit.actor)
        return .changed(visit, to: "/users", json: ["disabled": false], flash: Flash(.good, "Access given back."))
      },
    ]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await users.create(
        email: visit.fields["email"] ?? "", name: visit.fields["name"] ?? "", password: visit.fields["password"] ?? "",
        by: visit.actor)
      return .changed(
        visit, to: "/users", status: 201, json: made, flash: Flash(.good, "\(made.name) can sign in now."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let all = try await users.all(for: visit.actor)
      return .page(UserListPage(users: all, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func setPassword(_ visit: Visit) async throws -> Answer {
    let id: ID<User> = try visit.id()
    do {
      try await users.setPassword(visit.fields["password"] ?? "", of: id, by: visit.actor)
      return .changed(visit, to: "/users", json: ["changed": true], flash: Flash(.good, "The password is changed."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let all = try await users.all(for: visit.actor)
      return .page(UserListPage(users: all, visit: visit, problem: problem, passwordOf: id).html, status: 422)
    }
  }
}

/// The list of people who sign in, and the forms to add one or give one a new password.
struct UserListPage {
  let users: [User]
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
            .init("Name", onCard: .title) { "<a href=\"/users/\($0.id)/access\">\($0.name)</a>" }, .init("E-mail", onCard: .fact) { "\($0.email)" },
            .init("Role") { "\($0.role.rawValue)" }, .init("Since", onCard: .fact) { viewer.time($0.createdAt) },
            .init("Access", onCard: .fact) { access($0).html },
          ],
          state: ListState(path: "/users"), empty: EmptyState("Nobody", reason: "Add the first person.")))
        \(passwordForm)<section><h2>Add somebody</h2>\(addForm)</section>
        """)
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
      ], values: passwordOf == nil ? visit.fields.dictionary.filter { $0.key != "password" } : [:],
      problems: passwordOf == nil ? problem.map { [$0] } ?? [] : [])
  }
}
