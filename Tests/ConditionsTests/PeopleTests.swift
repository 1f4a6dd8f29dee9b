import Conditions
import Kernel
import Store
import StoreTesting
import Synchronization
import Testing

/// A clock a test moves.
private final class MovedClock: Clock {
  private let time = Mutex(Stores.clock.now)

  var now: Instant { time.withLock { $0 } }

  func move(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Who signs in, and how long they stay.
@Suite struct PeopleTests {
  private static let password = "the horse eats nine apples"

  private static let kept = Task { try await Password.kept(password) }

  /// People of a store, and their sessions.
  private struct Desk {
    let users: Users
    let sessions: Sessions
    let throttle = SignInThrottle()
    let clock = MovedClock()
    private let database: Database

    init(_ database: Database) {
      self.database = database
      users = Users(database, clock: clock)
      sessions = Sessions(database, clock: clock, throttle: throttle)
    }

    /// A person with a password that was made once for all: making one takes long on purpose.
    func make(_ email: String) async throws -> User {
      let kept = try await PeopleTests.kept.value
      let now = clock.now
      return try await users.find(
        database.write { tx in
          let id: ID<User> = try tx.newID()
          try tx.run(
            """
            INSERT INTO app_user (id, email, name, password, role, created_at)
            VALUES (\(id), \(email), 'Ida', \(kept), 'administrator', \(now))
            """)
          return id
        })
    }

    func begin(_ email: String, _ password: String = PeopleTests.password, from: String = "10.0.0.1") async throws
      -> String
    {
      let came = try await sessions.begin(email: email, password: password, address: from, agent: "test")
      guard case .done(let token) = came else { throw Problem(.invalid, "A code is asked for.") }
      return token
    }
  }

  @Test(arguments: Stores.underTest) func `an address signs in for one person`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      func create(_ email: String) async throws -> User {
        try await desk.users.create(email: email, name: "Ida", password: Self.password, by: .operator)
      }
      let ida = try await create("Ida@Example.org")
      #expect(ida.email == "ida@example.org" && ida.disabledAt == nil)
      let found = await #expect(throws: Problem.self) { try await create(" IDA@example.ORG ") }
      #expect(found?.kind == .conflict && found?.field == "email")
      #expect(try await desk.users.all(for: .operator) == [ida])
      #expect(try await desk.users.find(email: "IDA@example.org") == ida)
      for address in ["", "ida", "@example.org", "ida@", "a b@example.org", "a@b@c"] {
        let refused = await #expect(throws: Problem.self) { try await create(address) }
        #expect(refused?.field == "email", "“\(address)”")
      }
    }
  }

  @Test(arguments: [
    "", "short", "elevenbytes", "aaaaaaaaaaaaaaaa", "abababababab", "password is this", "PASSWORD123456",
    "my name is ida.roth today", String(repeating: "long enough ", count: 100),
  ])
  func `a password that is easily guessed is refused`(password: String) {
    let found = #expect(throws: Problem.self) { try Password.check(password, email: "ida.roth@example.org") }
    #expect(found?.field == "password")
  }

  @Test func `a password is kept as a hash of its own`() async throws {
    try Password.check(Self.password, email: "ida@example.org")
    let first = try await Password.kept("Mu\u{308}ller trinkt Kaffee")
    let second = try await Password.kept("Müller trinkt Kaffee")
    #expect(first != second && !first.contains("Kaffee") && first.hasPrefix("$scrypt$ln=15,r=8,p=3$"))
    #expect(try await Password.matches("Müller trinkt Kaffee", kept: first))
    #expect(try await !Password.matches("Müller trinkt Tee", kept: first))
    #expect(try await !Password.matches("", kept: nil))
    #expect(try await !Password.matches("x", kept: "$scrypt$ln=1,r=8,p=3$AAAA$AAAA"))
  }

  @Test(arguments: Stores.underTest) func `the last person who can sign in stays`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let (ida, eva) = (try await desk.make("ida@example.org"), try await desk.make("eva@example.org"))
      try await desk.users.setDisabled(true, ida.id, by: .operator)
      let found = await #expect(throws: Problem.self) { try await desk.users.setDisabled(true, eva.id, by: .operator) }
      #expect(found?.kind == .conflict)
      #expect(try await desk.users.active().map(\.id) == [eva.id])
      try await desk.users.setDisabled(false, ida.id, by: .operator)
      try await desk.users.setDisabled(true, eva.id, by: .operator)
      #expect(try await desk.users.active().map(\.id) == [ida.id])
      await #expect(throws: Problem.self) { try await desk.users.setDisabled(true, ID(999_999), by: .operator) }
    }
  }

  @Test(arguments: Stores.underTest) func `losing access ends every session`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org")
      _ = try await desk.make("eva@example.org")
      let token = try await desk.begin("ida@example.org")
      #expect(try await desk.sessions.current(token)?.user.id == ida.id)
      try await desk.users.setDisabled(true, ida.id, by: .operator)
      #expect(try await desk.sessions.current(token) == nil)
      let found = await #expect(throws: Problem.self) { try await desk.begin("ida@example.org") }
      #expect(found?.kind == .notSignedIn)
      try await desk.users.setDisabled(false, ida.id, by: .operator)
      #expect(try await desk.sessions.current(token) == nil)
    }
  }

  @Test(arguments: Stores.underTest) func `a new password ends every session`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org")
      let token = try await desk.begin("ida@example.org")
      let stranger = Actor(user: 999_999, name: "stranger", grants: [])
      await #expect(throws: Problem.self) {
        try await desk.users.setPassword("another long sentence", of: ida.id, by: stranger)
      }
      let own = Actor(user: ida.id.rawValue, name: "Ida", grants: [])
      await #expect(throws: Problem.self) {
        try await desk.users.setPassword("another long sentence", of: ida.id, by: own)
      }
      try await desk.users.setPassword("another long sentence", of: ida.id, by: .operator)
      #expect(try await desk.sessions.current(token) == nil)
      _ = try await desk.begin("ida@example.org", "another long sentence")
    }
  }

  @Test(arguments: Stores.underTest)
  func `a wrong password and an unknown address are refused alike`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      _ = try await desk.make("ida@example.org")
      let wrong = await #expect(throws: Problem.self) { try await desk.begin("ida@example.org", "not the password") }
      let unknown = await #expect(throws: Problem.self) { try await desk.begin("eva@example.org", "not the password") }
      #expect(wrong == unknown && wrong?.kind == .notSignedIn)
      let lines = try await database.read { try $0.auditEntries() }
      #expect(lines.count { $0.verb == "refused sign-in" } == 2)
      #expect(lines.allSatisfy { !$0.detail.contains("not the password") })
    }
  }

  @Test(arguments: Stores.underTest) func `the sixth try has to wait`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      _ = try await desk.make("ida@example.org")
      for _ in 1...3 { desk.throttle.failed("ida@example.org", from: "10.0.0.1") }
      for _ in 4...5 {
        let found = await #expect(throws: Problem.self) { try await desk.begin("ida@example.org", "wrong") }
        #expect(found?.kind == .notSignedIn)
      }
      let sixth = await #expect(throws: Problem.self) { try await desk.begin("ida@example.org") }
      #expect(sixth?.kind == .tooMany)
      #expect((sixth?.facts.first { $0.name == "retryAfter" }.flatMap { Int($0.value) } ?? 0) > 800)
      _ = try await desk.begin("ida@example.org", from: "10.0.0.2")
    }
  }

  @Test func `the throttle counts per pair, per account and per address`() throws {
    let pair = SignInThrottle()
    for _ in 1...4 { pair.failed("a", from: "x") }
    try pair.check("a", from: "x")
    pair.succeeded("a", from: "x")
    for _ in 1...4 { pair.failed("a", from: "x") }
    try pair.check("a", from: "x")
    pair.failed("a", from: "x")
    #expect(throws: Problem.self) { try pair.check("a", from: "x") }
    try pair.check("a", from: "y")
    let account = SignInThrottle()
    for number in 1...20 { account.failed("a", from: "x\(number)") }
    #expect(throws: Problem.self) { try account.check("a", from: "new") }
    try account.check("b", from: "new")
    let address = SignInThrottle()
    for number in 1...100 { address.failed("a\(number)", from: "x") }
    #expect(throws: Problem.self) { try address.check("new", from: "x") }
    try address.check("new", from: "y")
  }

  @Test(arguments: Stores.underTest) func `a session ends by time`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      _ = try await desk.make("ida@example.org")
      let idle = try await desk.begin("ida@example.org")
      desk.clock.move(seconds: 12 * 3_600)
      #expect(try await desk.sessions.current(idle) != nil)
      desk.clock.move(seconds: 12 * 3_600 + 1)
      #expect(try await desk.sessions.current(idle) == nil)
      let busy = try await desk.begin("ida@example.org")
      for _ in 0..<28 {
        #expect(try await desk.sessions.current(busy) != nil)
        desk.clock.move(seconds: 12 * 3_600)
      }
      desk.clock.move(seconds: 1)
      #expect(try await desk.sessions.current(busy) == nil)
      #expect(try await desk.sessions.current("vc_session_unknown") == nil)
    }
  }

  @Test(arguments: Stores.underTest) func `signing out ends one session`(store: Dialect) async throws {
    try await withStore(store) { database in
      let desk = Desk(database)
      let ida = try await desk.make("ida@example.org")
      let (one, two) = (try await desk.begin("ida@example.org"), try await desk.begin("ida@example.org"))
      #expect(one != two)
      try await desk.sessions.end(one, by: try await desk.users.actor(of: ida.id))
      #expect(try await desk.sessions.current(one) == nil)
      #expect(try await desk.sessions.current(two)?.user == ida)
      let kept = try await database.read { try $0.rows("SELECT token_hash FROM session").flatMap(\.values) }
      #expect(kept == [.blob(Session.hash(two))])
    }
  }
}
