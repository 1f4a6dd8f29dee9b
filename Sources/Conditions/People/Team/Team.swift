import Kernel

/// People who share customers: what belongs to a team is in reach of everybody in it whose role says so.
package struct Team: Sendable, Equatable, Codable {
  package let id: ID<Team>
  package let name: String
  package let note: String
  package let createdAt: Instant
  package let version: Int64

  /// Somebody in a team, and since when.
  package struct Member: Sendable, Equatable, Codable {
    package let user: ID<User>
    package let name: String
    package let email: String
    package let role: Role.Code
    /// Whether the customers they make belong to this team.
    package let isMain: Bool
    package let isDisabled: Bool
    package let since: Instant
  }

  /// A team, and who is in it.
  package struct Roster: Sendable, Encodable {
    package let team: Team
    package let members: [Member]

    private enum Key: CodingKey { case members }

    package func encode(to encoder: any Encoder) throws {
      try team.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(members, forKey: .members)
    }
  }
}
