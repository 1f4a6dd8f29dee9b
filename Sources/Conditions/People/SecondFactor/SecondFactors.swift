import Kernel
import Store

/// Who signs in with a second factor: every statement on their tables.
package struct SecondFactors: Sendable {
  let database: Database
  let clock: any Clock
  let throttle: SignInThrottle

  package init(_ database: Database, clock: any Clock, throttle: SignInThrottle = SignInThrottle()) {
    self.database = database
    self.clock = clock
    self.throttle = throttle
  }

  /// The second factor of somebody; nil when there is none. One's own, or with the right to see users that of others.
  package func find(_ user: ID<User>, for actor: Actor) async throws -> SecondFactor? {
    if actor.user != user.rawValue { try actor.require(.see, .user, reach: .all) }
    return try await database.read { tx in
      try tx.first(
        """
        SELECT created_at, (SELECT count(*) FROM recovery_code r WHERE r.user_id = f.user_id AND r.used_at IS NULL) AS codes_left
        FROM second_factor f WHERE user_id = \(user)
        """
      ) { try SecondFactor(since: $0("created_at"), recoveryCodes: $0("codes_left")) }
    }
  }

  /// Makes a secret and keeps it until a code proves that it arrived in the authenticator.
  package func start(by actor: Actor) async throws -> SecondFactorStart {
    let user = try SecondFactors.person(actor)
    let secret = OneTimeCode.secret()
    let now = clock.now
    return try await database.write { tx in
      try SecondFactors.refuseSecond(user, in: tx)
      try tx.run("DELETE FROM second_factor_start WHERE user_id = \(user)")
      try tx.run(
        """
        INSERT INTO second_factor_start (user_id, key_id, sealed, at)
        VALUES (\(user), \(tx.keyID), \(tx.sealed(secret, purpose: "second factor")), \(now))
        """)
      return try SecondFactors.start(secret, of: user, in: tx)
    }
  }

  /// What was begun and not proved yet.
  package func started(by actor: Actor) async throws -> SecondFactorStart? {
    let user = try SecondFactors.person(actor)
    return try await database.read { tx in
      guard let secret = try SecondFactors.begun(user, in: tx) else { return nil }
      return try SecondFactors.start(secret, of: user, in: tx)
    }
  }

  /// Switches the second factor on, by the first code of the authenticator. Every other session of the person ends, this
  /// one goes on under a new token.
  /// - Returns: the recovery codes, which are never shown again, and the new token.
  package func confirm(
    _ code: String, token: String?, by actor: Actor
  ) async throws -> (recoveryCodes: [String], token: String?) {
    let user = try SecondFactors.person(actor)
    let now = clock.now
    let codes = SecondFactors.newCodes()
    return try await database.write { tx in
      try SecondFactors.refuseSecond(user, in: tx)
      guard let secret = try SecondFactors.begun(user, in: tx) else {
        throw Problem(.conflict, "There is no secret to prove.", mend: "Begin again.")
      }
      guard let step = OneTimeCode.step(of: code, secret, at: now, after: -1) else {
        throw Problem(
          .invalid, field: "code", "This is not the code of now.",
          mend: "Type the six digits the authenticator shows; check that the clock of the phone is right.")
      }
      try tx.run(
        """
        INSERT INTO second_factor (user_id, key_id, sealed, last_step, created_at)
        VALUES (\(user), \(tx.keyID), \(tx.sealed(secret, purpose: "second factor")), \(step), \(now))
        """)
      try tx.run("DELETE FROM second_factor_start WHERE user_id = \(user)")
      try SecondFactors.keep(codes, of: user, in: tx)
      try tx.audit("switch second factor on", .user, user.rawValue, by: actor, at: now)
      let renewed = try token.flatMap { try Sessions.renew($0, of: user, in: tx) }
      return (codes, renewed)
    }
  }

  /// Makes ten new recovery codes; the old ones are void. Needs a code of the authenticator.
  package func renewRecoveryCodes(_ code: String, address: String, by actor: Actor) async throws -> [String] {
    let user = try SecondFactors.person(actor)
    let now = clock.now
    let codes = SecondFactors.newCodes()
    try await proved(code, of: user, from: address, by: actor) { tx in
      try SecondFactors.keep(codes, of: user, in: tx)
      try tx.audit("renew recovery codes", .user, user.rawValue, by: actor, at: now)
    }
    return codes
  }

  /// Switches one's own second factor off; needs the password and a code.
  package func switchOff(password: String, code: String, address: String, by actor: Actor) async throws {
    let user = try SecondFactors.person(actor)
    let now = clock.now
    try await Users(database, clock: clock).prove(password, of: user, from: address, throttle: throttle)
    try await proved(code, of: user, from: address, by: actor) { tx in
      try SecondFactors.remove(user, in: tx)
      try tx.audit("switch second factor off", .user, user.rawValue, by: actor, at: now)
    }
  }

  /// Takes somebody's second factor away, when the authenticator and the recovery codes are lost; their sessions end.
  package func reset(_ user: ID<User>, by actor: Actor) async throws {
    try actor.require(.edit, .user, reach: .all)
    let now = clock.now
    try await database.write { tx in
      try Users.requireCovering(try Users.find(user, in: tx), actor, in: tx)
      guard try tx.first("SELECT 1 FROM second_factor WHERE user_id = \(user)") != nil else {
        throw Problem(.notFound, "This person has no second factor.")
      }
      try SecondFactors.remove(user, in: tx)
      try Sessions.endAll(of: user, in: tx)
      try tx.audit("reset second factor", .user, user.rawValue, by: actor, at: now)
    }
  }

  /// Does something once a code is right; a wrong one counts like a failed sign-in.
  private func proved(
    _ code: String, of user: ID<User>, from address: String, by actor: Actor,
    _ work: @escaping @Sendable (Transaction) throws -> Void
  ) async throws {
    let person = try await Users(database, clock: clock).find(user)
    try throttle.check(person.email, from: address)
    let now = clock.now
    let isRight = try await database.write { tx in
      guard try SecondFactors.accept(code, of: user, at: now, in: tx) != nil else { return false }
      try work(tx)
      return true
    }
    guard isRight else {
      try await Sessions(database, clock: clock, throttle: throttle).refused(person.email, from: address, code: true)
      throw Problem(
        .invalid, field: "code", "This is not the code of now, or it was used already.",
        mend: "Wait for the next code and type that.")
    }
  }
}
