import Conditions
import Kernel
import Store
import StoreTesting
import Synchronization

/// A clock a test moves.
final class AccountClock: Clock {
  private let time = Mutex(Stores.clock.now)

  var now: Instant { time.withLock { $0 } }

  func move(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// The monotonic clock of a test.
final class AccountUptime: Sendable {
  private let time = Mutex(Duration.zero)

  @Sendable func now() -> Duration { time.withLock { $0 } }

  func move(seconds: Int64) { time.withLock { $0 += .seconds(seconds) } }
}

/// Everything by which people of one store get in.
struct Gatehouse {
  static let password = "the horse eats nine apples"
  static let kept = Task { try await Password.kept(password) }

  let database: Database
  let clock = AccountClock()
  let uptime = AccountUptime()
  let users: Users
  let sessions: Sessions
  let factors: SecondFactors
  let resets: PasswordResets
  let invitations: Invitations
  let keys: APIKeys

  init(_ database: Database) {
    self.database = database
    let throttle = SignInThrottle(uptime: uptime.now)
    users = Users(database, clock: clock)
    sessions = Sessions(database, clock: clock, throttle: throttle)
    factors = SecondFactors(database, clock: clock, throttle: throttle)
    resets = PasswordResets(database, clock: clock)
    invitations = Invitations(database, clock: clock)
    keys = APIKeys(database, clock: clock)
  }

  /// A person with a password that was made once for all: making one takes long on purpose.
  func make(_ email: String) async throws -> User {
    let kept = try await Gatehouse.kept.value
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

  /// Somebody with no rights but those on their own account.
  func own(_ user: User) -> Actor { Actor(user: user.id.rawValue, name: user.name, grants: []) }

  func begin(_ email: String, _ password: String = Gatehouse.password, from: String = "10.0.0.1") async throws -> SignIn
  {
    try await sessions.begin(email: email, password: password, address: from, agent: "test")
  }

  /// Signs in whom no code is asked of.
  func token(_ email: String, _ password: String = Gatehouse.password) async throws -> String {
    guard case .done(let token) = try await begin(email, password) else {
      throw Problem(.invalid, "A code is asked for.")
    }
    return token
  }

  func half(_ email: String) async throws -> String {
    guard case .needsCode(let half) = try await begin(email) else { throw Problem(.invalid, "No code is asked for.") }
    return half
  }

  func finish(_ half: String, _ code: String) async throws -> String {
    try await sessions.finish(half: half, code: code, address: "10.0.0.1", agent: "test")
  }

  /// Switches the second factor on; answers with its secret and the recovery codes.
  func enrol(_ user: User) async throws -> (secret: [UInt8], codes: [String]) {
    let start = try await factors.start(by: own(user))
    let done = try await factors.confirm(code(start.secret), token: nil, by: own(user))
    clock.move(seconds: 60)
    return (start.secret, done.recoveryCodes)
  }

  func code(_ secret: [UInt8]) -> String { OneTimeCode.code(secret, step: OneTimeCode.step(at: clock.now)) }

  func verbs() async throws -> [String] { try await database.read { try $0.auditEntries().map(\.verb) } }
}

/// The refusal of something that must be refused.
func refusal<T>(_ work: () async throws -> T) async -> Problem? {
  do {
    _ = try await work()
    return nil
  } catch {
    return error as? Problem
  }
}
