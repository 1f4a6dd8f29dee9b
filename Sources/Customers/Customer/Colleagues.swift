import Kernel
import Store

/// The people and teams of the company that a record can be given to, by number and name.
package struct Colleagues: Sendable {
  package struct Colleague: Sendable, Equatable, Codable {
    package let id: Int64
    package let name: String
  }

  package let people: [Colleague]
  package let teams: [Colleague]

  package init(people: [Colleague] = [], teams: [Colleague] = []) {
    self.people = people
    self.teams = teams
  }

  package init(in tx: Transaction) throws {
    people = try tx.rows("SELECT id, name FROM app_user WHERE disabled_at IS NULL ORDER BY name, id") {
      try Colleague(id: $0(0), name: $0(1))
    }
    teams = try tx.rows("SELECT id, name FROM team ORDER BY name, id") { try Colleague(id: $0(0), name: $0(1)) }
  }

  /// The name of one person, also of one who left.
  static func person(_ id: Int64?, in tx: Transaction) throws -> String? {
    guard let id else { return nil }
    return try tx.value("SELECT name FROM app_user WHERE id = \(id)", as: String.self)
  }

  static func team(_ id: Int64?, in tx: Transaction) throws -> String? {
    guard let id else { return nil }
    return try tx.value("SELECT name FROM team WHERE id = \(id)", as: String.self)
  }

  static func requirePerson(_ id: Int64, field: String = "owner", in tx: Transaction) throws {
    guard try tx.first("SELECT 1 FROM app_user WHERE id = \(id) AND disabled_at IS NULL") != nil else {
      throw Problem(.invalid, field: field, "Nobody who signs in has that number.", mend: "Choose one of the list.")
    }
  }

  static func requireTeam(_ id: Int64, field: String = "team", in tx: Transaction) throws {
    guard try tx.first("SELECT 1 FROM team WHERE id = \(id)") != nil else {
      throw Problem(.invalid, field: field, "There is no such team.", mend: "Choose one of the list.")
    }
  }
}

extension Customers {
  /// The people and teams a record can be given to.
  package func colleagues() async throws -> Colleagues { try await database.read { try Colleagues(in: $0) } }

  /// Whose a customer is after a draft.
  static func holders(
    of draft: Customer.Draft, _ former: (owner: Int64?, team: Int64?), by actor: Actor, in tx: Transaction
  ) throws -> (owner: Int64?, team: Int64?) {
    if case .to(let person) = draft.owner, person != former.owner { try Colleagues.requirePerson(person, in: tx) }
    if case .to(let team) = draft.team, team != former.team { try Colleagues.requireTeam(team, in: tx) }
    return (draft.owner.number(or: former.owner), draft.team.number(or: former.team))
  }
}
