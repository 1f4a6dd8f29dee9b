import Conditions
import Kernel
import Store
import StoreTesting
import Testing

/// The keys of programs, and the guide of the first days.
@Suite struct KeyTests {
  @Test(arguments: Stores.underTest) func `a key works until it is over or revoked`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let me = Actor(user: ida.id.rawValue, name: "Ida", grants: Actor.everything)
      let made = try await gate.keys.create(try KeyDraft(name: "Export", scopes: nil, days: 2), by: me)
      #expect(made.token.hasPrefix("vc_key_") && made.key.usedAt == nil)
      #expect(try await gate.keys.current(made.token, from: "10.0.0.7")?.user.id == ida.id)
      #expect(try await gate.keys.own(for: me).first?.usedFrom == "10.0.0.7")
      #expect(try await gate.keys.current(made.token + "x", from: "10.0.0.7") == nil)
      #expect(try await gate.sessions.current(made.token) == nil)
      gate.clock.move(seconds: 2 * 86_400)
      #expect(try await gate.keys.current(made.token, from: "10.0.0.7") == nil)
      let second = try await gate.keys.create(try KeyDraft(name: "Export", scopes: nil, days: nil), by: me)
      #expect(second.key.expiresAt == gate.clock.now.adding(seconds: 90 * 86_400))
      let stranger = Actor(user: 999_999, name: "stranger", grants: [])
      #expect(await refusal { try await gate.keys.revoke(second.key.id, by: stranger) }?.kind == .notFound)
      try await gate.keys.revoke(second.key.id, by: gate.own(ida))
      #expect(try await gate.keys.current(second.token, from: "10.0.0.7") == nil)
      #expect(await refusal { try await gate.keys.revoke(second.key.id, by: me) }?.kind == .conflict)
      let third = try await gate.keys.create(try KeyDraft(name: "Other", scopes: nil, days: nil), by: me)
      _ = try await gate.make("eva@example.org")
      try await gate.users.setDisabled(true, ida.id, by: .operator)
      #expect(try await gate.keys.current(third.token, from: "10.0.0.7") == nil)
      #expect(try await gate.keys.all(for: .operator).count == 3)
      #expect(await refusal { try await gate.keys.all(for: gate.own(ida)) }?.kind == .notAllowed)
      let kept = try await database.read {
        try $0.rows("SELECT token_hash FROM api_key ORDER BY id DESC LIMIT 1").flatMap(\.values)
      }
      #expect(kept == [.blob(Token.hash(third.token))])
    }
  }

  @Test func `a key reaches what its owner reaches, cut to its scopes`() throws {
    let person = Actor(
      user: 7, name: "Ida", teams: [3],
      grants: [
        .init(.see, .customer, .team), .init(.edit, .customer, .own), .init(.export, .customer, .own),
        .init(.see, .decision, .all),
      ], fields: [.init(.customer, "email"): .hidden], seesPersonalData: false)
    func actor(_ scopes: [String]?) throws -> Actor {
      let draft = try KeyDraft(name: "Nightly", scopes: scopes, days: nil)
      let now = Stores.clock.now
      return APIKey(
        id: ID(1), user: ID(7), userName: "Ida", name: draft.name, scopes: draft.scopes, createdAt: now, expiresAt: now,
        usedAt: nil, usedFrom: nil, revokedAt: nil, revokedBy: nil
      ).actor(of: person)
    }
    let all = try actor(nil)
    #expect(all.grants == person.grants && all.name == "Ida (key Nightly)" && all.user == 7 && all.teams == [3])
    #expect(all.fields == person.fields && !all.seesPersonalData)
    #expect(try actor(["customer:see"]).grants == [.init(.see, .customer, .team), .init(.export, .customer, .own)])
    #expect(try actor(["customer:write", "purchase:see"]).grants == [.init(.edit, .customer, .own)])
    for scopes in [[], [""], ["customer"], ["customer:own"], ["nothing:see"], ["customer:see:write"]] {
      let refused = #expect(throws: Problem.self) { try KeyDraft(name: "x", scopes: scopes, days: nil) }
      #expect(refused?.field == "scopes", "\(scopes)")
    }
    for days in [0, 366, -1] as [Int64] {
      #expect(throws: Problem.self) { try KeyDraft(name: "x", scopes: nil, days: days) }
    }
  }

  @Test(arguments: Stores.underTest) func `the guide says what is there`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let guides = Guides(database, clock: gate.clock)
      let companies = Companies(database, clock: gate.clock)
      try await companies.found(Company(name: "Shop"), by: .operator)
      _ = try await gate.make("ida@example.org")
      let empty = try await guides.current(for: .operator)
      #expect(empty.doneCount == 0 && empty.isEmptyCompany && empty.isShown && empty.next?.name == .formats)
      try await companies.edit(try #require(try await companies.current()), by: .operator)
      let draft = try InvitationDraft(email: "ada@example.org", name: "", role: "administrator")
      _ = try await gate.invitations.create(draft, by: .operator)
      #expect(try await guides.current(for: .operator).next?.name == .customers)
      try await guides.putAway(by: .operator)
      #expect(try await guides.shown(for: .operator) == nil)
      try await guides.bringBack(by: .operator)
      #expect(try await guides.shown(for: .operator)?.doneCount == 2)
      #expect(try await guides.shown(for: Actor(user: 7, name: "x", grants: [])) == nil)
      let small = try await guides.setScope(later: [.network, .processes], by: .operator)
      #expect(small.later == [.network, .processes] && small.scope.count == 10)
      let waiting = Set(Guide.Name.allCases).subtracting([.formats, .people, .customers])
      #expect(try await guides.setScope(later: waiting, by: .operator).next?.name == .customers)
      _ = try await guides.setScope(later: [.data], by: .operator)
      #expect(try await guides.current(for: .operator).later == [.data])
      let needed = await #expect(throws: Problem.self) { try await guides.setScope(later: [.people], by: .operator) }
      #expect(needed?.field == "later")
      let barred = Actor(user: 7, name: "x", grants: [])
      await #expect(throws: Problem.self) { try await guides.setScope(later: [], by: barred) }
    }
  }
}
