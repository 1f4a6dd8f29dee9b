import Kernel
import Store

/// The keys of programs: every statement on their tables.
package struct APIKeys: Sendable {
  let database: Database
  let clock: any Clock
  let rights: Rights

  package init(_ database: Database, clock: any Clock, rights: Rights = Rights()) {
    self.database = database
    self.clock = clock
    self.rights = rights
  }

  /// How many keys that are not over a person may have.
  private static let most = 50

  private static let found: Statement = """
    SELECT k.id, k.user_id, u.name AS user_name, k.name, k.scopes, k.created_at, k.expires_at, k.used_at, k.used_from,
      r.at AS revoked_at, r.actor_name AS revoked_by
    FROM api_key k JOIN app_user u ON u.id = k.user_id LEFT JOIN api_key_revocation r ON r.key_id = k.id
    """

  /// One's own keys, the newest first.
  package func own(for actor: Actor) async throws -> [APIKey] {
    let user = try SecondFactors.person(actor)
    return try await of(user)
  }

  /// The keys of one person, for administrators.
  package func all(of user: ID<User>, for actor: Actor) async throws -> [APIKey] {
    if actor.user != user.rawValue { try actor.require(.see, .key, reach: .all) }
    return try await of(user)
  }

  private func of(_ user: ID<User>) async throws -> [APIKey] {
    try await database.read { tx in
      try tx.rows(
        APIKeys.found + "WHERE k.user_id = \(user) ORDER BY k.id DESC LIMIT 200", APIKey.init(row:))
    }
  }

  /// Everybody's keys, for administrators.
  package func all(for actor: Actor) async throws -> [APIKey] {
    try actor.require(.see, .key, reach: .all)
    return try await database.read { tx in
      try tx.rows(APIKeys.found + "ORDER BY k.id DESC LIMIT 1000", APIKey.init(row:))
    }
  }

  /// Makes a key for oneself; the operator of the machine makes them for others.
  /// - Returns: the key and its token, which the store keeps a hash of only.
  package func create(
    _ draft: KeyDraft, for user: ID<User>? = nil, by actor: Actor
  ) async throws -> (key: APIKey, token: String) {
    try actor.require(.create, .key)
    guard let owner = actor.user.map({ ID<User>($0) }) ?? user else {
      throw Problem(.invalid, field: "user", "Nobody is named whose key it is.", mend: "Name the e-mail address.")
    }
    let now = clock.now
    let token = Token.key.made()
    let made = try await database.write { tx in
      let open = try tx.value(
        """
        SELECT count(*) FROM api_key k LEFT JOIN api_key_revocation r ON r.key_id = k.id
        WHERE k.user_id = \(owner) AND r.key_id IS NULL AND k.expires_at > \(now)
        """, as: Int.self)
      guard open ?? 0 < APIKeys.most else {
        throw Problem(.conflict, "There are \(APIKeys.most) keys already.", mend: "Revoke one that is not used.")
      }
      let id: ID<APIKey> = try tx.newID()
      let scopes = (draft.scopes ?? []).map { $0.text + "\n" }.joined()
      try tx.run(
        """
        INSERT INTO api_key (id, user_id, name, token_hash, scopes, created_at, expires_at)
        VALUES (\(id), \(owner), \(draft.name), \(Token.hash(token)), \(scopes), \(now), \
        \(now.adding(seconds: draft.days * 86_400)))
        """)
      try tx.audit(
        "make key", .key, id.rawValue, detail: ["name": draft.name, "scopes": scopes], by: actor, at: now)
      try tx.announce("key.created", .key, id.rawValue, ["name": draft.name], at: now)
      return try APIKeys.find(id, in: tx)
    }
    return (made, token)
  }

  /// Revokes a key: one's own, or with the right to edit keys that of others. It is refused from now on.
  package func revoke(_ id: ID<APIKey>, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { tx in
      let key = try APIKeys.find(id, in: tx)
      if actor.user != key.user.rawValue {
        guard actor.reach(.see, .key) == .all else { throw APIKeys.unknown }
        try actor.require(.edit, .key, reach: .all)
      }
      guard key.revokedAt == nil else { throw Problem(.conflict, "This key is revoked already.") }
      try tx.run(
        """
        INSERT INTO api_key_revocation (key_id, actor_id, actor_name, at)
        VALUES (\(id), \(actor.user), \(actor.name), \(now))
        """)
      try tx.audit("revoke key", .key, id.rawValue, detail: ["name": key.name], by: actor, at: now)
      try tx.announce("key.revoked", .key, id.rawValue, ["name": key.name], at: now)
    }
  }

  /// The key of a token, whose it is and who acts by it; nil when there is none, or it is over.
  package func current(_ token: String, from address: String) async throws -> (key: APIKey, user: User, actor: Actor)? {
    guard token.hasPrefix(Token.key.rawValue) else { return nil }
    let hash = Token.hash(token)
    let now = clock.now
    let found = try await database.glance { tx in
      try tx.first(
        """
        SELECT \(Users.columns), k.id AS key_id, k.name AS key_name, k.scopes, k.created_at AS made_at, k.expires_at,
          k.used_at, k.used_from, \(Rights.revision)
        FROM api_key k JOIN app_user u ON u.id = k.user_id LEFT JOIN api_key_revocation r ON r.key_id = k.id
        WHERE k.token_hash = \(hash) AND r.key_id IS NULL AND k.expires_at > \(now) AND u.disabled_at IS NULL
        """
      ) { row in
        let user = try User(row: row)
        let key = APIKey(
          id: try row("key_id"), user: user.id, userName: user.name, name: try row("key_name"),
          scopes: try APIKey.scopes(row("scopes")), createdAt: try row("made_at"), expiresAt: try row("expires_at"),
          usedAt: try row("used_at"), usedFrom: try row("used_from"), revokedAt: nil, revokedBy: nil)
        let actor = try rights.actor(user, revision: row("rights"), in: tx)
        return (key: key, user: user, actor: key.actor(of: actor))
      }
    }
    guard let found else { return nil }
    if found.key.usedFrom != address || found.key.usedAt.map({ now.seconds(since: $0) > 300 }) ?? true {
      try await database.write { tx in
        try tx.run("UPDATE api_key SET used_at = \(now), used_from = \(address) WHERE id = \(found.key.id)")
      }
    }
    return found
  }

  private static let unknown = Problem(.notFound, "There is no such key.")

  private static func find(_ id: ID<APIKey>, in tx: Transaction) throws -> APIKey {
    guard let key = try tx.first(found + "WHERE k.id = \(id)", APIKey.init(row:)) else { throw unknown }
    return key
  }
}

extension APIKey {
  init(row: Row) throws {
    try self.init(
      id: row("id"), user: row("user_id"), userName: row("user_name"), name: row("name"),
      scopes: APIKey.scopes(row("scopes")), createdAt: row("created_at"), expiresAt: row("expires_at"),
      usedAt: row("used_at"), usedFrom: row("used_from"), revokedAt: row("revoked_at"), revokedBy: row("revoked_by"))
  }

  /// A noun that is no more is left out: the key then reaches less, never more.
  fileprivate static func scopes(_ text: String) throws -> [KeyScope]? {
    guard !text.isEmpty else { return nil }
    return text.utf8.split(separator: UInt8(ascii: "\n"))
      .compactMap { try? KeyScope(text: String(decoding: $0, as: UTF8.self)) }
  }
}
