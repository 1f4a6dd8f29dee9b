import Kernel
import Store
import Web

/// Somebody, or an address, that may not try to sign in for a while.
package struct LockOut: Sendable, Equatable, Encodable {
  package let subject: String
  package let email: String?
  package let address: String?
  package let at: Instant
  package let until: Instant
}

/// Who is locked out: kept, so that a restart opens nothing.
extension Sessions {
  /// Refuses while one of the three is locked out.
  static func checkLockOuts(_ email: String, from address: String, at now: Instant, in tx: Transaction) throws {
    let subjects = SignInThrottle.Subject.all(email, address).map(\.text)
    let until: Instant?? = try tx.value(
      "SELECT max(until_at) FROM lock_out WHERE subject IN (\(list: subjects)) AND until_at > \(now)")
    if let until = until ?? nil { throw SignInThrottle.refusal(seconds: until.seconds(since: now)) }
  }

  static func lock(_ subjects: [SignInThrottle.Subject], at now: Instant, in tx: Transaction) throws {
    guard !subjects.isEmpty else { return }
    try tx.run("DELETE FROM lock_out WHERE until_at <= \(now)")
    for subject in subjects {
      let (email, address): (String?, String?) =
        switch subject {
        case .pair(let email, let address): (email, address)
        case .account(let email): (email, nil)
        case .address(let address): (nil, address)
        }
      try tx.run(
        """
        INSERT INTO lock_out (subject, email, address, at, until_at)
        VALUES (\(subject.text), \(email), \(address), \(now), \(now.adding(seconds: Int64(subject.limit.seconds))))
        ON CONFLICT (subject) DO UPDATE SET at = excluded.at, until_at = excluded.until_at
        """)
    }
  }

  /// Who is locked out now, the newest first.
  package func lockOuts(for actor: Actor) async throws -> [LockOut] {
    try actor.require(.see, .user, reach: .all)
    let now = clock.now
    return try await database.read { tx in
      try tx.rows(
        """
        SELECT subject, email, address, at, until_at FROM lock_out WHERE until_at > \(now)
        ORDER BY at DESC, subject LIMIT 200
        """
      ) {
        try LockOut(
          subject: $0("subject"), email: $0("email"), address: $0("address"), at: $0("at"), until: $0("until_at"))
      }
    }
  }

  /// Lets a person, or an address, try again at once.
  package func liftLockOut(_ subject: String, by actor: Actor) async throws {
    try actor.require(.edit, .user, reach: .all)
    let now = clock.now
    let lifted = try await database.write { tx -> LockOut in
      let found = try tx.first("SELECT email, address, at, until_at FROM lock_out WHERE subject = \(subject)") {
        try LockOut(subject: subject, email: $0("email"), address: $0("address"), at: $0("at"), until: $0("until_at"))
      }
      guard let found else {
        throw Problem(.notFound, field: "subject", "Nobody is locked out under this name.", mend: "Look at the list.")
      }
      try tx.run("DELETE FROM lock_out WHERE subject = \(subject)")
      try tx.audit("lift lock-out", .user, nil, detail: ["subject": subject], by: actor, at: now)
      return found
    }
    switch (lifted.email, lifted.address) {
    case (let email?, let address?): throttle.forget(.pair(email: email, address: address))
    case (let email?, nil): throttle.forget(.account(email))
    case (nil, let address?): throttle.forget(.address(address))
    case (nil, nil): break
    }
  }
}
