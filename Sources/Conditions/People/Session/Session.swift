import Kernel

/// A user's stay: begun by signing in, ended by signing out, by time, or by an administrator.
package struct Session: Sendable, Equatable {
  package let user: User
  package let createdAt: Instant
  package let seenAt: Instant

  static let idleSeconds: Int64 = 12 * 3_600
  static let longestSeconds: Int64 = 14 * 86_400

  func isOver(at now: Instant) -> Bool {
    now > seenAt.adding(seconds: Session.idleSeconds) || now > createdAt.adding(seconds: Session.longestSeconds)
      || now < createdAt.adding(seconds: -60) || user.disabledAt != nil
  }
}
