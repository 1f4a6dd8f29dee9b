import Kernel
import Web

/// New passwords for those who have lost theirs.
package struct PasswordResetRoutes: Sendable {
  let resets: PasswordResets
  let links: HandedLinks
  /// Three an hour for one account, whoever asks; beyond that nothing more is noted.
  private let perAccount = TokenBuckets()
  private static let accountRate = Rate("reset-account", 3, seconds: 3_600)

  package init(_ resets: PasswordResets, links: HandedLinks) {
    self.resets = resets
    self.links = links
  }

  package var routes: [Route] {
    [
      Route(.get, "/sign-in/forgotten", .open, "The form to ask for a new password with.", isInAPI: false) { visit in
        .page(ForgottenPage(viewer: visit.viewer).html)
      },
      Route(
        .post, "/password-requests", .open,
        "Asks for a new password; answers the same for a known and an unknown address.",
        answer: .of([String: Bool].self, 202),
        inputs: [.init("email", "The address", required: true)], rate: .reset, action: request),
      Route(
        .get, "/password-requests", .may(.see, .user), "Who waits for a new password.",
        answer: .of([String: [PasswordRequest]].self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: "/access") }
        return .json(["rows": try await resets.requests(for: visit.actor)])
      },
      Route(
        .delete, "/password-requests/{id}", .may(.edit, .user), "Puts a request away without a link.",
        answer: .of([String: Bool].self)
      ) { visit in
        try await resets.dismiss(try visit.id(), by: visit.actor)
        return .changed(
          visit, to: "/access", json: ["dismissed": true], flash: Flash(.good, "The request is put away."))
      },
      Route(
        .post, "/users/{id}/reset-link", .may(.edit, .user), "Makes a link by which somebody sets a new password once.",
        answer: .of(MadeLink.self),
        action: makeLink),
      Route(.get, "/reset", .open, "The form behind a reset link.", isInAPI: false, rate: .publicForm) { visit in
        let token = visit.query["token"] ?? ""
        return .page(ResetPage(reset: try await resets.find(token), token: token, viewer: visit.viewer).html)
      },
      Route(
        .post, "/reset", .open, "Sets a new password by a reset link.", answer: .of([String: Bool].self, 200),
        inputs: [
          .init("token", "The token of the link", required: true),
          .init("password", "At least 12 bytes", required: true),
        ], rate: .publicForm, action: use),
    ]
  }

  @Sendable private func request(_ visit: Visit) async throws -> Answer {
    do {
      let email = try User.address(visit.fields["email"] ?? "")
      if perAccount.take(PasswordResetRoutes.accountRate, for: email).isAllowed {
        try await resets.request(email, address: visit.address)
      }
      if visit.face == .json { return .json(["noted": true], status: 202) }
      return .page(ForgottenPage(viewer: visit.viewer, isNoted: true).html)
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(
        ForgottenPage(viewer: visit.viewer, email: visit.fields["email"] ?? "", problem: problem).html, status: 422)
    }
  }

  @Sendable private func makeLink(_ visit: Visit) async throws -> Answer {
    let made = try await resets.create(for: try visit.id(), by: visit.actor)
    let link = links.resetting(made.token)
    let json = MadeLink(link: link, token: made.token, email: made.reset.email, expiresAt: made.reset.expiresAt)
    return .both(visit, status: 201, json: json) {
      ResetLinkPage(reset: made.reset, link: link, viewer: visit.viewer).html
    }
  }

  @Sendable private func use(_ visit: Visit) async throws -> Answer {
    let token = visit.fields["token"] ?? ""
    do {
      try await resets.use(token, password: visit.fields["password"] ?? "", address: visit.address)
      return .changed(
        visit, to: "/sign-in", json: ["changed": true],
        flash: Flash(.good, "Your password is changed. Sign in with it."))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let page = ResetPage(
        reset: try await resets.find(token), token: token, viewer: visit.viewer, problem: problem)
      return .page(page.html, status: 422)
    }
  }
}

/// A link that is handed over, as programs get it.
struct MadeLink: Encodable, Sendable {
  let link: String
  let token: String
  let email: String
  let expiresAt: Instant
}
