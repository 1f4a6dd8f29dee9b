import Conditions
import Kernel
import Store
import StoreTesting
import Testing

/// What people may see and do, and with whom.
@Suite struct RoleTests {
  /// A company's people without passwords: making one takes long on purpose.
  fileprivate struct Desk {
    let users: Users
    let roles: Roles
    let teams: Teams
    let sessions: Sessions
    let database: Database

    init(_ database: Database) {
      self.database = database
      users = Users(database, clock: Stores.clock)
      roles = Roles(database, clock: Stores.clock)
      teams = Teams(database, clock: Stores.clock)
      sessions = Sessions(database, clock: Stores.clock)
    }

    func make(_ email: String, _ role: Role.Code) async throws -> ID<User> {
      try await database.write { tx in
        let id: ID<User> = try tx.newID()
        try tx.run(
          """
          INSERT INTO app_user (id, email, name, password, role, created_at)
          VALUES (\(id), \(email), \(email), '', \(role), \(Stores.clock.now))
          """)
        return id
      }
    }

    /// A token of somebody who is signed in.
    func enter(_ user: ID<User>) async throws -> String {
      try await sessions.open(users.find(user), from: "10.0.0.1", agent: "test", code: nil)
    }

    func actor(_ token: String) async throws -> Actor { try #require(try await sessions.current(token)).actor }
  }

  @Test(arguments: Stores.underTest) func `seven roles are there from the start`(store: Dialect) async throws {
    try await withStore(store) { database in
      let all = try await Desk(database).roles.all(for: .operator)
      let codes: [Role.Code] = [.administrator, .manager, .sales, .marketing, .service, .analyst, .readOnly]
      #expect(Set(all.map(\.role.code)) == Set(codes))
      #expect(all.allSatisfy { $0.role.isReadyMade && $0.people == 0 })
      #expect(all.filter { !$0.role.seesPersonalData }.map(\.role.code) == [.analyst])
      let administrator = try #require(all.first { $0.role.code == .administrator }).role
      #expect(administrator.grants == Actor.everything)
      let readOnly = try #require(all.first { $0.role.code == .readOnly }).role
      #expect(readOnly.grants.allSatisfy { $0.verb == .see || [.view, .notification].contains($0.noun) })
      let sales = try #require(all.first { $0.role.code == .sales }).role
      #expect(sales.reach(.see, .customer) == .team && sales.reach(.delete, .customer) == .own)
    }
  }

  @Test(arguments: Stores.underTest) func `a session acts with the stored role`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org", .sales)
      let north = try await desk.teams.create("North", by: .operator)
      let south = try await desk.teams.create("South", by: .operator)
      _ = try await desk.teams.join(south.id, ida, by: .operator)
      _ = try await desk.teams.join(north.id, ida, by: .operator)
      let actor = try await desk.actor(desk.enter(ida))
      #expect(actor.user == ida.rawValue && actor.teams == [south.id.rawValue, north.id.rawValue])
      #expect(actor.reach(.see, .customer) == .team && !actor.may(.see, .role) && actor.seesPersonalData)
      #expect(try await desk.users.actor(of: ida) == actor)
    }
  }

  @Test(arguments: Stores.underTest) func `a change of rights holds from the next request on`(store: Dialect)
    async throws
  {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org", .sales)
      let token = try await desk.enter(ida)
      #expect(try await desk.actor(token).reach(.edit, .customer) == .team)
      let sales = try await desk.roles.find(.sales, for: .operator)
      let inside = try await desk.roles.copy(.sales, name: "Inside sales", by: .operator)
      #expect(inside.code.rawValue == "inside-sales" && inside.grants == sales.grants)
      _ = try await desk.users.setRights(of: ida, role: inside.code, by: .operator)
      _ = try await desk.roles.edit(inside.code, version: inside.version, by: .operator) { role in
        var draft = Role.Draft(role)
        draft.set(.edit, .customer, nil)
        draft.fields[.init(.customer, "email")] = .hidden
        return draft
      }
      let after = try await desk.actor(token)
      #expect(!after.may(.edit, .customer) && !after.reads("email", of: .customer))
      let team = try await desk.teams.create("North", by: .operator)
      _ = try await desk.teams.join(team.id, ida, by: .operator)
      #expect(try await desk.actor(token).teams == [team.id.rawValue])
      _ = try await desk.teams.leave(team.id, ida, by: .operator)
      #expect(try await desk.actor(token).teams == [])
    }
  }

  @Test(arguments: Stores.underTest) func `the last administrator stays one`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org", .administrator)
      let eva = try await desk.make("eva@example.org", .sales)
      for refused in [
        await #expect(throws: Problem.self) { try await desk.users.setRights(of: ida, role: .sales, by: .operator) },
        await #expect(throws: Problem.self) { try await desk.users.setDisabled(true, ida, by: .operator) },
      ] { #expect(refused?.kind == .conflict && refused?.field == "role") }
      _ = try await desk.users.setRights(of: eva, role: .administrator, by: .operator)
      #expect(try await desk.users.setRights(of: ida, role: .sales, by: .operator).role == .sales)
    }
  }

  @Test(arguments: Stores.underTest) func `nobody gives what they do not have`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let boss = try await desk.make("boss@example.org", .administrator)
      _ = try await desk.make("boss2@example.org", .administrator)
      let clerk = try await desk.roles.copy(.manager, name: "Clerk", by: .operator)
      _ = try await desk.roles.edit(clerk.code, version: nil, by: .operator) { role in
        var draft = Role.Draft(role)
        for verb in Actor.Verb.allCases { draft.set(verb, .user, .all); draft.set(verb, .role, .all) }
        return draft
      }
      let ida = try await desk.make("ida@example.org", clerk.code)
      let actor = try await desk.users.actor(of: ida)
      let tries: [() async throws -> Void] = [
        { _ = try await desk.users.setRights(of: ida, role: .administrator, by: actor) },
        { try await desk.users.setPassword("a long enough sentence", of: boss, by: actor) },
        { try await desk.users.setDisabled(true, boss, by: actor) },
        { _ = try await desk.users.setRights(of: boss, role: .sales, by: actor) },
        { _ = try await desk.roles.copy(.administrator, name: "Mine", by: actor) },
        {
          _ = try await desk.roles.edit(clerk.code, version: nil, by: actor) { role in
            var draft = Role.Draft(role)
            draft.set(.see, .backup, .all)
            return draft
          }
        },
      ]
      for attempt in tries {
        let refused = await #expect(throws: Problem.self) { try await attempt() }
        #expect(refused?.kind == .notAllowed)
      }
      #expect(try await desk.users.find(ida).role == clerk.code && !actor.may(.see, .backup))
      #expect(try await desk.roles.giveable(by: actor).contains { $0.code == .sales })
    }
  }

  @Test(arguments: Stores.underTest) func `a role goes when nobody has it`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let spare = try await desk.roles.copy(.service, name: "Hotline Ü", by: .operator)
      #expect(spare.code.rawValue == "hotline-ue")
      let ida = try await desk.make("ida@example.org", spare.code)
      let held = await #expect(throws: Problem.self) { try await desk.roles.delete(spare.code, by: .operator) }
      #expect(held?.kind == .conflict)
      _ = try await desk.users.setRights(of: ida, role: .service, by: .operator)
      try await desk.roles.delete(spare.code, by: .operator)
      let gone = await #expect(throws: Problem.self) { try await desk.roles.find(spare.code, for: .operator) }
      #expect(gone?.kind == .notFound)
      for code in [Role.Code.sales, .administrator] {
        let kept = await #expect(throws: Problem.self) { try await desk.roles.delete(code, by: .operator) }
        #expect(kept?.kind == .conflict)
        let same = await #expect(throws: Problem.self) {
          try await desk.roles.edit(code, version: nil, by: .operator) { Role.Draft($0) }
        }
        #expect(same?.kind == .conflict)
      }
      let twice = await #expect(throws: Problem.self) {
        try await desk.roles.copy(.sales, name: "SALES", by: .operator)
      }
      #expect(twice?.field == "name")
    }
  }

  @Test(arguments: Stores.underTest) func `the first team is the main one`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org", .sales)
      let north = try await desk.teams.create("North", by: .operator).id
      let south = try await desk.teams.create("South", by: .operator).id
      _ = try await desk.users.setRights(of: ida, teams: [north, south], by: .operator)
      #expect(try await desk.users.find(ida).team == north.rawValue)
      _ = try await desk.users.setRights(of: ida, main: south, by: .operator)
      #expect(try await desk.users.find(ida).team == south.rawValue)
      #expect(try await desk.teams.find(south, for: .operator).members.map(\.isMain) == [true])
      _ = try await desk.teams.leave(south, ida, by: .operator)
      #expect(try await desk.users.find(ida).team == north.rawValue)
      let foreign = await #expect(throws: Problem.self) {
        try await desk.users.setRights(of: ida, main: south, by: .operator)
      }
      #expect(foreign?.field == "team")
      let full = await #expect(throws: Problem.self) { try await desk.teams.delete(north, by: .operator) }
      #expect(full?.kind == .conflict)
      try await desk.teams.delete(south, by: .operator)
      _ = try await desk.users.setRights(of: ida, teams: [], by: .operator)
      #expect(try await desk.users.find(ida).team == nil)
    }
  }

  @Test(arguments: Stores.underTest)
  func `a job acts with what its requester may do when it runs`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let jobs = Jobs(database, clock: Stores.clock)
      let ida = try await desk.make("ida@example.org", .marketing)
      _ = try await desk.make("eva@example.org", .administrator)
      let asked = try await desk.users.actor(of: ida)
      let id = try await database.write { tx in
        try jobs.enqueue("import", title: "", arguments: ["": ""], by: asked, in: tx)
      }
      let job = try await jobs.find(id, for: .operator)
      #expect(try await desk.users.actor(behind: job) == asked)
      _ = try await desk.users.setRights(of: ida, role: .readOnly, by: .operator)
      #expect(try await !desk.users.actor(behind: job).may(.create, .importRun))
      try await desk.users.setDisabled(true, ida, by: .operator)
      let refused = await #expect(throws: Problem.self) { try await desk.users.actor(behind: job) }
      #expect(refused?.kind == .notAllowed)
    }
  }
}
