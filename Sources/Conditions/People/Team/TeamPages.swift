import Kernel
import Web

/// The teams, and the form to make one.
struct TeamListPage {
  let teams: [Team.Roster]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Teams", path: "/teams", viewer: viewer,
      lead: "People who share customers. How much of the team's they see is in their role.",
      body: """
        \(ListTable(
          "\(viewer.format.count(teams.count, "team", "teams"))", rows: teams,
          columns: [
            .init("Team", onCard: .title) { "<a href=\"/teams/\($0.team.id)\">\($0.team.name)</a>" },
            .init("What it is for", onCard: .fact) { "\($0.team.note)" },
            .init("In it", onCard: .fact) { "\(names($0))" },
            .init("People", isNumber: true) { "\(viewer.format.count($0.members.count))" },
          ],
          state: ListState(path: "/teams"),
          empty: EmptyState(
            "No teams yet", reason: "Where people share customers, make a team and let them join.", icon: "users")))
        \(visit.actor.reach(.create, .team) == .all ? addForm : HTML())
        """)
  }

  private func names(_ roster: Team.Roster) -> String {
    let shown = roster.members.prefix(4).map(\.name).joined(separator: ", ")
    let more = roster.members.count - 4
    return more > 0 ? "\(shown) and \(more) more" : shown
  }

  private var addForm: HTML {
    """
    <section><h2>Make a team</h2>\(Form(
      action: "/teams", csrf: visit.viewer.csrf, submit: "Make it",
      fields: [Field("name", "Its name", .text, isRequired: true), Field("note", "What it is for", .text)],
      values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
    """
  }
}

/// One team: who is in it, who may join.
struct TeamPage {
  let roster: Team.Roster
  /// Everybody who could join.
  let people: [User]
  let visit: Visit
  var problem: Problem?

  private var team: Team { roster.team }
  private var path: String { "/teams/\(team.id)" }
  private var mayEdit: Bool { visit.actor.reach(.edit, .team) == .all }

  var html: HTML {
    let mayDelete = roster.members.isEmpty && visit.actor.reach(.delete, .team) == .all
    return Shell.page(
      title: team.name, path: "/teams", viewer: visit.viewer, crumbs: [Crumb("Teams", "/teams")],
      lead: "\(team.note)",
      actions: mayDelete
        ? PostButton("Delete", action: path, csrf: visit.viewer.csrf, method: .delete, icon: "trash").html : HTML(),
      body: """
        <section><h2>Who is in it</h2>\(members)\(mayEdit ? joinForm : HTML())</section>
        \(mayEdit ? editForm : HTML())
        """)
  }

  private var members: HTML {
    let viewer = visit.viewer
    return ListTable(
      "\(viewer.format.count(roster.members.count, "person", "people"))", rows: roster.members,
      columns: [
        .init("Name", onCard: .title) { "\($0.name)\(note($0))" }, .init("E-mail", onCard: .fact) { "\($0.email)" },
        .init("Role", onCard: .fact) { "\($0.role.rawValue)" }, .init("Since") { viewer.time($0.since) },
        .init("", onCard: .fact) { mayEdit ? leave($0).html : HTML() },
      ], state: ListState(path: path),
      empty: EmptyState("Nobody is in it", reason: "Choose somebody below.", icon: "users")
    ).html
  }

  private func note(_ member: Team.Member) -> HTML {
    let main: HTML = member.isMain ? " \(Badge("main team", .neutral))" : HTML()
    return member.isDisabled ? "\(main) \(Badge("no access", .note))" : main
  }

  private func leave(_ member: Team.Member) -> PostButton {
    PostButton(
      "Leaves", action: "\(path)/members/\(member.user)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
  }

  private var joinForm: HTML {
    let inside = Set(roster.members.map(\.user))
    let others = people.filter { !inside.contains($0.id) }
    guard !others.isEmpty else { return HTML() }
    return Form(
      action: "\(path)/members", csrf: visit.viewer.csrf, submit: "Take into the team",
      fields: [
        Field(
          "user", "Who joins", .select(others.map { Field.Option("\($0.id)", "\($0.name) (\($0.email))") }),
          isRequired: true)
      ]
    ).html
  }

  private var editForm: HTML {
    """
    <section><h2>Name</h2>\(Form(
      action: path, method: .put, csrf: visit.viewer.csrf, submit: "Save",
      fields: [
        Field("name", "Its name", .text, value: team.name, isRequired: true),
        Field("note", "What it is for", .text, value: team.note),
        Field("version", "", .hidden, value: "\(team.version)"),
      ], values: problem == nil ? [:] : visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
    """
  }
}
