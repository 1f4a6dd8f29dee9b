import Crypto
import Foundation
import Kernel
import Web

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

  /// A new token: 32 random bytes behind a prefix that tells what it is.
  package static func token() -> String {
    var generator = SystemRandomNumberGenerator()
    return "vc_session_" + Base64URL.encoded((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
  }

  /// What the store keeps of a token.
  package static func hash(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }
}
