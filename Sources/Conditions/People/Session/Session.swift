import Kernel

/// A user's stay: begun by signing in, ended by signing out, by time, or by an administrator.
package struct Session: Sendable, Equatable {
  package let id: ID<Session>
  package let user: User
  /// Who acts in it, with the rights of this moment.
  package let actor: Actor
  package let createdAt: Instant
  package let seenAt: Instant
  /// Whether the company asks a second factor of this user, who has none yet: then nothing but setting it up is open.
  package let owesSecondFactor: Bool

  static let idleSeconds: Int64 = 12 * 3_600
  static let longestSeconds: Int64 = 14 * 86_400
  /// How long there is time for the code of the second factor after the password.
  static let halfSeconds: Int64 = 5 * 60
  /// How many codes may be tried before the password is asked for again.
  static let halfTries = 5

  func isOver(at now: Instant) -> Bool {
    now > seenAt.adding(seconds: Session.idleSeconds) || now > createdAt.adding(seconds: Session.longestSeconds)
      || now < createdAt.adding(seconds: -60) || user.disabledAt != nil
  }

  /// Where somebody may go who owes a second factor: to set it up, to change their password, and out.
  package static func isOpenBeforeSecondFactor(_ path: String) -> Bool {
    ["/account/second-factor", "/account/password", "/session", "/sign-out", "/theme", "/language"].contains {
      path == $0 || path.utf8.starts(with: "\($0)/".utf8)
    }
  }
}

/// What came of a password that was right.
package enum SignIn: Sendable, Equatable {
  case done(token: String)
  /// The code of the second factor is asked for next, together with this token of a few minutes.
  case needsCode(half: String)
}

/// A session as its owner and administrators see it.
package struct SessionEntry: Sendable, Equatable, Encodable {
  package let id: ID<Session>
  package let address: String
  package let agent: String
  package let createdAt: Instant
  package let seenAt: Instant
  package let secondFactorAt: Instant?
  /// Whether it is the one that asks.
  package let isThis: Bool

  /// “Firefox on Linux”, as far as the program tells.
  package var program: String {
    func names(_ word: String) -> Bool { agent.utf8.firstRange(of: word.utf8) != nil }
    let programs = [
      ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
      ("curl/", "curl"), ("python", "A Python program"), ("Python", "A Python program"),
    ]
    let systems = [
      ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "Mac"),
      ("Linux", "Linux"),
    ]
    let program = programs.first { names($0.0) }?.1
    let system = systems.first { names($0.0) }?.1
    guard let program else { return agent.isEmpty ? "A program that does not say its name" : String(agent.prefix(60)) }
    return system.map { "\(program) on \($0)" } ?? program
  }
}
