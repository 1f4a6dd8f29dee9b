import Kernel
import Web

/// Asking people to join.
package struct InvitationRoutes: Sendable {
  let invitations: Invitations
  let sessions: Sessions
  let cookies: CookieJar
  let links: HandedLinks

  package init(_ invitations: Invitations, sessions: Sessions, cookies: CookieJar, links: HandedLinks) {
    self.invitations = invitations
    self.sessions = sessions
    self.cookies = cookies
    self.links = links
  }

  package var routes: [Route] {
    [
      Route(
        .get, "/invitations", .may(.see, .user), "Who was asked to join.", answer: .of([String: [InvitationRow]].self)
      ) { visit in
        let all = try await invitations.all(for: visit.actor)
        return .both(visit, json: ["rows": all.map { InvitationRow($0, at: visit.now) }]) {
          InvitationListPage(invitations: all, visit: visit).html
        }
      },
      Route(.get, "/invitations/new", .may(.create, .user), "The form to invite with.", isInAPI: false) { visit in
        try await form(visit)
      },
      Route(
        .post, "/invitations", .may(.create, .user), "Asks somebody to join; answers with the link to hand over.",
        answer: .of(MadeInvitation.self, 201),
        inputs: [
          .init("email", "The address", required: true), .init("name", "The name, as far as it is known"),
          .init("role", "The role they will have", required: true), .init("team", "The number of their team", .integer),
        ], action: create),
      Route(
        .post, "/invitations/{id}/link", .may(.create, .user), "Makes a new link; the old one is void.",
        answer: .of(MadeInvitation.self, 201), action: renew),
      Route(
        .post, "/invitations/{id}/withdrawal", .may(.create, .user), "Makes the link void.",
        answer: .of([String: Bool].self, 200)
      ) { visit in
        let id: ID<Invitation> = try visit.id()
        try await invitations.withdraw(id, by: visit.actor)
        let undo = PostButton(
          "Undo", action: "/invitations/\(id)/withdrawal", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
        return .changed(
          visit, to: "/invitations", json: ["withdrawn": true], flash: Flash(.good, "Withdrawn.", undo: undo))
      },
      Route(
        .delete, "/invitations/{id}/withdrawal", .may(.create, .user), "Takes a withdrawal back.",
        answer: .of([String: Bool].self)
      ) { visit in
        try await invitations.restore(try visit.id(), by: visit.actor)
        return .changed(
          visit, to: "/invitations", json: ["withdrawn": false], flash: Flash(.good, "The link works again."))
      },
    ] + joining
  }

  private var joining: [Route] {
    [
      Route(.get, "/join", .open, "The form behind an invitation.", isInAPI: false, rate: .publicForm) { visit in
        let token = visit.query["token"] ?? ""
        return .page(
          JoinPage(invitation: try await invitations.find(token: token), token: token, visit: visit).html)
      },
      Route(
        .post, "/join", .open, "Joins by an invitation: sets name and password, and signs in.",
        answer: .of([String: String].self, 201),
        inputs: [
          .init("token", "The token of the link", required: true), .init("name", "The name", required: true),
          .init("password", "At least 12 bytes", required: true),
        ], rate: .publicForm, action: join),
    ]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let draft = try InvitationDraft(
        email: try visit.fields.required("email"), name: visit.fields["name"] ?? "",
        role: try visit.fields.required("role"), team: try visit.fields.integer("team", in: 1...Int64.max))
      let made = try await invitations.create(draft, by: visit.actor)
      return handed(made, visit)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return try await form(visit, problem)
    }
  }

  private func form(_ visit: Visit, _ problem: Problem? = nil) async throws -> Answer {
    let page = InvitePage(
      roles: try await invitations.roles(for: visit.actor), teams: try await invitations.teams(), visit: visit,
      problem: problem)
    return .page(page.html, status: problem?.kind.status ?? 200)
  }

  @Sendable private func renew(_ visit: Visit) async throws -> Answer {
    handed(try await invitations.renew(try visit.id(), by: visit.actor), visit)
  }

  private func handed(_ made: (invitation: Invitation, token: String), _ visit: Visit) -> Answer {
    let link = links.joining(made.token)
    let json = MadeInvitation(invitation: InvitationRow(made.invitation, at: visit.now), link: link, token: made.token)
    return .both(visit, status: 201, json: json) {
      InvitationLinkPage(invitation: made.invitation, link: link, viewer: visit.viewer).html
    }
  }

  @Sendable private func join(_ visit: Visit) async throws -> Answer {
    let token = visit.fields["token"] ?? ""
    do {
      let user = try await invitations.accept(
        token: token, name: visit.fields["name"] ?? "", password: visit.fields["password"] ?? "")
      let session = try await sessions.open(user, from: visit.address, agent: visit.agent, code: nil)
      if visit.face == .json { return .json(["token": session, "id": "\(user.id)"], status: 201) }
      var answer = Answer.redirect(to: "/", flash: Flash(.good, "Welcome, \(user.name)."))
      answer.cookies.append(cookies.session(session))
      return answer
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let page = JoinPage(
        invitation: try await invitations.find(token: token), token: token, visit: visit, problem: problem)
      return .page(page.html, status: 422)
    }
  }
}

/// An invitation as programs see it.
struct InvitationRow: Encodable, Sendable {
  let id: ID<Invitation>
  let email: String
  let name: String
  let role: String
  let team: Int64?
  let state: Invitation.State
  let createdAt: Instant
  let expiresAt: Instant
  let invitedBy: String

  init(_ invitation: Invitation, at now: Instant) {
    id = invitation.id
    email = invitation.email
    name = invitation.name
    role = invitation.role
    team = invitation.team
    state = invitation.state(at: now)
    createdAt = invitation.createdAt
    expiresAt = invitation.expiresAt
    invitedBy = invitation.actorName
  }
}

struct MadeInvitation: Encodable, Sendable {
  let invitation: InvitationRow
  let link: String
  let token: String
}
