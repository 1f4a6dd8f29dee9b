import Kernel

/// A link by which somebody gives themselves a new password once.
package struct PasswordReset: Sendable, Equatable, Encodable {
  package let user: ID<User>
  package let email: String
  package let name: String
  package let expiresAt: Instant

  static let lifeSeconds: Int64 = 3_600
}

/// Somebody who cannot sign in and has asked for a new password.
package struct PasswordRequest: Sendable, Equatable, Encodable {
  package let user: ID<User>
  package let email: String
  package let name: String
  package let at: Instant
  package let address: String
}
