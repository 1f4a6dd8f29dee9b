import Kernel
import Synchronization

/// How often somebody may try to sign in: per account and address, per account, per address.
package final class SignInThrottle: Sendable {
  private struct Limit {
    let tries: Int
    let seconds: Double
  }

  private static let pair = Limit(tries: 5, seconds: 15 * 60)
  private static let account = Limit(tries: 20, seconds: 3_600)
  private static let address = Limit(tries: 100, seconds: 3_600)
  private static let most = 100_000

  private let failures = Mutex<[String: [ContinuousClock.Instant]]>([:])

  package init() {}

  private func keys(_ email: String, _ address: String) -> [(String, Limit)] {
    [("p \(email) \(address)", Self.pair), ("a \(email)", Self.account), ("i \(address)", Self.address)]
  }

  /// Refuses when there were too many failures lately.
  package func check(_ email: String, from address: String) throws {
    let now = ContinuousClock.now
    try failures.withLock { failures in
      for (key, limit) in keys(email, address) {
        let recent = (failures[key] ?? []).filter { now - $0 < .seconds(limit.seconds) }
        guard recent.count < limit.tries else {
          let wait = recent.first.map { Duration.seconds(limit.seconds) - (now - $0) } ?? .seconds(60)
          throw Problem(
            .tooMany, "There were too many tries to sign in.",
            mend: "Wait \(max(1, wait.components.seconds / 60)) minutes and try again.",
            facts: [.init("retryAfter", String(max(1, wait.components.seconds)))])
        }
      }
    }
  }

  package func failed(_ email: String, from address: String) {
    let now = ContinuousClock.now
    failures.withLock { failures in
      if failures.count > Self.most { failures.removeAll() }
      for (key, limit) in keys(email, address) {
        failures[key] = (failures[key] ?? []).suffix(limit.tries) + [now]
      }
    }
  }

  package func succeeded(_ email: String, from address: String) {
    failures.withLock { _ = $0.removeValue(forKey: "p \(email) \(address)") }
  }
}
