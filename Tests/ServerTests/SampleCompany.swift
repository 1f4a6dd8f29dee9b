import Conditions
import Customers
import Foundation
import HTTPTypes
import Kernel
import Records
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
  let tag: ID<Tag>
  private let records: [ID<User>: Records]

  /// What somebody owns.
  struct Records: Sendable {
    let customer: ID<Customer>
    let observation: ID<Observation>
    let contact: ID<Contact>
    let interaction: ID<Interaction>
    let task: ID<WorkTask>
    let attachment: ID<Attachment>
  }

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
    tag = try await modules.tags.create("Fair", tone: .grey, by: .operator).id
    var records: [ID<User>: Records] = [:]
    for person in Array(people.values) + [colleague, stranger] {
      records[person.id] = try await SampleCompany.records(of: person, in: modules)
    }
    self.records = records
  }

  func customer(of person: Person, _ owner: RecordOwner) -> ID<Customer> { records(of: person, owner).customer }

  func records(of person: Person, _ owner: RecordOwner) -> Records {
    let who =
      switch owner {
      case .own: person.id
      case .team: colleague.id
      case .other: stranger.id
      }
    let none = Records(
      customer: ID(1), observation: ID(1), contact: ID(1), interaction: ID(1), task: ID(1), attachment: ID(1))
    return records[who] ?? none
  }

  /// A customer somebody owns, and a record of each kind that tells something of it.
  private static func records(of person: Person, in modules: Modules) async throws -> Records {
    let owner = Actor(
      user: person.id.rawValue, name: person.actor.name, teams: person.actor.teams, grants: Actor.everything)
    let customer = try await modules.customers.create(
      try Customer.Draft(
        kind: "person", name: "Secretname \(person.actor.name)", email: "secret@\(person.actor.name).example",
        parent: nil), by: owner
    ).id
    let day = Stores.clock.now.day(in: .gmt)
    let seen = try Observation.Draft(customer, .rival, on: day, other: "Secretrival", note: "Secretnote")
    let contact: [String: String] = ["lastName": "Secretname", "email": "secret@\(person.actor.name).example"]
    let said: [String: String] = [
      "kind": "call", "subject": "Secretname called", "text": "Secretnote", "customer": "\(customer)",
    ]
    let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString).txt")
    try Data("Secretnote".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let key = RecordKey(.customer, customer.rawValue)
    return Records(
      customer: customer, observation: try await modules.observations.create(seen, by: owner).id,
      contact: try await modules.contacts.create(try Contact.Draft { contact[$0] }, by: owner).id,
      interaction: try await modules.interactions.create(
        try Interaction.Draft(given: { said[$0] }, zone: .gmt, now: Stores.clock.now), by: owner
      ).id,
      task: try await modules.tasks.create(
        WorkTask.Draft("Ask Secretname", assignee: person.id.rawValue, about: key), by: owner
      ).id,
      attachment: try await modules.attachments.add(file.path, named: "Secretname.txt", to: key, by: owner).id)
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
