import Kernel
import Web

/// The keys of programs.
package struct KeyRoutes: Sendable {
  let keys: APIKeys
  let users: Users

  package init(_ keys: APIKeys, users: Users) {
    self.keys = keys
    self.users = users
  }

  package var routes: [Route] {
    [
      Route(.get, "/keys", .inPerson, "One's own keys.", answer: .of([String: [APIKey]].self)) { visit in
        guard visit.actor.user != nil else {
          return .json(["rows": try await keys.all(for: visit.actor)])
        }
        let own = try await keys.own(for: visit.actor)
        return .both(visit, json: ["rows": own]) { KeyListPage(keys: own, visit: visit).html }
      },
      Route(.get, "/keys/new", .inPerson, "The form to make a key with.", isInAPI: false) { visit in
        .page(NewKeyPage(visit: visit).html)
      },
      Route(.get, "/keys/all", .may(.see, .key), "Everybody's keys.", answer: .of([String: [APIKey]].self)) { visit in
        let all = try await keys.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { KeyListPage(keys: all, visit: visit, isEverybody: true).html }
      },
      Route(
        .post, "/keys", .inPerson, "Makes a key for oneself; its token is answered once.",
        answer: .of(MadeKey.self, 201),
        inputs: [
          .init("name", "What it is for", required: true),
          .init("scopes", "Such as customer:see or task:write, several; without them all that one may do"),
          .init("days", "How long it lasts, 1 to 365; 90 when left out", .integer),
          .init("user", "For whom, by e-mail address; taken from the operator of the machine only"),
        ], action: create),
      Route(.post, "/keys/{id}/revocation", .inPerson, "Revokes a key.", answer: .of([String: Bool].self, 200)) {
        visit in
        try await keys.revoke(try visit.id(), by: visit.actor)
        let back = visit.fields["return"].flatMap { Address.isLocal($0) ? $0 : nil } ?? "/keys"
        return .changed(visit, to: back, json: ["revoked": true], flash: Flash(.good, "The key is revoked."))
      },
    ]
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let isAll = visit.fields["all"] == "1" || (visit.face == .json && visit.fields["scopes"] == nil)
      let draft = try KeyDraft(
        name: try visit.fields.required("name"),
        scopes: isAll ? nil : visit.fields.values(of: "scopes").flatMap { KeyRoutes.parts($0) },
        days: try visit.fields.integer("days", in: 1...KeyDraft.mostDays))
      let owner =
        if visit.actor.user == nil, let email = visit.fields["user"] { try await users.find(email: email).id } else {
          nil as ID<User>?
        }
      let made = try await keys.create(draft, for: owner, by: visit.actor)
      return .both(visit, status: 201, json: MadeKey(key: made.key, token: made.token)) {
        KeyTokenPage(key: made.key, token: made.token, viewer: visit.viewer).html
      }
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(NewKeyPage(visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  /// Several scopes may stand in one text, with commas or blanks between.
  private static func parts(_ text: String) -> [String] {
    text.utf8.split { $0 == UInt8(ascii: ",") || $0 == 32 || $0 == 10 }.map { String(decoding: $0, as: UTF8.self) }
  }
}

struct MadeKey: Encodable, Sendable {
  let key: APIKey
  let token: String
}
