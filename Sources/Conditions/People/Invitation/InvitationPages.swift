import Kernel
import Web

/// Who was asked to join.
struct InvitationListPage {
  let invitations: [Invitation]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Invitations", path: "/invitations", viewer: viewer, crumbs: [Crumb("People", "/users")],
      lead: "Who was asked to join. A link works once, for seven days.",
      actions: HTML("\(LinkButton("Invite somebody", "/invitations/new", weight: .primary, icon: "user-plus"))"),
      body: ListTable(
        "\(viewer.format.count(invitations.count, "invitation", "invitations")), the newest first", rows: invitations,
        columns: [
          .init("E-mail", onCard: .title) { "\($0.email)" },
          .init("Name", onCard: .fact) {
            $0.name.isEmpty ? "<span class=\"text-secondary\">theirs to say</span>" : HTML(text: $0.name)
          },
          .init("Role", onCard: .fact) { "\($0.role)" }, .init("State", onCard: .fact) { state($0) },
          .init("Invited", onCard: .fact) { "\(viewer.time($0.createdAt)) by \($0.actorName)" },
          .init("", onCard: .fact) { acts($0) },
        ], state: ListState(path: "/invitations"),
        empty: EmptyState(
          "Nobody has been invited yet", reason: "People join by a link that you hand them.", icon: "user-plus",
          action: HTML("\(LinkButton("Invite somebody", "/invitations/new", weight: .primary))"))
      ).html)
  }

  private func state(_ invitation: Invitation) -> HTML {
    switch invitation.state(at: visit.now) {
    case .open: "\(Badge("open", .note)) until \(visit.viewer.time(invitation.expiresAt))"
    case .expired: Badge("expired", .watch).html
    case .accepted: "\(Badge("joined", .good)) \(invitation.endedAt.map(visit.viewer.time))"
    case .withdrawn: "\(Badge("withdrawn")) \(invitation.endedAt.map(visit.viewer.time))"
    }
  }

  private func acts(_ invitation: Invitation) -> HTML {
    let path = "/invitations/\(invitation.id)"
    let csrf = visit.viewer.csrf
    switch invitation.state(at: visit.now) {
    case .open, .expired:
      return """
        \(PostButton("New link", action: "\(path)/link", csrf: csrf, weight: .quiet)) \
        \(PostButton("Withdraw", action: "\(path)/withdrawal", csrf: csrf, weight: .quiet))
        """
    case .withdrawn:
      return PostButton("Restore", action: "\(path)/withdrawal", csrf: csrf, method: .delete, weight: .quiet).html
    case .accepted: return HTML()
    }
  }
}

/// The form to invite with.
struct InvitePage {
  /// Those that may be offered.
  let roles: [Role]
  let teams: [(id: ID<Team>, name: String)]
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Invite somebody", path: "/invitations", viewer: visit.viewer,
      crumbs: [Crumb("People", "/users"), Crumb("Invitations", "/invitations")],
      lead: "You get a link to hand over; they choose their password themselves.", width: .narrow,
      body: Form(
        action: "/invitations", csrf: visit.viewer.csrf, submit: "Make the link",
        fields: [
          Field("email", "E-mail", .email, isRequired: true, isFocused: true),
          Field("name", "Name", .text, hint: "They can change it when they join."),
          Field(
            "role", "Role", .radio(roles.map { Field.Option("\($0.code)", $0.name, hint: $0.note) }), isRequired: true),
        ] + team, values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: "/invitations"
      ).html)
  }
}

extension InvitePage {
  /// Asked only where there are teams.
  private var team: [Field] {
    guard !teams.isEmpty else { return [] }
    let options = [Field.Option("", "None")] + teams.map { Field.Option("\($0.id)", $0.name) }
    return [Field("team", "Team", .select(options))]
  }
}

/// The link to hand over.
struct InvitationLinkPage {
  let invitation: Invitation
  let link: String
  let viewer: Viewer

  var html: HTML {
    Shell.page(
      title: "The link for \(invitation.email)", path: "/invitations", viewer: viewer,
      crumbs: [Crumb("People", "/users"), Crumb("Invitations", "/invitations")], width: .narrow,
      body: """
        \(HandedLink(
          words: "Hand this to \(invitation.name.isEmpty ? invitation.email : invitation.name), by a way that only they read:",
          link: link,
          note: "It works once, until \(viewer.time(invitation.expiresAt)). It is shown only now; a new one can be made at any time."))
        <p>\(LinkButton("Done", "/invitations", weight: .primary)) \
        \(LinkButton("Invite another", "/invitations/new"))</p>
        """)
  }
}

/// The form behind an invitation.
struct JoinPage {
  let invitation: Invitation
  let token: String
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.bare(
      title: "Join \(visit.viewer.company)", viewer: visit.viewer,
      body: """
        <p>\(invitation.actorName) has invited you. You will sign in as <strong>\(invitation.email)</strong>.</p>
        \(Form(
          action: "/join", csrf: visit.viewer.csrf, submit: "Join",
          fields: [
            Field("name", "Your name", .text, value: invitation.name, isRequired: true, autocomplete: "name", isFocused: true),
            Field(
              "password", "A password", .newPassword, hint: "At least 12 characters; a sentence is good.",
              isRequired: true),
            Field("token", "", .hidden, value: token),
          ], values: visit.fields.dictionary.filter { $0.key == "name" }, problems: problem.map { [$0] } ?? []))
        """)
  }
}
