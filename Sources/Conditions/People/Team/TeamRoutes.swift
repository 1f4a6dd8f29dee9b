import Customers
import Kernel
import Web

/// Teams: the list, making and changing one, who joins and who leaves.
package struct TeamRoutes: Sendable {
  let teams: Teams
  let users: Users

  package init(_ teams: Teams, users: Users) {
    self.teams = teams
    self.users = users
  }

  private static let inputs: [Route.Input] = [
    .init("name", "Its name", required: true), .init("note", "What it is for"),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/teams", .may(.see, .team), "The teams and who is in them.", answer: .of([String: [Team.Roster]].self)
      ) { visit in
        let all = try await teams.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { TeamListPage(teams: all, visit: visit).html }
      },
      Route(
        .post, "/teams", .may(.create, .team), "Makes a team.", answer: .of(Team.self), inputs: Self.inputs,
        action: create),
      Route(.get, "/teams/{id}", .may(.see, .team), "One team.", answer: .of(Team.Roster.self)) { visit in
        try await page(try await teams.find(visit.id(), for: visit.actor), visit)
      },
      Route(
        .put, "/teams/{id}", .may(.edit, .team), "Changes a team.", answer: .of(Team.self),
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer)], action: edit),
      Route(
        .delete, "/teams/{id}", .may(.delete, .team), "Deletes a team that nobody is in.",
        answer: .of([String: Bool].self)
      ) { visit in
        do {
          try await teams.delete(visit.id(), by: visit.actor)
          return .changed(visit, to: "/teams", json: ["deleted": true], flash: Flash(.good, "The team is gone."))
        } catch let problem as Problem where visit.face == .html && problem.kind == .conflict {
          return try await page(try await teams.find(visit.id(), for: visit.actor), visit, problem)
        }
      },
      Route(
        .post, "/teams/{id}/members", .may(.edit, .team), "Takes somebody into a team.", answer: .of(Team.Roster.self),
        inputs: [.init("user", "Who joins", .integer, required: true)]
      ) { visit in
        let id: ID<Team> = try visit.id()
        guard let user = ID<User>(text: try visit.fields.required("user")) else {
          throw Problem(.invalid, field: "user", "This is not the number of a person.", mend: "Choose one of the list.")
        }
        let roster = try await teams.join(id, user, by: visit.actor)
        return .changed(
          visit, to: "/teams/\(id)", status: 201, json: roster, flash: Flash(.good, "They are in it now."))
      },
      Route(
        .delete, "/teams/{id}/members/{user}", .may(.edit, .team), "Takes somebody out of a team.",
        answer: .of(Team.Roster.self)
      ) { visit in
        let id: ID<Team> = try visit.id()
        let roster = try await teams.leave(id, visit.id("user"), by: visit.actor)
        return .changed(visit, to: "/teams/\(id)", json: roster, flash: Flash(.good, "They are out of it."))
      },
    ]
  }

  private func page(_ roster: Team.Roster, _ visit: Visit, _ problem: Problem? = nil) async throws -> Answer {
    if visit.face == .json { return Answer.json(roster).tagged(roster.team.version) }
    let page = TeamPage(roster: roster, people: try await users.active(), visit: visit, problem: problem)
    return .page(page.html, status: problem?.kind.status ?? 200)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await teams.create(
        visit.fields["name"] ?? "", note: visit.fields["note"] ?? "", by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: "/teams/\(made.id)", status: 201, json: made, flash: Flash(.good, "\(made.name) was made."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let all = try await teams.all(for: visit.actor)
      return .page(TeamListPage(teams: all, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<Team> = try visit.id()
    let before = try await teams.find(id, for: visit.actor)
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the team was read at.")
      }
      let team = try await teams.edit(
        id, name: visit.fields["name"] ?? before.team.name, note: visit.fields["note"] ?? before.team.note,
        version: version, by: visit.actor)
      return .changed(visit, to: "/teams/\(id)", json: team, flash: Flash(.good, "Saved.")).tagged(team.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return try await page(before, visit, problem)
    }
  }
}
