import Conditions
import Kernel
import Store
import StoreTesting
import Testing

/// Codes of an authenticator, recovery codes, and who needs them.
@Suite struct SecondFactorTests {
  /// RFC 6238, appendix B, SHA-1, the last six of eight digits.
  @Test(
    arguments: [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
      (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ] as [(Int64, String)])
  func `codes are those of the standard`(seconds: Int64, code: String) {
    let secret = Array("12345678901234567890".utf8)
    let now = Instant(microseconds: seconds * 1_000_000)
    #expect(OneTimeCode.code(secret, step: OneTimeCode.step(at: now)) == code)
    #expect(OneTimeCode.step(of: code, secret, at: now, after: -1) == seconds / 30)
  }

  @Test func `a secret is written in Base32`() {
    #expect(Base32.encoded(Array("foobar".utf8)) == "MZXW6YTBOI")
    #expect(Base32.encoded(Array("12345678901234567890".utf8)) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    #expect(Base32.encoded([]) == "")
    let start = SecondFactorStart(
      secret: Array("12345678901234567890".utf8), account: "ida@example.org", company: "A&B ü")
    #expect(start.typed == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")
    #expect(
      start.link == "otpauth://totp/A%26B%20%C3%BC:ida%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        + "&issuer=A%26B%20%C3%BC&algorithm=SHA1&digits=6&period=30")
  }

  @Test func `a code holds a step before and after, and only when it is later than the last`() {
    let secret = OneTimeCode.secret()
    let now = Stores.clock.now
    let here = OneTimeCode.step(at: now)
    for (step, holds) in [(here - 2, false), (here - 1, true), (here, true), (here + 1, true), (here + 2, false)] {
      let code = OneTimeCode.code(secret, step: step)
      #expect((OneTimeCode.step(of: code, secret, at: now, after: -1) == step) == holds)
    }
    #expect(OneTimeCode.step(of: OneTimeCode.code(secret, step: here), secret, at: now, after: here) == nil)
    for code in ["", "12345", "1234567", "12345a", "１２３４５６"] {
      #expect(OneTimeCode.step(of: code, secret, at: now, after: -1) == nil, "“\(code)”")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a sign-in takes two steps once the second factor is on`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let before = try await gate.token(ida.email)
      let start = try await gate.factors.start(by: gate.own(ida))
      #expect(try await gate.factors.started(by: gate.own(ida)) == start)
      let wrong = await refusal { try await gate.factors.confirm("000000", token: before, by: gate.own(ida)) }
      #expect(wrong?.field == "code")
      let done = try await gate.factors.confirm(gate.code(start.secret), token: before, by: gate.own(ida))
      #expect(Set(done.recoveryCodes).count == 10 && done.recoveryCodes.allSatisfy { $0.utf8.count == 11 })
      #expect(try await gate.sessions.current(before) == nil)
      #expect(try await gate.sessions.current(done.token ?? "")?.user == ida)
      let half = try await gate.half(ida.email)
      #expect(try await gate.sessions.current(half) == nil)
      let again = await refusal { try await gate.finish(half, gate.code(start.secret)) }
      #expect(again?.field == "code", "the code that proved the secret is used up")
      gate.clock.move(seconds: 30)
      let token = try await gate.finish(half, gate.code(start.secret))
      #expect(try await gate.sessions.current(token)?.user == ida)
      #expect(await refusal { try await gate.finish(half, gate.code(start.secret)) }?.field == "token")
    }
  }

  @Test(arguments: Stores.underTest) func `a recovery code lets in once`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let (secret, codes) = try await gate.enrol(ida)
      let typed = try #require(codes.first).uppercased().replacing("-", with: " ")
      _ = try await gate.finish(try await gate.half(ida.email), typed)
      #expect(try await gate.factors.find(ida.id, for: gate.own(ida))?.recoveryCodes == 9)
      let half = try await gate.half(ida.email)
      #expect(await refusal { try await gate.finish(half, typed) }?.field == "code")
      let renewed = try await gate.factors.renewRecoveryCodes(
        gate.code(secret), address: "10.0.0.1", by: gate.own(ida))
      #expect(Set(renewed).isDisjoint(with: codes))
      #expect(await refusal { try await gate.finish(half, codes[1]) }?.field == "code")
      _ = try await gate.finish(half, renewed[1])
      let kept = try await database.read { try $0.rows("SELECT sealed FROM second_factor").flatMap(\.values) }
      #expect(kept.count == 1 && !kept.contains(.blob(secret)))
    }
  }

  @Test(arguments: Stores.underTest) func `five wrong codes end the half session`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let (secret, _) = try await gate.enrol(ida)
      let half = try await gate.half(ida.email)
      for _ in 1...5 { #expect(await refusal { try await gate.finish(half, "123") }?.kind == .notSignedIn) }
      #expect(await refusal { try await gate.finish(half, gate.code(secret)) }?.field == "token")
      #expect(await refusal { try await gate.begin(ida.email) }?.kind == .tooMany)
      gate.uptime.move(seconds: 901)
      gate.clock.move(seconds: 901)
      let late = try await gate.half(ida.email)
      gate.clock.move(seconds: 301)
      #expect(await refusal { try await gate.finish(late, gate.code(secret)) }?.field == "token")
    }
  }

  @Test(arguments: Stores.underTest)
  func `switching off needs password and code, or an administrator`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let (secret, _) = try await gate.enrol(ida)
      func off(_ password: String, _ code: String) async throws {
        try await gate.factors.switchOff(password: password, code: code, address: "10.0.0.1", by: gate.own(ida))
      }
      #expect(await refusal { try await off("not it at all", gate.code(secret)) }?.field == "password")
      #expect(await refusal { try await off(Gatehouse.password, "000000") }?.field == "code")
      try await off(Gatehouse.password, gate.code(secret))
      #expect(try await gate.factors.find(ida.id, for: gate.own(ida)) == nil)
      let token = try await gate.token(ida.email)
      gate.clock.move(seconds: 60)
      _ = try await gate.enrol(ida)
      let other = try await gate.make("eva@example.org")
      #expect(await refusal { try await gate.factors.reset(ida.id, by: gate.own(other)) }?.kind == .notAllowed)
      try await gate.factors.reset(ida.id, by: .operator)
      #expect(try await gate.sessions.current(token) == nil)
      _ = try await gate.token(ida.email)
      #expect(try await gate.verbs().contains("reset second factor"))
    }
  }

  @Test(arguments: Stores.underTest)
  func `who owes a second factor is led to it`(store: Dialect) async throws {
    try await withStore(store) { database in
      let gate = Gatehouse(database)
      let ida = try await gate.make("ida@example.org")
      let token = try await gate.token(ida.email)
      #expect(try await gate.sessions.current(token)?.owesSecondFactor == false)
      #expect(await refusal { try await gate.factors.require(of: "", by: gate.own(ida)) }?.kind == .notAllowed)
      try await gate.factors.require(of: "nobody has this", by: .operator)
      #expect(try await gate.sessions.current(token)?.owesSecondFactor == false)
      try await gate.factors.require(of: "administrator", by: .operator)
      #expect(try await gate.sessions.current(token)?.owesSecondFactor == true)
      try await gate.factors.stopRequiring(of: "administrator", by: .operator)
      try await gate.factors.require(of: "", by: .operator)
      #expect(try await gate.sessions.current(token)?.owesSecondFactor == true)
      let start = try await gate.factors.start(by: gate.own(ida))
      let done = try await gate.factors.confirm(gate.code(start.secret), token: token, by: gate.own(ida))
      #expect(try await gate.sessions.current(done.token ?? "")?.owesSecondFactor == false)
    }
    #expect(Session.isOpenBeforeSecondFactor("/account/second-factor/proof"))
    for path in ["/", "/account", "/account/second-factors", "/customers"] {
      #expect(!Session.isOpenBeforeSecondFactor(path))
    }
  }
}
