import Kernel
import Web

/// The roles, and the form to copy one.
struct RoleListPage {
  let roles: [Roles.Holding]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Roles", path: "/roles", viewer: viewer, lead: "What people may see and do.",
      body: """
        \(ListTable(
          "\(viewer.format.count(roles.count, "role", "roles"))", rows: roles,
          columns: [
            .init("Role", onCard: .title) { "<a href=\"/roles/\($0.role.code.rawValue)\">\(words: $0.role.name)</a>" },
            .init("What it is for", onCard: .fact) { "\(words: $0.role.note)" },
            .init("Customers", onCard: .fact) { "\(words: customers($0.role))" },
            .init("Names", onCard: .fact) { $0.role.seesPersonalData ? "seen" : Badge("not seen", .note).html },
            .init("People", isNumber: true, onCard: .fact) { "\(viewer.format.count($0.people))" },
          ],
          state: ListState(path: "/roles"), empty: EmptyState("No roles", reason: "Copy one below.")))
        \(when: visit.actor.reach(.create, .role) == .all, copyForm)
        """)
  }

  private func customers(_ role: Role) -> String {
    let reach = role.reach(.see, .customer)
    let words =
      reach == .all ? "sees all" : reach == .team ? "sees the team's" : reach == .own ? "sees their own" : "none"
    return role.reach(.edit, .customer) == nil ? words : "\(words), changes \(role.reach(.edit, .customer)?.word ?? "")"
  }

  private var copyForm: HTML {
    """
    <section><h2>Make a role</h2>\(Form(
      action: "/roles", csrf: visit.viewer.csrf, submit: "Copy",
      fields: [
        Field(
          "from", "With the rights of", .select(roles.map { Field.Option("\($0.role.code)", $0.role.name) }),
          value: "sales", isRequired: true),
        Field("name", "Its name", .text, isRequired: true),
      ], values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
    """
  }
}

/// One role: its rights as a table of nouns and verbs, its rules on fields, and who has it.
struct RolePage {
  let role: Role
  let holders: [User]
  let known: [(field: Actor.FieldName, word: String)]
  let visit: Visit
  var problem: Problem?

  private var path: String { "/roles/\(role.code)" }
  private var isOpen: Bool { !role.isReadyMade && visit.actor.reach(.edit, .role) == .all }

  var html: HTML {
    Shell.page(
      title: role.name, path: "/roles", viewer: visit.viewer, crumbs: [Crumb("Roles", "/roles")], lead: lead,
      actions: actions,
      body: """
        \(refusal)<section><h2>Rights</h2>\(isOpen ? rightsForm : readRights)</section>
        <section><h2>Fields</h2>\(rules)\(when: isOpen, "<div class=\"vc-rule-form\">\(ruleForm)</div>")</section>
        <section><h2>Who has it</h2>\(people)</section>
        """)
  }

  private var lead: HTML {
    """
    \(words: role.note) \(when: role.isReadyMade, "It comes with the program and stays as it is: copy it to change it.")\
    \(when: !role.seesPersonalData, " It sees no names, addresses or texts: a customer is a number.")
    """
  }

  private var actions: HTML {
    when(
      !role.isReadyMade && holders.isEmpty && visit.actor.reach(.delete, .role) == .all,
      PostButton("Delete", action: path, csrf: visit.viewer.csrf, method: .delete, icon: "trash").html)
  }

  private func when(_ condition: Bool, _ html: @autoclosure () -> HTML) -> HTML { condition ? html() : HTML() }

  private var refusal: HTML {
    guard let problem else { return HTML() }
    return "<div class=\"alert alert-danger\" role=\"alert\">\(words: problem.message) \(words: problem.mend)</div>"
  }

  private var readRights: HTML {
    """
    <p class="vc-hint">How far each right reaches: records of their <strong>own</strong>, of their <strong>team</strong>, \
    or <strong>all</strong>.</p>\(RightsMatrix(role: role, isForm: false))
    """
  }

  private var rightsForm: HTML {
    let csrf = visit.viewer.csrf
    return """
      <form class="vc-rights-form" method="post" action="\(url: path)" data-form>\
      \(Form.hidden(csrf: csrf, method: .put))\(Form.hidden("version", "\(role.version)"))
      <div class="vc-rights-facts">
      <label class="vc-field"><span class="vc-label">Name</span>\
      <input class="form-control" name="name" value="\(role.name)" required maxlength="80"></label>
      <label class="vc-field"><span class="vc-label">What it is for</span>\
      <input class="form-control" name="note" value="\(role.note)" maxlength="300"></label>
      \(Form.hidden("seesPersonalData", ""))\
      <label class="vc-check"><input class="form-check-input" type="checkbox" name="seesPersonalData" value="1"\
      \(flag: "checked", role.seesPersonalData)><span><span class="vc-check-label">Sees names, addresses and texts</span>\
      <span class="vc-hint">Without it a customer is a number, on every page and in every file.</span></span></label>
      </div>
      <p class="vc-hint">How far each right reaches: records of their own, of their team, or all.</p>
      \(RightsMatrix(role: role, isForm: true))
      <div class="vc-form-end"><button type="submit" class="btn btn-primary">Save</button></div></form>
      """
  }

  private var rules: HTML {
    ListTable(
      "\(visit.viewer.format.count(role.rules.count, "rule", "rules"))",
      rows: role.rules.map { Rule(field: $0, access: $1) },
      columns: [
        .init("Field", onCard: .title) { "\(word($0.field))" },
        .init("It is", onCard: .fact) { "\(words: $0.access.word)" },
        .init("", onCard: .fact) { isOpen ? takeAway($0).html : HTML() },
      ], state: ListState(path: path),
      empty: EmptyState(
        "No rule on a field",
        reason: "Every field of a record they may see is seen, and of one they may edit is edited.",
        icon: "list")
    ).html
  }

  private struct Rule: Sendable {
    let field: Actor.FieldName
    let access: Actor.FieldAccess
  }

  private func word(_ field: Actor.FieldName) -> String {
    let word = known.first { $0.field == field }?.word ?? field.field
    return "\(field.noun.plural): \(word)"
  }

  private func takeAway(_ rule: Rule) -> PostButton {
    PostButton(
      "Take away", action: "\(path)/fields/\(rule.field.text)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet
    )
  }

  private var ruleForm: HTML {
    Form(
      action: "\(path)/fields", csrf: visit.viewer.csrf, submit: "Add the rule",
      fields: [
        Field("field", "Field", .select(known.map { Field.Option($0.field.text, word($0.field)) }), isRequired: true),
        Field(
          "access", "It is", .select(Actor.FieldAccess.allCases.map { Field.Option($0.rawValue, $0.word) }),
          value: "hidden", hint: "A hidden field cannot be searched, sorted or counted by either.", isRequired: true),
      ]
    ).html
  }

  private var people: HTML {
    let viewer = visit.viewer
    let mayEdit = visit.actor.reach(.edit, .user) == .all
    return ListTable(
      "\(viewer.format.count(holders.count, "person", "people"))", rows: holders,
      columns: [
        .init("Name", onCard: .title) { mayEdit ? "<a href=\"/users/\($0.id)/rights\">\($0.name)</a>" : "\($0.name)" },
        .init("E-mail", onCard: .fact) { "\($0.email)" }, .init("Since", onCard: .fact) { viewer.time($0.createdAt) },
      ], state: ListState(path: path),
      empty: EmptyState(
        "Nobody has it", reason: "Give it to somebody on the page People.", icon: "user-circle",
        action: LinkButton("People", "/users").html)
    ).html
  }
}
