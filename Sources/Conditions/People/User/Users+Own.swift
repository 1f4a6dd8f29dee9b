import Kernel
import Store

extension User {
  /// Who they are to the audit chain, whatever they may do.
  var signature: Actor { Actor(user: id.rawValue, name: name, grants: []) }
}

/// What people change about themselves.
extension Users {
  static func keep(_ password: String, of user: ID<User>, in tx: Transaction) throws {
    try tx.run("UPDATE app_user SET password = \(password), version = version + 1 WHERE id = \(user)")
  }

  /// Gives oneself a new password, by the old one. Every other session ends; this one goes on under a new token.
  /// - Returns: the new token; nil where the old one is of no session.
  package func changePassword(
    from old: String, to new: String, token: String?, address: String, throttle: SignInThrottle, by actor: Actor
  ) async throws -> String? {
    let id = try SecondFactors.person(actor)
    let user = try await find(id)
    try Password.check(new, email: user.email)
    try await prove(old, of: id, from: address, throttle: throttle, field: "old")
    let kept = try await Password.kept(new)
    let now = clock.now
    return try await database.write { tx in
      try Users.keep(kept, of: id, in: tx)
      let renewed = try token.flatMap { try Sessions.renew($0, of: id, in: tx) }
      if renewed == nil { try Sessions.endAll(of: id, in: tx) }
      try PasswordResets.forget(id, in: tx)
      try tx.audit("change password", .user, id.rawValue, by: actor, at: now)
      return renewed
    }
  }

  /// Refuses unless the password is that of the person; a wrong one counts like a failed sign-in.
  func prove(
    _ password: String, of id: ID<User>, from address: String, throttle: SignInThrottle, field: String = "password"
  ) async throws {
    let now = clock.now
    let found = try await database.read { tx in
      try tx.first("SELECT email, password FROM app_user WHERE id = \(id)") {
        (email: try $0("email", as: String.self), kept: try $0("password", as: String.self))
      }
    }
    guard let found else { throw Problem(.notFound, "There is no such user.") }
    try throttle.check(found.email, from: address)
    try await database.read { try Sessions.checkLockOuts(found.email, from: address, at: now, in: $0) }
    guard try await Password.matches(password, kept: found.kept) else {
      try await Sessions(database, clock: clock, throttle: throttle).refused(found.email, from: address)
      throw Problem(
        .invalid, field: field, "This is not your password.", mend: "Type the password you sign in with now.")
    }
  }

  /// Changes one's own name.
  package func rename(_ name: String, by actor: Actor) async throws -> User {
    let id = try SecondFactors.person(actor)
    let name = try Text.line(name, field: "name", limit: 120)
    let now = clock.now
    try await database.write { tx in
      let before: String? = try tx.value("SELECT name FROM app_user WHERE id = \(id)")
      try tx.run("UPDATE app_user SET name = \(name), version = version + 1 WHERE id = \(id)")
      try tx.audit(
        "edit", .user, id.rawValue, detail: ["before": ["name": before ?? ""], "after": ["name": name]], by: actor,
        at: now)
      try tx.announce("user.edited", .user, id.rawValue, ["name": name], at: now)
    }
    return try await find(id)
  }
}
