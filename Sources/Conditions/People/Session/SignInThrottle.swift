import Kernel
import Synchronization
import Web

/// How often somebody may try to sign in: per account and address, per account, per address.
package final class SignInThrottle: Sendable {
  /// What is counted together.
  package enum Subject: Sendable, Hashable {
    case pair(email: String, address: String)
    case account(String)
    case address(String)

    /// The name it is kept under while it is locked out.
    package var text: String {
      switch self {
      case .pair(let email, let address): "pair \(email) \(address)"
      case .account(let email): "account \(email)"
      case .address(let address): "address \(address)"
      }
    }

    package var limit: (tries: Int, seconds: Double) {
      switch self {
      case .pair: (5, 15 * 60)
      case .account: (20, 3_600)
      case .address: (100, 3_600)
      }
    }

    static func all(_ email: String, _ address: String) -> [Subject] {
      let network = ClientAddress.group(address)
      return [.pair(email: email, address: network), .account(email), .address(network)]
    }
  }

  private let failures: Mutex<BoundedMap<Subject, [Duration]>>
  private let uptime: @Sendable () -> Duration

  /// - Parameter uptime: the monotonic clock; a change of the machine's time opens nothing.
  package init(most: Int = 100_000, uptime: @escaping @Sendable () -> Duration = Uptime.now) {
    failures = Mutex(BoundedMap(most: most))
    self.uptime = uptime
  }

  /// Refuses when there were too many failures lately.
  package func check(_ email: String, from address: String) throws {
    let now = uptime()
    let wait = failures.withLock { failures in
      Subject.all(email, address).compactMap { subject -> Double? in
        let recent = (failures[subject] ?? []).filter { (now - $0).inSeconds < subject.limit.seconds }
        guard recent.count >= subject.limit.tries, let first = recent.first else { return nil }
        return subject.limit.seconds - (now - first).inSeconds
      }.max()
    }
    if let wait { throw SignInThrottle.refusal(seconds: wait) }
  }

  static func refusal(seconds: Double) -> Problem {
    let whole = Int(min(86_400, max(1, seconds.rounded(.up))))
    return Problem(
      .tooMany, "There were too many tries to sign in.",
      mend: "Wait \(max(1, (whole + 59) / 60)) minutes and try again.", facts: [.init("retryAfter", String(whole))])
  }

  /// Counts a failure.
  /// - Returns: what has reached its limit with it.
  @discardableResult
  package func failed(_ email: String, from address: String) -> [Subject] {
    let now = uptime()
    return failures.withLock { failures in
      Subject.all(email, address).filter { subject in
        let recent = (failures[subject] ?? []).filter { (now - $0).inSeconds < subject.limit.seconds }
        failures[subject] = recent.suffix(subject.limit.tries) + [now]
        return recent.count + 1 >= subject.limit.tries
      }
    }
  }

  package func succeeded(_ email: String, from address: String) {
    forget(.pair(email: email, address: ClientAddress.group(address)))
  }

  /// Forgets what was counted under the name of a lock-out.
  func forget(_ subject: Subject) { failures.withLock { $0[subject] = nil } }
}
