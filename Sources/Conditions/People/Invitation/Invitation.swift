import Kernel

/// Somebody asked to join: by a link that works once, for seven days.
package struct Invitation: Sendable, Equatable, Encodable {
  package enum State: String, Sendable, Encodable {
    case open, expired, accepted, withdrawn
  }

  package let id: ID<Invitation>
  package let email: String
  package let name: String
  package let role: String
  package let team: Int64?
  package let createdAt: Instant
  package let expiresAt: Instant
  package let actorName: String
  /// How it ended, and when; nil while it is open or expired.
  package let end: State?
  package let endedAt: Instant?

  static let lifeSeconds: Int64 = 7 * 86_400

  package func state(at now: Instant) -> State { end ?? (now >= expiresAt ? .expired : .open) }
}

/// What an invitation says before it is sent.
package struct InvitationDraft: Sendable, Equatable {
  package let email: String
  package let name: String
  package let role: String
  package let team: Int64?

  package init(email: String, name: String, role: String, team: Int64? = nil) throws {
    self.email = try User.address(email)
    self.name = try Text.line(name, field: "name", limit: 120, required: false)
    self.role = try Text.line(role, field: "role", limit: 120)
    self.team = team
  }
}
