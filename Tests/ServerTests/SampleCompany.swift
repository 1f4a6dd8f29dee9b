import Conditions
import Customers
import Foundation
import HTTPTypes
import Kernel
import Server
import Store
import StoreTesting

/// A company with a person of each role in one team, and customers of their own, of their team and of another team.
struct SampleCompany: Sendable {
  struct Person: Sendable {
    let id: ID<User>
    let actor: Actor
    let token: String
  }

  let house: House
  let people: [Role.Code: Person]
  /// A colleague in the same team, and somebody of another one.
  let colleague: Person
  let stranger: Person
  let north: ID<Team>
  /// A role that nobody has.
  let spare: Role.Code
  private let customers: [ID<User>: ID<Customer>]
  private let observations: [ID<User>: ID<Observation>]

  /// A role like sales whose rights reach no further than what is their own.
  static let solo = Role.Code(rawValue: "solo")

  /// From the weakest to the strongest, so that what a strong one may destroy was asked for by the others before.
  static let order: [Role.Code] = [
    .readOnly, .analyst, solo, .sales, .service, .marketing, .manager, .administrator,
  ]

  init(_ house: House) async throws {
    self.house = house
    let modules = house.modules
    try await modules.companies.found(Company(name: "Sample"), by: .operator)
    try await SampleCompany.makeSolo(modules.roles)
    spare = try await modules.roles.copy(.sales, name: "Spare", by: .operator).code
    north = try await modules.teams.create("North", by: .operator).id
    let south = try await modules.teams.create("South", by: .operator).id
    var people: [Role.Code: Person] = [:]
    for role in SampleCompany.order { people[role] = try await SampleCompany.person("\(role)", role, north, house) }
    self.people = people
    colleague = try await SampleCompany.person("colleague", .sales, north, house)
    stranger = try await SampleCompany.person("stranger", .sales, south, house)
    var customers: [ID<User>: ID<Customer>] = [:]
    var observations: [ID<User>: ID<Observation>] = [:]
    for person in Array(people.values) + [colleague, stranger] {
      let owner = Actor(
        user: person.id.rawValue, name: person.actor.name, teams: person.actor.teams, grants: Actor.everything)
      let draft = try Customer.Draft(
        kind: "person", name: "Secretname \(person.actor.name)", email: "secret@\(person.actor.name).example",
        parent: nil)
      let made = try await modules.customers.create(draft, by: owner)
      customers[person.id] = made.id
      let day = Stores.clock.now.day(in: .gmt)
      observations[person.id] = try await modules.observations.create(
        try Observation.Draft(made.id, .rival, on: day, other: "Secretrival", note: "Secretnote"), by: owner
      ).id
    }
    (self.customers, self.observations) = (customers, observations)
  }

  func customer(of person: Person, _ owner: RecordOwner) -> ID<Customer> { customers[who(person, owner)] ?? ID(1) }
  func observation(of person: Person, _ owner: RecordOwner) -> ID<Observation> {
    observations[who(person, owner)] ?? ID(1)
  }

  private func who(_ person: Person, _ owner: RecordOwner) -> ID<User> {
    switch owner {
    case .own: person.id
    case .team: colleague.id
    case .other: stranger.id
    }
  }

  private static func makeSolo(_ roles: Roles) async throws {
    let role = try await roles.copy(.sales, name: "Solo", by: .operator)
    _ = try await roles.edit(role.code, version: nil, by: .operator) { role in
      var draft = Role.Draft(role)
      for grant in role.grants where grant.reach == .team { draft.set(grant.verb, grant.noun, .own) }
      return draft
    }
  }

  /// Somebody who is signed in, without a password: making one takes long on purpose.
  static func person(_ name: String, _ role: Role.Code, _ team: ID<Team>?, _ house: House) async throws -> Person {
    let modules = house.modules
    let id = try await house.modules.database.write { tx in
      let id: ID<User> = try tx.newID()
      try tx.run(
        """
        INSERT INTO app_user (id, email, name, password, role, created_at)
        VALUES (\(id), \("\(name)@example.org"), \(name), '', \(role), \(Stores.clock.now))
        """)
      return id
    }
    if let team { _ = try await modules.teams.join(team, id, by: .operator) }
    let user = try await modules.users.find(id)
    let token = try await modules.sessions.open(user, from: "local", agent: "test", code: nil)
    return Person(id: id, actor: try await modules.users.actor(of: id), token: token)
  }
}

extension Door {
  /// Asks the API as somebody.
  func ask(
    _ method: HTTPRequest.Method, _ path: String, as person: SampleCompany.Person?, body: String = ""
  ) async throws -> Reply {
    var headers = ["Content-Type": "application/json"]
    if let person { headers["Authorization"] = "Bearer \(person.token)" }
    return try await ask(method, path, headers: headers, body: body)
  }
}
