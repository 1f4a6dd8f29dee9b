import Synchronization

/// How many requests of a kind one caller may make.
package struct Rate: Sendable, Equatable {
  /// The kind, by the name that stands in the headers; every kind is counted by itself.
  package let name: String
  package let requests: Int
  package let seconds: Int

  package init(_ name: String, _ requests: Int, seconds: Int) {
    self.name = name
    self.requests = max(1, requests)
    self.seconds = max(1, seconds)
  }

  /// Every call of the API that has no narrower limit.
  package static let api = Rate("api", 600, seconds: 60)
  /// Files with many records.
  package static let export = Rate("export", 10, seconds: 3_600)
  /// What anybody may send who is not signed in.
  package static let publicForm = Rate("public-form", 10, seconds: 60)
  /// Asking for a new password, and following the links that are handed out.
  package static let reset = Rate("reset", 10, seconds: 3_600)

  package func allowing(_ requests: Int) -> Rate { Rate(name, requests, seconds: seconds) }
}

/// Token buckets: a caller may spend `requests` at once, and they come back evenly over `seconds`.
///
/// By the monotonic clock, so that a change of the machine's time opens nothing; at most 100,000 callers are remembered.
package final class TokenBuckets: Sendable {
  /// What is left after a request.
  package struct Standing: Sendable, Equatable {
    package let isAllowed: Bool
    package let limit: Int
    package let remaining: Int
    /// Seconds until one more is allowed, or until all are back.
    package let reset: Int
  }

  private struct Bucket {
    var tokens: Double
    var at: Duration
  }

  private let buckets: Mutex<BoundedMap<String, Bucket>>
  private let uptime: @Sendable () -> Duration

  package init(most: Int = 100_000, uptime: @escaping @Sendable () -> Duration = Uptime.now) {
    buckets = Mutex(BoundedMap(most: most))
    self.uptime = uptime
  }

  /// Takes one, when there is one.
  package func take(_ rate: Rate, for caller: String) -> Standing {
    let now = uptime()
    let perSecond = Double(rate.requests) / Double(rate.seconds)
    return buckets.withLock { buckets in
      let key = "\(rate.name) \(caller)"
      var bucket = buckets[key] ?? Bucket(tokens: Double(rate.requests), at: now)
      let passed = max(0, (now - bucket.at).inSeconds)
      bucket = Bucket(tokens: min(Double(rate.requests), bucket.tokens + passed * perSecond), at: now)
      let isAllowed = bucket.tokens > 1 - 1e-9
      if isAllowed { bucket.tokens -= 1 }
      buckets[key] = bucket
      let missing = isAllowed ? Double(rate.requests) - bucket.tokens : 1 - bucket.tokens
      return Standing(
        isAllowed: isAllowed, limit: rate.requests, remaining: Int(max(0, bucket.tokens + 1e-9)),
        reset: max(1, Int((missing / perSecond).rounded(.up))))
    }
  }
}

/// The monotonic clock as a length of time since some moment.
package enum Uptime {
  private static let start = ContinuousClock.now

  @Sendable package static func now() -> Duration { ContinuousClock.now - start }
}

extension Duration {
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
