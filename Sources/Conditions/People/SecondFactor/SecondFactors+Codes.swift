import Kernel
import Store

extension SecondFactors {
  /// Takes a code of the authenticator or a recovery code; neither is taken twice.
  /// - Returns: which it was; nil when it is neither.
  static func accept(
    _ code: String, of user: ID<User>, at now: Instant, in tx: Transaction
  ) throws -> SecondFactor.Proof? {
    let query: Statement = "SELECT sealed, last_step FROM second_factor WHERE user_id = \(user)"
    let kept = try tx.first(query + .lockingRows(in: tx.dialect)) {
      (sealed: try $0("sealed", as: [UInt8].self), last: try $0("last_step", as: Int64.self))
    }
    guard let kept else { return nil }
    let secret: [UInt8] = try tx.opened(kept.sealed, purpose: "second factor")
    if let step = OneTimeCode.step(of: code, secret, at: now, after: kept.last) {
      try tx.run("UPDATE second_factor SET last_step = \(step) WHERE user_id = \(user)")
      return .code
    }
    let plain = OneTimeCode.plain(code)
    guard plain.count == 10 else { return nil }
    let used = try tx.run(
      """
      UPDATE recovery_code SET used_at = \(now)
      WHERE user_id = \(user) AND code_hash = \(hash(plain, user, tx)) AND used_at IS NULL
      """)
    return used == 1 ? .recoveryCode : nil
  }

  static func newCodes() -> [String] {
    (0..<SecondFactor.recoveryCodeCount).map { _ in OneTimeCode.recoveryCode() }
  }

  static func keep(_ codes: [String], of user: ID<User>, in tx: Transaction) throws {
    try tx.run("DELETE FROM recovery_code WHERE user_id = \(user)")
    for code in codes {
      try tx.run(
        """
        INSERT INTO recovery_code (user_id, code_hash)
        VALUES (\(user), \(hash(OneTimeCode.plain(code), user, tx))) ON CONFLICT DO NOTHING
        """)
    }
  }

  private static func hash(_ plain: [UInt8], _ user: ID<User>, _ tx: Transaction) -> [UInt8] {
    tx.code(for: Array("\(user):".utf8) + plain, purpose: "recovery code")
  }

  static func remove(_ user: ID<User>, in tx: Transaction) throws {
    try tx.run("DELETE FROM second_factor WHERE user_id = \(user)")
    try tx.run("DELETE FROM second_factor_start WHERE user_id = \(user)")
    try tx.run("DELETE FROM recovery_code WHERE user_id = \(user)")
  }

  static func person(_ actor: Actor) throws -> ID<User> {
    guard let user = actor.user else {
      throw Problem(.notAllowed, "Only a person has an account.", mend: "Sign in as yourself.")
    }
    return ID(user)
  }

  static func refuseSecond(_ user: ID<User>, in tx: Transaction) throws {
    guard try tx.first("SELECT 1 FROM second_factor WHERE user_id = \(user)") == nil else {
      throw Problem(.conflict, "The second factor is on already.", mend: "Switch it off first.")
    }
  }

  /// The secret that was begun with; it is good for an hour.
  static func begun(_ user: ID<User>, in tx: Transaction) throws -> [UInt8]? {
    let sealed: [UInt8]? = try tx.value("SELECT sealed FROM second_factor_start WHERE user_id = \(user)")
    guard let sealed else { return nil }
    return try tx.opened(sealed, purpose: "second factor") as [UInt8]
  }

  static func start(_ secret: [UInt8], of user: ID<User>, in tx: Transaction) throws -> SecondFactorStart {
    let email: String? = try tx.value("SELECT email FROM app_user WHERE id = \(user)")
    let company = try Companies.current(in: tx)?.name
    return SecondFactorStart(secret: secret, account: email ?? "", company: company ?? "Valuechain")
  }
}
