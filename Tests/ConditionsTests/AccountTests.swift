import Conditions
import Kernel
import Store
import StoreTesting
import Testing

/// Coming in by a link, lost passwords, sessions, lock-outs.
@Suite struct AccountTests {
  @Test(arguments: Stores.underTest) func `an invitation is accepted once`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let draft = try InvitationDraft(email: "Ada@Example.org", name: "Ada", role: "administrator")
      let made = try await gate.invitations.create(draft, by: .operator)
      #expect(made.invitation.email == "ada@example.org" && made.invitation.state(at: gate.clock.now) == .open)
      #expect(await refusal { try await gate.invitations.create(draft, by: .operator) }?.kind == .conflict)
      let short = await refusal { try await gate.invitations.accept(token: made.token, name: "Ada", password: "short") }
      #expect(short?.field == "password")
      let ada = try await gate.invitations.accept(
        token: made.token, name: "Ada Quist", password: "the harbour is closed")
      #expect(ada.name == "Ada Quist" && ada.email == "ada@example.org")
      let again = await refusal {
        try await gate.invitations.accept(token: made.token, name: "Eve", password: "the harbour is open")
      }
      #expect(again?.kind == .notFound)
      _ = try await gate.token("ada@example.org", "the harbour is closed")
      #expect(try await gate.invitations.all(for: .operator).map { $0.state(at: gate.clock.now) } == [.accepted])
      let kept = try await database.read { try $0.rows("SELECT token_hash FROM invitation").flatMap(\.values) }
      #expect(kept == [.blob(Token.hash(made.token))])
    }
  }

  @Test(arguments: Stores.underTest) func `an invitation ends by time, by hand, by a new link`(store: Dialect)
    async throws
  {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      func invite(_ email: String) async throws -> (invitation: Invitation, token: String) {
        try await gate.invitations.create(
          try InvitationDraft(email: email, name: "", role: "administrator"), by: .operator)
      }
      let first = try await invite("ada@example.org")
      gate.clock.move(seconds: 7 * 86_400 - 1)
      _ = try await gate.invitations.find(token: first.token)
      gate.clock.move(seconds: 1)
      #expect(await refusal { try await gate.invitations.find(token: first.token) }?.field == "token")
      let second = try await gate.invitations.renew(first.invitation.id, by: .operator)
      _ = try await gate.invitations.find(token: second.token)
      #expect(await refusal { try await gate.invitations.find(token: first.token) }?.kind == .notFound)
      try await gate.invitations.withdraw(first.invitation.id, by: .operator)
      #expect(await refusal { try await gate.invitations.find(token: second.token) }?.kind == .notFound)
      #expect(await refusal { try await gate.invitations.renew(first.invitation.id, by: .operator) }?.kind == .conflict)
      try await gate.invitations.restore(first.invitation.id, by: .operator)
      _ = try await gate.invitations.find(token: second.token)
      let ida = try await gate.make("ida@example.org")
      #expect(await refusal { try await invite("ida@example.org") }?.kind == .conflict)
      let draft = try InvitationDraft(email: "eva@example.org", name: "", role: "captain")
      #expect(await refusal { try await gate.invitations.create(draft, by: .operator) }?.field == "role")
      #expect(await refusal { try await gate.invitations.all(for: gate.own(ida)) }?.kind == .notAllowed)
      let verbs = try await gate.verbs()
      for verb in ["invite", "renew invitation", "withdraw invitation", "restore invitation"] {
        #expect(verbs.contains(verb), "\(verb)")
      }
    }
  }

  @Test(arguments: Stores.underTest) func `a reset link sets a password once within an hour`(store: Dialect)
    async throws
  {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let token = try await gate.token(ida.email)
      try await gate.resets.request("IDA@example.org", address: "10.0.0.9")
      try await gate.resets.request("nobody@example.org", address: "10.0.0.9")
      #expect(try await gate.resets.requests(for: .operator).map(\.email) == ["ida@example.org"])
      let old = try await gate.resets.create(for: ida.id, by: .operator)
      #expect(try await gate.resets.requests(for: .operator).isEmpty)
      let new = try await gate.resets.create(for: ida.id, by: .operator)
      #expect(await refusal { try await gate.resets.find(old.token) }?.kind == .notFound)
      try await gate.resets.use(new.token, password: "a quiet evening at sea", address: "10.0.0.9")
      #expect(try await gate.sessions.current(token) == nil)
      #expect(
        await refusal { try await gate.resets.use(new.token, password: "another evening at sea", address: "x") }?.kind
          == .notFound)
      _ = try await gate.token(ida.email, "a quiet evening at sea")
      let late = try await gate.resets.create(for: ida.id, by: .operator)
      gate.clock.move(seconds: 3_600)
      #expect(await refusal { try await gate.resets.find(late.token) }?.kind == .notFound)
      #expect(await refusal { try await gate.resets.create(for: ida.id, by: gate.own(ida)) }?.kind == .notAllowed)
    }
  }

  @Test(arguments: Stores.underTest) func `one's own password needs the old one`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let (here, there) = (try await gate.token(ida.email), try await gate.token(ida.email))
      func change(_ old: String, _ new: String) async throws -> String? {
        try await gate.users.changePassword(
          from: old, to: new, token: here, address: "10.0.0.1", throttle: gate.sessions.throttle, by: gate.own(ida))
      }
      #expect(await refusal { try await change("not my password", "a quiet evening at sea") }?.field == "old")
      #expect(await refusal { try await change(Gatehouse.password, "short") }?.field == "password")
      let renewed = try #require(try await change(Gatehouse.password, "a quiet evening at sea"))
      #expect(try await gate.sessions.current(renewed)?.user.id == ida.id)
      for token in [here, there] { #expect(try await gate.sessions.current(token) == nil) }
      #expect(try await gate.users.rename("Ida Roth", by: gate.own(ida)).name == "Ida Roth")
      #expect(await refusal { try await gate.users.rename("", by: gate.own(ida)) }?.field == "name")
    }
  }

  @Test(arguments: Stores.underTest) func `sessions are listed and ended, one's own and those of others`(store: Dialect)
    async throws
  {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let (ida, eva) = (try await gate.make("ida@example.org"), try await gate.make("eva@example.org"))
      let (here, there) = (try await gate.token(ida.email), try await gate.token(ida.email))
      let listed = try await gate.sessions.all(of: ida.id, token: here, for: gate.own(ida))
      #expect(listed.count == 2 && listed.count(where: \.isThis) == 1)
      #expect(
        await refusal { try await gate.sessions.all(of: ida.id, token: nil, for: gate.own(eva)) }?.kind == .notAllowed)
      let other = try #require(listed.first { !$0.isThis })
      #expect(await refusal { try await gate.sessions.end(other.id, of: eva.id, by: gate.own(eva)) }?.kind == .notFound)
      try await gate.sessions.end(other.id, of: ida.id, by: gate.own(ida))
      #expect(try await gate.sessions.current(there) == nil)
      let third = try await gate.token(ida.email)
      #expect(try await gate.sessions.endAll(of: ida.id, but: here, by: gate.own(ida)) == 1)
      #expect(try await gate.sessions.current(third) == nil)
      #expect(try await gate.sessions.current(here) != nil)
      try await gate.sessions.endAll(of: ida.id, but: nil, by: .operator)
      #expect(try await gate.sessions.current(here) == nil)
    }
  }

  @Test(arguments: Stores.underTest) func `a lock-out outlives a restart and is lifted by hand`(store: Dialect)
    async throws
  {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      _ = try await gate.make("ida@example.org")
      let throttle = gate.sessions.throttle
      for _ in 1...4 { throttle.failed("ida@example.org", from: "10.0.0.1") }
      #expect(await refusal { try await gate.begin("ida@example.org", "wrong") }?.kind == .notSignedIn)
      #expect(await refusal { try await gate.begin("ida@example.org") }?.kind == .tooMany)
      let restarted = Gatehouse(database)
      let refused = await refusal { try await restarted.begin("ida@example.org") }
      #expect(refused?.kind == .tooMany)
      #expect((refused?.facts.first { $0.name == "retryAfter" }.flatMap { Int($0.value) } ?? 0) == 900)
      _ = try await restarted.begin("ida@example.org", from: "10.0.0.2")
      let locked = try await restarted.sessions.lockOuts(for: .operator)
      #expect(locked.map(\.subject) == ["pair ida@example.org 10.0.0.1"])
      try await gate.sessions.liftLockOut("pair ida@example.org 10.0.0.1", by: .operator)
      _ = try await gate.begin("ida@example.org")
      _ = try await restarted.begin("ida@example.org")
      #expect(try await gate.verbs().contains("lock out"))
    }
  }

  @Test(arguments: Stores.underTest) func `a lock-out ends by time`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      _ = try await gate.make("ida@example.org")
      for _ in 1...4 { gate.sessions.throttle.failed("ida@example.org", from: "10.0.0.1") }
      _ = await refusal { try await gate.begin("ida@example.org", "wrong") }
      gate.clock.move(seconds: 901)
      #expect(
        await refusal { try await gate.begin("ida@example.org") }?.kind == .tooMany, "the machine's clock opens nothing"
      )
      gate.uptime.move(seconds: 901)
      _ = try await gate.begin("ida@example.org")
    }
  }

  @Test func `addresses of one subscriber are counted together`() throws {
    let throttle = SignInThrottle()
    for place in 1...5 { throttle.failed("ida@example.org", from: "2001:db8:1:2::\(place)") }
    #expect(throws: Problem.self) { try throttle.check("ida@example.org", from: "2001:db8:1:2:ffff::1") }
    try throttle.check("ida@example.org", from: "2001:db8:1:3::1")
    let four = SignInThrottle()
    for _ in 1...5 { four.failed("ida@example.org", from: "::ffff:10.0.0.1") }
    #expect(throws: Problem.self) { try four.check("ida@example.org", from: "10.0.0.1") }
  }
}
