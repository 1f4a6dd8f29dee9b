import Kernel
import Store

/// The few minutes between the password and the code of the second factor.
extension Sessions {
  func beginHalf(_ user: ID<User>) async throws -> String {
    let now = clock.now
    let token = Token.half.made()
    try await database.write { tx in
      try tx.run("DELETE FROM half_session WHERE created_at < \(now.adding(seconds: -Session.halfSeconds))")
      try tx.run(
        "INSERT INTO half_session (token_hash, user_id, created_at) VALUES (\(Token.hash(token)), \(user), \(now))")
    }
    return token
  }

  /// The second step: a code of the authenticator, or one of the recovery codes.
  /// - Returns: the token of the new session.
  package func finish(half: String, code: String, address: String, agent: String) async throws -> String {
    let now = clock.now
    let hash = Token.hash(half)
    let found = try await database.read { tx in
      try tx.first(
        """
        SELECT \(Users.columns), h.created_at AS begun_at, h.tries FROM half_session h
        JOIN app_user u ON u.id = h.user_id WHERE h.token_hash = \(hash)
        """
      ) { (user: try User(row: $0), begun: try $0("begun_at", as: Instant.self), tries: try $0("tries", as: Int.self)) }
    }
    guard let found, found.user.disabledAt == nil, found.tries < Session.halfTries,
      now <= found.begun.adding(seconds: Session.halfSeconds), now >= found.begun.adding(seconds: -60)
    else { throw Sessions.tooLate }
    let user = found.user
    try throttle.check(user.email, from: address)
    let token = Token.session.made()
    let proof = try await database.write { tx -> SecondFactor.Proof? in
      try Sessions.checkLockOuts(user.email, from: address, at: now, in: tx)
      guard let proof = try SecondFactors.accept(code, of: user.id, at: now, in: tx) else {
        try tx.run("UPDATE half_session SET tries = tries + 1 WHERE token_hash = \(hash)")
        return nil
      }
      guard try tx.run("DELETE FROM half_session WHERE token_hash = \(hash)") == 1 else { throw Sessions.tooLate }
      try Sessions.insert(token, user, from: address, agent: agent, hasSecondFactor: true, at: now, in: tx)
      try tx.audit(
        "sign in", .user, user.id.rawValue, detail: ["from": address, "second factor": proof.rawValue],
        by: user.signature, at: now)
      return proof
    }
    guard proof != nil else {
      try await refused(user.email, from: address, code: true)
      throw Problem(
        .notSignedIn, field: "code", "This is not the code of now, or it was used already.",
        mend: "Wait for the next code and type that, or use a recovery code.")
    }
    throttle.succeeded(user.email, from: address)
    return token
  }

  private static let tooLate = Problem(
    .notSignedIn, field: "token", "The time for the code is over, or it was tried too often.",
    mend: "Sign in with your password again.")
}
