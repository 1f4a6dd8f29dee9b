import Kernel
import Store

/// Where people are signed in, for themselves and for administrators.
extension Sessions {
  /// The sessions of somebody, the one used last first; one's own, or with the right to see users those of others.
  package func all(of user: ID<User>, token: String?, for actor: Actor) async throws -> [SessionEntry] {
    if actor.user != user.rawValue { try actor.require(.see, .user, reach: .all) }
    let now = clock.now
    let hash = token.map(Token.hash) ?? []
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT id, address, agent, created_at, seen_at, second_factor_at, token_hash FROM session
        WHERE user_id = \(user) AND seen_at >= \(now.adding(seconds: -Session.idleSeconds))
          AND created_at >= \(now.adding(seconds: -Session.longestSeconds))
        ORDER BY seen_at DESC, id DESC LIMIT 200
        """
      ) {
        try SessionEntry(
          id: $0("id"), address: $0("address"), agent: $0("agent"), createdAt: $0("created_at"), seenAt: $0("seen_at"),
          secondFactorAt: $0("second_factor_at"), isThis: $0("token_hash", as: [UInt8].self) == hash)
      }
    }
  }

  /// Ends one session of somebody.
  package func end(_ session: ID<Session>, of user: ID<User>, by actor: Actor) async throws {
    if actor.user != user.rawValue { try actor.require(.edit, .user, reach: .all) }
    let now = clock.now
    try await database.write { tx in
      guard try tx.run("DELETE FROM session WHERE id = \(session) AND user_id = \(user)") == 1 else {
        throw Problem(.notFound, "There is no such session; it may be over already.")
      }
      try tx.audit(
        "end session", .user, user.rawValue, detail: ["session": "\(session)"], by: actor, at: now)
    }
  }

  /// Ends every session of somebody, but the one that asks when it is one of them.
  /// - Returns: how many were ended.
  @discardableResult
  package func endAll(of user: ID<User>, but token: String?, by actor: Actor) async throws -> Int {
    if actor.user != user.rawValue { try actor.require(.edit, .user, reach: .all) }
    let now = clock.now
    let kept = token.map(Token.hash) ?? []
    return try await database.write { tx in
      let ended = try tx.run("DELETE FROM session WHERE user_id = \(user) AND token_hash <> \(kept)")
      try tx.run("DELETE FROM half_session WHERE user_id = \(user)")
      try tx.audit("end sessions", .user, user.rawValue, detail: ["ended": ended], by: actor, at: now)
      return ended
    }
  }
}
