import Kernel
import Store
import Synchronization

/// Roles and memberships as they stand, read again as soon as their revision has moved: what makes an actor of a user
/// without another statement.
package final class Rights: Sendable {
  private struct Known {
    let revision: Int64
    let roles: [Role.Code: Role]
    let teams: [Int64: [Int64]]
  }

  private let known = Mutex<Known?>(nil)

  package init() {}

  /// The revision as a column `rights`, for a statement that finds a user.
  static let revision: Statement = "(SELECT number FROM rights_revision WHERE one = 1) AS rights"

  /// Says that roles or memberships change in this transaction.
  static func revise(in tx: Transaction) throws {
    try tx.run("UPDATE rights_revision SET number = number + 1 WHERE one = 1")
  }

  /// Who acts when a user does. Only for transactions that read: what one that writes sees may be rolled back.
  func actor(_ user: User, revision: Int64, in tx: Transaction) throws -> Actor {
    if let known = known.withLock({ $0 }), known.revision == revision { return Rights.actor(user, known) }
    let read = try Rights.read(revision, in: tx)
    known.withLock { $0 = read }
    return Rights.actor(user, read)
  }

  /// Who acts when a user does, by what a transaction sees.
  static func actor(_ user: User, in tx: Transaction) throws -> Actor { actor(user, try read(0, in: tx)) }

  /// Without a role, or with one that is gone, nothing may be done.
  private static func actor(_ user: User, _ known: Known) -> Actor {
    let role = known.roles[user.role]
    let joined = known.teams[user.id.rawValue] ?? []
    let main = user.team.map { [$0] } ?? []
    return Actor(
      user: user.id.rawValue, name: user.name, teams: main + joined.filter { $0 != user.team },
      grants: role?.grants ?? [], fields: role?.fields ?? [:], seesPersonalData: role?.seesPersonalData ?? false)
  }

  private static func read(_ revision: Int64, in tx: Transaction) throws -> Known {
    let roles = try Roles.all(in: tx)
    var teams: [Int64: [Int64]] = [:]
    try tx.each("SELECT user_id, team_id FROM team_member ORDER BY user_id, team_id") {
      teams[try $0(0), default: []].append(try $0(1))
    }
    return Known(
      revision: revision, roles: Dictionary(roles.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first }),
      teams: teams)
  }
}
