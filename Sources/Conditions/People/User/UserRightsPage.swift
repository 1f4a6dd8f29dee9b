import Kernel
import Web

/// What one person may do: their role and their teams.
struct UserRightsPage {
  let user: User
  /// The roles that may be given, the one held among them.
  let roles: [Role]
  let teams: [(id: ID<Team>, name: String)]
  let joined: [ID<Team>]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: user.name, path: "/users", viewer: visit.viewer, crumbs: [Crumb("People", "/users")],
      lead: "\(user.email)\(words: user.disabledAt == nil ? "" : ", without access")", width: .narrow,
      body: visit.actor.reach(.edit, .user) == .all ? form.html : facts)
  }

  private var form: Form {
    Form(
      action: "/users/\(user.id)/rights", method: .put, csrf: visit.viewer.csrf, submit: "Save", fields: fields,
      values: problem == nil ? [:] : typed, problems: problem.map { [$0] } ?? [], cancel: "/users")
  }

  private var facts: HTML {
    let names = teams.filter { joined.contains($0.id) }.map(\.name).joined(separator: ", ")
    return """
      <dl class="vc-facts"><div><dt>Role</dt><dd>\(roles.first { $0.code == user.role }?.name ?? user.role.rawValue)</dd>\
      </div><div><dt>Teams</dt><dd>\(words: names.isEmpty ? "none" : names)</dd></div></dl>
      """
  }

  private var typed: [String: String] {
    var values = visit.fields.dictionary
    values["teams"] = visit.fields.values(of: "teams").filter { !$0.isEmpty }.joined(separator: ",")
    return values
  }

  private var fields: [Field] {
    let role = Field(
      "role", "Role", .radio(roles.map { Field.Option("\($0.code)", $0.name, hint: $0.note) }),
      value: "\(user.role)", hint: "It holds from their next click on.", isRequired: true)
    guard !teams.isEmpty else { return [role] }
    let options = teams.map { Field.Option("\($0.id)", $0.name) }
    return [
      role, Field("teams", "", .hidden),
      Field("teams", "Teams", .checkboxes(options), value: joined.map(\.description).joined(separator: ",")),
      Field(
        "team", "Main team", .select([Field.Option("", "The first of their teams")] + options),
        value: user.team.map(String.init) ?? "", hint: "Customers they make belong to it."),
    ]
  }
}
